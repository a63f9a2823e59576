import type { Call } from "./method.ts";
import type { EventAttendee, EventResource } from "../model/event.ts";
import { isCancelled } from "../model/event.ts";
import type { SendUpdates } from "../model/mail-record.ts";
import type { Calendar, World } from "../model/world.ts";

/**
 * Records which mails Google would send after a write. The organiser's write goes to all guests, before and after it; a
 * guest's answer goes to the organiser, and to guests whom the guest invited. The writer and rooms get none [I].
 */
export function recordMails(
  call: Call,
  method: string,
  calendar: Calendar,
  before: EventResource | undefined,
  after: EventResource,
): void {
  const sendUpdates = sendUpdatesOf(call.params);
  const organized = after.organizer?.self === true;
  const people = organized ? guestsOf(before, after) : toldByGuest(before, after);
  const own = new Set([calendar.id.toLowerCase(), call.user.email.toLowerCase()]);
  const others = [...new Set(people.map(email => email.toLowerCase()))].filter(email => !own.has(email));
  call.services.mails.add({
    at: call.clock.now(),
    method,
    email: call.user.email,
    calendarId: calendar.id,
    eventId: after.id,
    sendUpdates,
    recipients:
      sendUpdates === "none"
        ? []
        : others.filter(email => sendUpdates === "all" || !usesCalendar(call.world, email)),
  });
}

/** `sendNotifications` is the deprecated form: true means all [P]. Without both, Google sends none [P]. */
function sendUpdatesOf(params: Call["params"]): SendUpdates {
  const value = params["sendUpdates"];
  if (value === "all" || value === "externalOnly" || value === "none") return value;
  return params["sendNotifications"] === true ? "all" : "none";
}

function guestsOf(...versions: (EventResource | undefined)[]): string[] {
  return versions
    .flatMap(version => version?.attendees ?? [])
    .filter(attendee => attendee.resource !== true)
    .map(attendee => attendee.email);
}

function toldByGuest(before: EventResource | undefined, after: EventResource): string[] {
  const known = new Set(guestsOf(before).map(email => email.toLowerCase()));
  const invited = guestsOf(after).filter(email => !known.has(email.toLowerCase()));
  const answered =
    JSON.stringify(answerOf(before)) !== JSON.stringify(answerOf(after)) ||
    (before !== undefined && isCancelled(before)) !== isCancelled(after);
  const organizer = after.organizer?.email;
  return answered && organizer !== undefined ? [organizer, ...invited] : invited;
}

function answerOf(event: EventResource | undefined): Partial<EventAttendee> {
  const { responseStatus, comment } = event?.attendees?.find(attendee => attendee.self === true) ?? {};
  return {
    ...(responseStatus === undefined ? {} : { responseStatus }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** A guest who has Google Calendar: a user of this emulator, or one of its calendars. */
function usesCalendar(world: World, email: string): boolean {
  return world.user(email) !== undefined || world.calendars.has(email);
}
