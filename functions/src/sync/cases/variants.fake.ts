import type { RawAnswer } from "./case-schema.fake.ts";
import { CaseWorld } from "./case-world.fake.ts";
import { broken, unmet } from "./expectations.fake.ts";

/** An Event resource as Google might send it. */
export type Raw = Readonly<Record<string, unknown>> & { readonly id: string };

export const zone = "America/New_York";

/** A weekly series with three occurrences, on Mondays at nine in New York; `fields` overrides its fields. */
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

/** A valid event. It must be stored, no matter which other events exist. */
export const plain: Raw = {
  id: "plain",
  start: { dateTime: "2026-02-03T09:00:00Z" },
  end: { dateTime: "2026-02-03T10:00:00Z" },
};
const plainStart = "2026-02-03T09:00:00Z";

/** Stores the events and the plain event in a first import. */
export async function imported(events: readonly Raw[], calendarTimeZone = zone): Promise<CaseWorld> {
  const world = new CaseWorld({ calendarTimeZone });
  for (const event of [...events, plain]) world.sync.google.replace(event);
  await world.import();
  return world;
}

/** Stores the events and the plain event in a pull. */
export async function pulled(events: readonly Raw[], calendarTimeZone = zone): Promise<CaseWorld> {
  const world = new CaseWorld({ calendarTimeZone });
  await world.import();
  for (const event of [...events, plain]) world.sync.google.replace(event);
  await world.pull();
  return world;
}

/**
 * The violated rules that hold for every odd event: the plain event is stored, the calendar is live, and the user need
 * not connect again.
 */
export function unharmed(world: CaseWorld): string[] {
  const alive = { phase: "live", active: true, reauth: false, watchStopped: false };
  return [...broken(world), ...unmet(world, { starts: [plainStart], atLeast: true, ...alive })];
}

/** The starts of all events except the plain event, as in the case files. */
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

/** Google's error body in its newer form, with or without a vague reason in the classic place. */
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
