import type { Firestore } from "firebase/firestore";
import { describeRecurrence, type CalendarUser, type EventDocument } from "@firestore-calendar-sync/client";
import { readSeries } from "@firestore-calendar-sync/client/web-sdk";

/** Describes how the series of `event` repeats. Undefined if the event is single, or its series is not stored. */
export async function repeatsOf(
  db: Firestore,
  user: CalendarUser,
  event: EventDocument,
  locale: string,
): Promise<string | undefined> {
  const series = await readSeries(db, user, event);
  return series && describeRecurrence(series, locale);
}
