import type { EventInput } from "@fullcalendar/core";
import type { EventDocument } from "@firestore-calendar-sync/schema";
import { eventTitle } from "../words/event-title.ts";

/** What the calendar component draws for an occurrence. */
export function eventInput(id: string, event: EventDocument): EventInput {
  const title = eventTitle(event);
  const classNames = [calendarClass(event.calendarKey)];
  if (event.colorId !== undefined && /^\d+$/.test(event.colorId))
    classNames.push(`event-color-${event.colorId}`);
  if (event.status === "tentative") classNames.push("is-tentative");
  if (event.transparency === "transparent") classNames.push("is-free");
  if (event.attendees?.some(a => a.self === true && a.responseStatus === "declined"))
    classNames.push("is-declined");
  // Dates stay dates: an all-day event is on its days in every time zone.
  if ("date" in event.start && "date" in event.end) {
    const { date: start } = event.start;
    // One that ends on the day it begins is drawn on that day, as on Google's page.
    const end = event.end.date > start ? { end: event.end.date } : {};
    return { id, title, start, ...end, allDay: true, classNames };
  }
  return { id, title, start: event.startAt.toDate(), end: event.endAt.toDate(), allDay: false, classNames };
}

/** Class of everything that has a calendar's colour. The key is base64url, so it is a class name as it is. */
export function calendarClass(calendarKey: string): string {
  return `cal-${calendarKey}`;
}
