import type { EventChanges, NewAttendee, NewEvent } from "@firestore-calendar-sync/client";
import type { EventBody } from "../ports/event-writes.port.ts";
import type { GoogleTime } from "../model/google-time.ts";
import { isObject, type ReadEvent } from "./google-event.ts";

/*
 * The fields of the callables as fields of Google's Event resource.
 */

/**
 * The body of a patch. Times and lines of a series are not in it, because they depend on the series.
 *
 * @param before the event that is changed; undefined for a new event, and if the changes do not need it
 * @param conferenceRequest names the request for a conference: Google makes one conference per name
 */
export function patchBody(
  changes: EventChanges,
  before: Pick<ReadEvent, "attendees" | "hasConference"> | undefined,
  conferenceRequest: string,
): EventBody {
  const { start: _start, end: _end, recurrence: _recurrence, ...rest } = changes;
  const { attendees, reminders, conference, ...plain } = rest;
  return {
    ...plain,
    ...(attendees !== undefined && { attendees: guestsOf(attendees ?? [], before?.attendees ?? []) }),
    ...(reminders !== undefined && { reminders: reminders ?? { useDefault: true } }),
    ...(conference === null && { conferenceData: null }),
    // An event that has a conference keeps it: the guests know its address.
    ...(conference === true && before?.hasConference !== true && conferenceBody(conferenceRequest)),
  };
}

/** The body of a new event. */
export function insertBody(
  event: NewEvent,
  id: string,
  timeZone: string,
): EventBody & { readonly id: string } {
  const { start, end, recurrence } = event;
  const inZone = recurrence === undefined ? (time: GoogleTime) => time : withZone(timeZone);
  return {
    ...patchBody(event, undefined, id),
    id,
    start: inZone(start),
    end: inZone(end),
    ...(recurrence !== undefined && { recurrence }),
  };
}

/** A time that replaces another one, which may have been a date (or the other way round). */
export function timeBody(time: GoogleTime): EventBody {
  return "date" in time ? { ...time, dateTime: null, timeZone: null } : { ...time, date: null };
}

/** Google refuses a series whose times name no zone (guides/recurringevents). */
export function withZone(timeZone: string): (time: GoogleTime) => GoogleTime {
  return time => ("date" in time ? time : { ...time, timeZone: time.timeZone ?? timeZone });
}

/** The fields of an event that a series split off from it has too. */
const inherited = [
  "summary",
  "description",
  "location",
  "attendees",
  "reminders",
  "colorId",
  "eventLabelId",
  "visibility",
  "transparency",
  "guestsCanModify",
  "guestsCanInviteOthers",
  "guestsCanSeeOtherGuests",
  "anyoneCanAddSelf",
  "conferenceData",
  "attachments",
  "extendedProperties",
  "source",
];

/**
 * The private extended property of a series that "this and following" has ended: says which call has ended it, so that
 * another call that would end it at the same place does not take this end for its own. Only this calendar's copy of the
 * series has it (events reference, `extendedProperties.private`).
 */
export const endedBy = "calendarSyncEndedBy";

/** The body of a new series that continues this one. It has the same conference. */
export function inheritedBody(resource: Readonly<Record<string, unknown>>): EventBody {
  const body = Object.fromEntries(
    inherited.flatMap(name => (resource[name] === undefined ? [] : [[name, resource[name]]])),
  );
  const { conferenceData, extendedProperties } = body;
  return {
    ...body,
    // The request that has made the conference would make another one.
    conferenceData: without(conferenceData, "createRequest"),
    ...(isObject(extendedProperties) && {
      extendedProperties: { ...extendedProperties, private: without(extendedProperties["private"], endedBy) },
    }),
  };
}

function without(value: unknown, name: string): unknown {
  return isObject(value) ? { ...value, [name]: undefined } : value;
}

type Attendee = NonNullable<ReadEvent["attendees"]>[number];

/**
 * The guests that were asked for, with the answers that they have given. The organizer and the user stay: an app's list
 * of guests may be without them.
 */
function guestsOf(wanted: readonly NewAttendee[], before: readonly Attendee[]): EventBody[] {
  const emailOf = ({ email = "" }: { readonly email?: string | undefined }) => email.toLowerCase();
  const known = new Map(before.map(guest => [emailOf(guest), guest]));
  const asked = new Set(wanted.map(emailOf));
  const kept = before.filter(
    guest => (guest.self === true || guest["organizer"] === true) && !asked.has(emailOf(guest)),
  );
  return [...kept, ...wanted.map(guest => ({ ...known.get(emailOf(guest)), ...guest }))];
}

function conferenceBody(requestId: string): EventBody {
  return {
    conferenceData: { createRequest: { requestId, conferenceSolutionKey: { type: "hangoutsMeet" } } },
  };
}
