import type { EventAttendee, EventResource } from "./event.ts";
import type { EventInput } from "./event-input.ts";

type SentAttendee = NonNullable<EventInput["attendees"]>[number];

/**
 * Whether an event is a guest's copy of someone else's event. Its calendar may only change its own answer, unless the
 * organiser lets guests modify the event.
 */
function isGuestCopy(event: EventResource): boolean {
  return (
    event.organizer?.self !== true &&
    event.guestsCanModify !== true &&
    event.attendees?.some(attendee => attendee.self === true) === true
  );
}

/**
 * The guests after an edit.
 *
 * An array replaces all guests, and a guest without `responseStatus` has not answered: sending addresses alone loses
 * the answers [O: nspady/google-calendar-mcp#148, freeCodeCamp/chapter#2015]. With `attendeesOmitted` the body changes
 * only the guests that it lists [P]; addresses that are not on the list are ignored [I]. On a guest's copy the body
 * cannot take others off [O: google-api-nodejs-client#2614].
 */
export function composeAttendees(
  input: EventInput,
  base: EventResource | undefined,
  organizer: string,
  calendarId: string,
): EventAttendee[] {
  const listed = new Map<string, EventAttendee>();
  const before = base?.attendees ?? [];
  const partly = base !== undefined && (input.attendeesOmitted === true || isGuestCopy(base));
  for (const sent of input.attendees ?? []) {
    const email = sent.email.toLowerCase();
    const kept = partly ? before.find(attendee => attendee.email.toLowerCase() === email) : undefined;
    if (partly && kept === undefined && input.attendeesOmitted === true) continue;
    listed.set(email, {
      ...kept,
      ...sentFields(sent),
      email: sent.email,
      ...(email === organizer.toLowerCase() ? { organizer: true } : {}),
      ...(email === calendarId.toLowerCase() ? { self: true } : {}),
      responseStatus: sent.responseStatus ?? kept?.responseStatus ?? "needsAction",
    });
  }
  if (!partly) return [...listed.values()];
  const others = before.map(attendee => {
    const changed = listed.get(attendee.email.toLowerCase());
    listed.delete(attendee.email.toLowerCase());
    return changed ?? attendee;
  });
  return [...others, ...listed.values()];
}

/** The fields of a guest that the body sets. `organizer` is read-only. */
function sentFields({ organizer: _organizer, ...sent }: SentAttendee): Partial<EventAttendee> {
  return Object.fromEntries(
    Object.entries(sent).filter(([, value]) => value !== null && value !== undefined),
  );
}
