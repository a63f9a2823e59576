import type { RawAnswer } from "./case-schema.fake.ts";
import { CaseWorld } from "./case-world.fake.ts";
import { broken, unmet } from "./expectations.fake.ts";

/** An Event resource as Google might send it. */
export type Raw = Readonly<Record<string, unknown>> & { readonly id: string };

export const zone = "America/New_York";

/** A weekly series of three, Mondays at nine in New York; `fields` replaces any of it. */
export function weekly(fields: Readonly<Record<string, unknown>> = {}): Raw {
  return {
    id: "weekly",
    start: { dateTime: "2026-01-12T09:00:00-05:00", timeZone: zone },
    end: { dateTime: "2026-01-12T10:00:00-05:00", timeZone: zone },
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"],
    ...fields,
  };
}
export const weeklyStarts = ["2026-01-12T14:00:00Z", "2026-01-19T14:00:00Z", "2026-01-26T14:00:00Z"];
export const firstStart = "2026-01-12T14:00:00Z";

/** An event about which nothing is odd: whatever happens beside it, it has to be there. */
export const plain: Raw = {
  id: "plain",
  start: { dateTime: "2026-02-03T09:00:00Z" },
  end: { dateTime: "2026-02-03T10:00:00Z" },
};
const plainStart = "2026-02-03T09:00:00Z";

/** Events of a first import, with a plain one beside them. */
export async function imported(events: readonly Raw[], calendarTimeZone = zone): Promise<CaseWorld> {
  const world = new CaseWorld({ calendarTimeZone });
  for (const event of [...events, plain]) world.sync.google.replace(event);
  await world.import();
  return world;
}

/** The same events, known of by a pull. */
export async function pulled(events: readonly Raw[], calendarTimeZone = zone): Promise<CaseWorld> {
  const world = new CaseWorld({ calendarTimeZone });
  await world.import();
  for (const event of [...events, plain]) world.sync.google.replace(event);
  await world.pull();
  return world;
}

/** What holds for every odd event: the plain one is there, the calendar lives, nobody has to connect again. */
export function unharmed(world: CaseWorld): string[] {
  const alive = { phase: "live", active: true, reauth: false, watchStopped: false };
  return [...broken(world), ...unmet(world, { starts: [plainStart], atLeast: true, ...alive })];
}

/** Starts of everything but the plain event, as the cases write them. */
export function startsOf({ stored }: CaseWorld): string[] {
  return stored
    .filter(({ eventId }) => eventId !== plain.id)
    .map(({ start, startAtMs }) =>
      "date" in start ? start.date : new Date(startAtMs).toISOString().replace(".000Z", "Z"),
    )
    .sort();
}

/** Google's error body in its classic form. */
export function classic(status: number, reason: string, message = "refused", more: object = {}): RawAnswer {
  return {
    status,
    body: { error: { code: status, message, errors: [{ domain: "global", reason, message, ...more }] } },
  };
}

/** And in the form that newer services answer with, with or without a vague reason in the classic place. */
export function detailed(status: number, reason: string, vague?: string): RawAnswer {
  const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" }];
  const errors = vague === undefined ? undefined : [{ domain: "global", reason: vague, message: "refused" }];
  const error = {
    code: status,
    message: "refused",
    status: "PERMISSION_DENIED",
    details,
    ...(errors && { errors }),
  };
  return { status, body: { error } };
}
