import type { EventInput } from "@fullcalendar/core";
import type { EventDocument } from "@firestore-calendar-sync/client";
import { eventTitle } from "../words/event-title.ts";

/** The calendar component's form of an occurrence. */
export function eventInput(id: string, event: EventDocument): EventInput {
  const title = eventTitle(event);
  const classNames = [calendarClass(event.calendarKey)];
  if (event.colorId !== undefined && /^\d+$/.test(event.colorId))
    classNames.push(`event-color-${event.colorId}`);
  if (event.status === "tentative") classNames.push("is-tentative");
  if (event.transparency === "transparent") classNames.push("is-free");
  if (event.attendees?.some(a => a.self === true && a.responseStatus === "declined"))
    classNames.push("is-declined");
  // Dates are not converted to times: an all-day event has the same dates in every time zone.
  if ("date" in event.start && "date" in event.end) {
    const { date: start } = event.start;
    // An event that ends on the date of its start is drawn on that date, as on Google's page.
    const end = event.end.date > start ? { end: event.end.date } : {};
    return { id, title, start, ...end, allDay: true, classNames };
  }
  return { id, title, start: event.startAt.toDate(), end: event.endAt.toDate(), allDay: false, classNames };
}

/** The CSS class of a calendar. The key is base64url, so it needs no escaping. */
export function calendarClass(calendarKey: string): string {
  return `cal-${calendarKey}`;
}
