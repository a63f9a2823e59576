import { getDocs, type Firestore } from "firebase/firestore";
import {
  eventDocument,
  seriesQuery,
  type CalendarUser,
  type EventDocument,
} from "@firestore-calendar-sync/client";
import { toWebQuery } from "@firestore-calendar-sync/client/web-sdk";
import { seriesWords } from "../words/series.ts";

/** Describes how the series of `event` repeats. Undefined if its occurrences follow no simple rule. */
export async function repeatsOf(
  db: Firestore,
  user: CalendarUser,
  event: EventDocument,
  locale: string,
): Promise<string | undefined> {
  if (event.recurringEventId === undefined) return undefined;
  const { docs } = await getDocs(toWebQuery(db, seriesQuery(user, event.recurringEventId)));
  const dates = docs.flatMap(doc => {
    const parsed = eventDocument.safeParse(doc.data());
    // The same series in two calendars has the same id.
    if (!parsed.success || parsed.data.calendarKey !== event.calendarKey) return [];
    return [plannedDate(parsed.data)];
  });
  return seriesWords(dates, locale);
}

/** The original date of an occurrence in the zone of the series. Google's text begins with that date. */
function plannedDate({ originalStart, start }: EventDocument): string {
  const planned = originalStart ?? start;
  return "date" in planned ? planned.date : planned.dateTime.slice(0, 10);
}
