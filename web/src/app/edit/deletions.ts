import type { EventDocument, EventTime, SeriesScope } from "@firestore-calendar-sync/client";

/** A deletion that the user can still undo. */
export interface Deletion {
  readonly id: string;
  readonly event: EventDocument;
  readonly scope: SeriesScope;
}

/** Whether an event goes with a deletion. */
export function isDeletedBy({ event, scope }: Deletion, other: EventDocument): boolean {
  if (event.calendarKey !== other.calendarKey) return false;
  if (event.eventId === other.eventId) return true;
  if (scope === "this" || event.recurringEventId === undefined) return false;
  if (event.recurringEventId !== other.recurringEventId) return false;
  return scope === "all" || placeInSeries(other) >= placeInSeries(event);
}

/** Where the series would have placed the occurrence. */
function placeInSeries({ originalStart, start }: EventDocument): number {
  return timeMs(originalStart ?? start);
}

function timeMs(time: EventTime): number {
  return Date.parse("date" in time ? time.date : time.dateTime);
}
