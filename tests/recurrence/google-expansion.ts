import { expect } from "@jest/globals";
import { eventConverter } from "@firestore-calendar-sync/client";
import { Timestamp } from "firebase-admin/firestore";
import { until } from "../../stack/client/until.ts";
import type { LocalWorld } from "../foundation/local-world.ts";

/*
 * Compares the stored events of a calendar with Google's events of the same period, expanded with singleEvents=true.
 * The local Google does not use the product's code to expand series.
 */

interface State {
  readonly syncToken: unknown;
  readonly coveredEpoch: number;
  readonly windowStart: Date;
  readonly horizon: Date;
}

export async function syncState(world: LocalWorld): Promise<State> {
  const stored = await world.db.doc(`calendarSyncStates/${world.calendarKey}`).get();
  const date = (field: string): Date => {
    const value: unknown = stored.get(field);
    return value instanceof Timestamp ? value.toDate() : new Date(0);
  };
  return {
    syncToken: stored.get("syncToken") as unknown,
    coveredEpoch: Number(stored.get("coveredEpoch")),
    windowStart: date("windowStart"),
    horizon: date("horizon"),
  };
}

/** The fields of an event that are compared. */
export interface Seen {
  readonly id: string;
  readonly summary: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly recurringEventId: string | undefined;
  readonly originalStart: string | undefined;
}

interface TimeLike {
  readonly date?: string | null | undefined;
  readonly dateTime?: string | null | undefined;
}
const instant = ({ date, dateTime }: TimeLike = {}): string =>
  date ?? (dateTime ? new Date(dateTime).toISOString() : "none");

/** The instances that Google returns for the period that the product covers. */
async function atGoogle(world: LocalWorld): Promise<Seen[]> {
  const { windowStart, horizon } = await syncState(world);
  const found: Seen[] = [];
  let pageToken: string | undefined;
  do {
    const { data } = await world.google.events.list({
      calendarId: world.calendarId,
      singleEvents: true,
      timeMin: windowStart.toISOString(),
      timeMax: horizon.toISOString(),
      maxResults: 2500,
      ...(pageToken !== undefined && { pageToken }),
    });
    for (const event of data.items ?? []) {
      found.push({
        id: event.id ?? "",
        summary: event.summary ?? undefined,
        start: instant(event.start),
        end: instant(event.end),
        recurringEventId: event.recurringEventId ?? undefined,
        originalStart: event.originalStartTime ? instant(event.originalStartTime) : undefined,
      });
    }
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  return sorted(found);
}

async function inFirestore(world: LocalWorld): Promise<Seen[]> {
  const events = await world.db.collection(`users/${world.user.uid}/calendarEvents`).get();
  return sorted(
    events.docs.map(document => {
      const { eventId, summary, start, end, recurringEventId, originalStart } =
        eventConverter.fromFirestore(document);
      return {
        id: eventId,
        summary,
        start: instant(start),
        end: instant(end),
        recurringEventId,
        originalStart: originalStart ? instant(originalStart) : undefined,
      };
    }),
  );
}

function sorted(events: Seen[]): Seen[] {
  return events.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Waits until Firestore equals Google, then compares, so that a difference is printed. */
export async function expectEqual(world: LocalWorld): Promise<Seen[]> {
  const expected = await atGoogle(world);
  const found = await until("Firestore to hold what Google shows", async () => {
    const stored = await inFirestore(world);
    return JSON.stringify(stored) === JSON.stringify(expected) ? stored : undefined;
  }).catch(async () => await inFirestore(world));
  expect(found).toEqual(expected);
  return found;
}
