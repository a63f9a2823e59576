import { getDocs, type Firestore } from "firebase/firestore";
import { eventDocument, seriesQuery, type EventDocument } from "@firestore-calendar-sync/schema";
import { toWebQuery } from "@firestore-calendar-sync/schema/web-sdk";
import { seriesWords } from "../words/series.ts";

/** How the series of `event` repeats, in words; undefined when that cannot be told from its occurrences. */
export async function repeatsOf(
  db: Firestore,
  uid: string,
  event: EventDocument,
  locale: string,
): Promise<string | undefined> {
  if (event.recurringEventId === undefined) return undefined;
  const { docs } = await getDocs(toWebQuery(db, seriesQuery(uid, event.recurringEventId)));
  const dates = docs.flatMap(doc => {
    const parsed = eventDocument.safeParse(doc.data());
    // Two calendars that share a series hold it under the same id.
    if (!parsed.success || parsed.data.calendarKey !== event.calendarKey) return [];
    return [plannedDate(parsed.data)];
  });
  return seriesWords(dates, locale);
}

/** The date on which the series planned an occurrence, in the zone of the series: Google's text begins with it. */
function plannedDate({ originalStart, start }: EventDocument): string {
  const planned = originalStart ?? start;
  return "date" in planned ? planned.date : planned.dateTime.slice(0, 10);
}
