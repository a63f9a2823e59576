import { eventAnswer, accessForWriting, SEND_UPDATES } from "./events-write.ts";
import { ApiError, invalidBody, notImplemented, required } from "./errors.ts";
import { FLAG, method, PATH, TEXT, VERSION } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { recordMails } from "./sent-mails.ts";
import { composeEvent } from "../model/compose-event.ts";
import { atConferenceVersion } from "../model/conference.ts";
import { eventInput, parseBody } from "../model/event-input.ts";
import { inZone } from "../model/event-times.ts";
import { isCancelled } from "../model/event.ts";
import type { EventRecord, EventResource } from "../model/event.ts";
import { htmlLink } from "../model/instances.ts";
import type { Calendar } from "../model/world.ts";

const BASE32HEX = "0123456789abcdefghijklmnopqrstuv";

/** The id of an imported event: `_` and the iCalUID in base32hex [O]. */
function importedId(iCalUid: string): string {
  let bits = "";
  for (const byte of Buffer.from(iCalUid)) bits += byte.toString(2).padStart(8, "0");
  let text = "_";
  for (let index = 0; index < bits.length; index += 5) {
    text += BASE32HEX.charAt(parseInt(bits.slice(index, index + 5).padEnd(5, "0"), 2));
  }
  return text;
}

function findByICalUid(calendar: Calendar, iCalUid: string): EventRecord | undefined {
  for (const record of calendar.events.all()) {
    if (record.event.iCalUID === iCalUid && record.event.recurringEventId === undefined) return record;
  }
  return undefined;
}

/**
 * `POST …/events/import`: adds a private copy of an event from elsewhere. A second import with the same iCalUID
 * replaces the copy.
 */
export const eventsImport = method({
  id: "events.import",
  verb: "POST",
  path: "calendars/{calendarId}/events/import",
  scopes: SCOPES["events.import"],
  params: {
    calendarId: PATH,
    conferenceDataVersion: VERSION,
    eventLabelVersion: VERSION,
    supportsAttachments: FLAG,
  },
  run: call => {
    const access = accessForWriting(call, call.params.calendarId);
    const { calendar } = access;
    const { writer } = call.services;
    const sent = parseBody(eventInput, call.body);
    const input = atConferenceVersion(sent, call.params.conferenceDataVersion, undefined);
    if (input.iCalUID == null || input.iCalUID === "") throw required("Missing required field: iCalUID");
    if ((input.eventType ?? "default") !== "default")
      throw invalidBody("Only events of type default can be imported.");
    const existing = findByICalUid(calendar, input.iCalUID);
    const id = existing?.event.id ?? importedId(input.iCalUID);
    const identity = writer.newIdentity(calendar, call.user, id, input.iCalUID);
    const organizer = input.organizer?.email ?? calendar.id;
    const composed = composeEvent(
      existing?.event,
      {
        ...identity,
        created: existing?.event.created ?? identity.created,
        organizer: organizer === calendar.id ? identity.organizer : { email: organizer },
      },
      input,
      "replace",
      calendar,
    );
    return eventAnswer(call, access, writer.store(calendar, composed).event);
  },
});

/**
 * `POST …/events/{eventId}/move`: makes another calendar the organiser. The old calendar keeps a deleted event. Whether
 * Google honours `If-Match` here is unknown; it is ignored.
 */
export const eventsMove = method({
  id: "events.move",
  verb: "POST",
  path: "calendars/{calendarId}/events/{eventId}/move",
  scopes: SCOPES["events.move"],
  params: { calendarId: PATH, eventId: PATH, destination: TEXT, ...SEND_UPDATES },
  run: call => {
    const { destination } = call.params;
    if (destination === undefined) throw required("Required parameter: destination", "destination");
    const source = accessForWriting(call, call.params.calendarId);
    const target = accessForWriting(call, destination);
    const { writer, copies } = call.services;
    const { event } = writer.get(source.calendar, call.params.eventId ?? "");
    if (isCancelled(event)) throw invalidBody("A deleted event cannot be moved.");
    if (event.recurringEventId !== undefined) {
      throw new ApiError(
        400,
        "cannotChangeOrganizerOfInstance",
        "Cannot change the organizer of an instance.",
        {
          domain: "calendar",
        },
      );
    }
    if (event.organizer?.self !== true) {
      throw new ApiError(403, "cannotChangeOrganizer", "Only the organizer can move an event.", {
        domain: "calendar",
      });
    }
    if ((event.eventType ?? "default") !== "default") {
      throw new ApiError(400, "eventTypeRestriction", "Only events of type default can be moved.", {
        domain: "calendar",
      });
    }
    if (target.calendar === source.calendar) return eventAnswer(call, target, event);
    const exceptions = source.calendar.events.exceptionsOf(event.id).map(record => record.event);
    const moved = writer.store(target.calendar, inCalendar(event, target.calendar));
    const after = exceptions.map(exception =>
      writer.store(target.calendar, inCalendar(exception, target.calendar)),
    );
    writer.cancel(source.calendar, event);
    copies.propagate(target.calendar, event, moved.event);
    after.forEach((record, index) => {
      copies.propagate(target.calendar, exceptions[index], record.event);
    });
    recordMails(call, "events.move", target.calendar, event, moved.event);
    return eventAnswer(call, target, moved.event);
  },
});

function inCalendar(event: EventResource, calendar: Calendar): EventResource {
  const { self: _self, ...creator } = event.creator ?? { email: calendar.id };
  return {
    ...inZone(event, calendar.timeZone),
    htmlLink: htmlLink(event.id, calendar.id),
    creator: creator.email === calendar.id ? { ...creator, self: true } : creator,
    organizer: { email: calendar.id, displayName: calendar.summary, self: true },
    ...(event.attendees === undefined
      ? {}
      : {
          attendees: event.attendees.map(({ self: _own, organizer: _organizer, ...attendee }) =>
            attendee.email.toLowerCase() === calendar.id.toLowerCase()
              ? { ...attendee, self: true, organizer: true }
              : attendee,
          ),
        }),
  };
}

/** `POST …/events/quickAdd`: not implemented, because tests of a sync do not need dates parsed from text. */
export const eventsQuickAdd = method({
  id: "events.quickAdd",
  verb: "POST",
  path: "calendars/{calendarId}/events/quickAdd",
  scopes: SCOPES["events.quickAdd"],
  params: { calendarId: PATH, text: TEXT, ...SEND_UPDATES },
  run: () => {
    throw notImplemented("events.quickAdd");
  },
});
