import type { EventInput } from "@fullcalendar/core";
import type { EventDocument } from "@firestore-calendar-sync/client";
import { ownAnswer } from "../words/answer.ts";
import { eventTitle } from "../words/event-title.ts";

/** The calendar component's form of an occurrence. */
export function eventInput(id: string, event: EventDocument): EventInput {
  const title = eventTitle(event);
  const isPlace = event.eventType === "workingLocation";
  const classNames = [
    calendarClass(event.calendarKey),
    ...(isPlace ? ["is-place"] : stateClasses(event)),
    ...(isPending(event) ? ["is-pending"] : []),
  ];
  // Dates are not converted to times: an all-day event has the same dates in every time zone.
  if ("date" in event.start && "date" in event.end) {
    const { date: start } = event.start;
    // An event that ends on the date of its start is drawn on that date, as on Google's page.
    const end = event.end.date > start ? { end: event.end.date } : {};
    return { id, title, start, ...end, allDay: true, classNames };
  }
  // A working location takes no time, so it is a line above the hours also if it is for some hours only.
  return { id, title, start: event.startAt.toDate(), end: event.endAt.toDate(), allDay: isPlace, classNames };
}

/** Whether a change of the event is on its way to Google, so that the sync has not brought it yet. */
export function isPending(event: EventDocument & { readonly pending?: boolean }): boolean {
  return event.pending === true;
}

/** A declined event is only declined: whether it would be tentative or free does not matter any more. */
function stateClasses(event: EventDocument): string[] {
  const answer = ownAnswer(event);
  if (answer === "declined") return ["is-declined"];
  const classNames: string[] = [];
  if (answer === "needsAction") classNames.push("is-unanswered");
  else if (answer === "tentative" || event.status === "tentative") classNames.push("is-tentative");
  if (event.transparency === "transparent") classNames.push("is-free");
  return classNames;
}

/** The CSS class of a calendar. The key is base64url, so it needs no escaping. */
export function calendarClass(calendarKey: string): string {
  return `cal-${calendarKey}`;
}
