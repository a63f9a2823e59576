import {
  canWrite,
  googleRole,
  type CalendarDocument,
  type EventDocument,
} from "@firestore-calendar-sync/client";
import { ownAnswer } from "../../words/answer.ts";
import { hidesDetails } from "../../words/event-title.ts";

type Calendars = ReadonlyMap<string, CalendarDocument> | undefined;

/** Whether the user may change events of this calendar. */
function isWritable(calendar: CalendarDocument | undefined): calendar is CalendarDocument {
  return calendar?.enabled === true && canWrite(googleRole(calendar));
}

/** The calendars in which the user may make events, the user's own first. `accountId`: only those of one account. */
export function writableCalendars(
  calendars: Calendars,
  accountId?: string,
): readonly (readonly [key: string, calendar: CalendarDocument])[] {
  return [...(calendars ?? [])]
    .filter(([, one]) => isWritable(one) && (accountId === undefined || one.accountId === accountId))
    .sort(([, a], [, b]) => Number(b.primary) - Number(a.primary) || a.summary.localeCompare(b.summary));
}

/**
 * Whether the user may change the event: the calendar is writable, and the user is the organizer or the organizer lets
 * the guests. Google's other event types have rules of their own, which this page does not know.
 */
export function mayChange(event: EventDocument, calendars: Calendars): boolean {
  const isOwn = event.organizer === undefined || event.organizer.self === true;
  return (
    isWritable(calendars?.get(event.calendarKey)) &&
    event.eventType === "default" &&
    event.locked !== true &&
    !hidesDetails(event) &&
    (isOwn || event.guestsCanModify === true)
  );
}

/** Whether the user is invited and can answer. */
export function mayAnswer(event: EventDocument, calendars: Calendars): boolean {
  return isWritable(calendars?.get(event.calendarKey)) && ownAnswer(event) !== undefined;
}
