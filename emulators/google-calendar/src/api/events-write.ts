import { accessCalendar } from "./access.ts";
import { requiredAccessLevel } from "./errors.ts";
import { FLAG, method, PATH, TEXT, VERSION } from "./method.ts";
import type { Answer, Call } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { recordMails } from "./sent-mails.ts";
import { withUnknownEventValues } from "./unknown-values.ts";
import { atConferenceVersion } from "../model/conference.ts";
import { parseBody, eventInput } from "../model/event-input.ts";
import { showEvent } from "../model/event-view.ts";
import type { EventResource } from "../model/event.ts";
import { isTimeZone } from "../model/zone.ts";
import { invalidParameter } from "./errors.ts";
import { roleIncludes } from "../model/world.ts";
import type { CalendarAccess } from "./access.ts";

/** Parameters that choose who gets an email. The emulator sends none, but records them (see `recordMails`). */
export const SEND_UPDATES = {
  sendNotifications: FLAG,
  sendUpdates: { kind: "string", values: ["all", "externalOnly", "none"] },
} as const;
const WRITE_PARAMS = {
  ...SEND_UPDATES,
  conferenceDataVersion: VERSION,
  eventLabelVersion: VERSION,
  maxAttendees: { kind: "integer", min: 1 },
  supportsAttachments: FLAG,
} as const;

/** The answer for one event with the fields that the caller may see. Deleted events have all their fields. */
export function eventAnswer(
  call: Pick<Call, "params" | "services">,
  access: CalendarAccess,
  event: EventResource,
): Answer {
  const { habits } = call.services;
  const timeZone = typeof call.params["timeZone"] === "string" ? call.params["timeZone"] : undefined;
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw invalidParameter("timeZone");
  const most = call.params["maxAttendees"];
  const shown = showEvent(event, {
    ...access,
    timeZone,
    maxAttendees: typeof most === "number" ? most : undefined,
    showsTitles: habits.freeBusyReaderEvents === "withTitles",
    detailedDeletions: true,
  });
  return { body: withUnknownEventValues(habits, shown), etag: event.etag };
}

/** A calendar that the caller may write to. Throws 403 if the role is too low. */
export function accessForWriting(call: Call, calendarId: string | undefined): CalendarAccess {
  const access = accessCalendar(call, calendarId, "freeBusyReader");
  if (!roleIncludes(access.role, "writerWithoutPrivateAccess")) throw requiredAccessLevel("writer");
  return access;
}

/** `GET …/events/{eventId}`: also returns deleted events [P]. */
export const eventsGet = method({
  id: "events.get",
  verb: "GET",
  path: "calendars/{calendarId}/events/{eventId}",
  scopes: SCOPES["events.get"],
  params: {
    calendarId: PATH,
    eventId: PATH,
    alwaysIncludeEmail: FLAG,
    maxAttendees: { kind: "integer", min: 1 },
    timeZone: TEXT,
  },
  run: call => {
    const access = accessCalendar(call, call.params.calendarId, "freeBusyReader");
    const { event, record } = call.services.writer.get(access.calendar, call.params.eventId ?? "");
    if (record?.raw !== undefined) return { json: record.raw.json, etag: event.etag };
    return eventAnswer(call, access, event);
  },
});

/** `POST …/events`. */
export const eventsInsert = method({
  id: "events.insert",
  verb: "POST",
  path: "calendars/{calendarId}/events",
  scopes: SCOPES["events.insert"],
  params: { calendarId: PATH, ...WRITE_PARAMS },
  run: call => {
    const access = accessForWriting(call, call.params.calendarId);
    const { writer, copies } = call.services;
    const sent = parseBody(eventInput, call.body);
    const input = atConferenceVersion(sent, call.params.conferenceDataVersion, undefined);
    const record = writer.insert(access.calendar, call.user, input);
    copies.propagate(access.calendar, undefined, record.event);
    recordMails(call, "events.insert", access.calendar, undefined, record.event);
    return eventAnswer(call, access, record.event);
  },
});

function edit(call: Call, method: "events.patch" | "events.update"): Answer {
  const mode = method === "events.patch" ? "merge" : "replace";
  const calendarId = String(call.params["calendarId"] ?? "primary");
  const id = String(call.params["eventId"] ?? "");
  const access = accessForWriting(call, calendarId);
  const { writer, copies } = call.services;
  const before = writer.get(access.calendar, id).event;
  const sent = parseBody(eventInput, call.body);
  const input = atConferenceVersion(
    sent,
    call.params["conferenceDataVersion"],
    mode === "replace" ? before : undefined,
  );
  const record = writer.edit(access.calendar, id, input, mode, call.headers["if-match"], after => {
    copies.checkEdit(access.calendar, before, after);
  });
  copies.propagate(access.calendar, before, record.event);
  recordMails(call, method, access.calendar, before, record.event);
  return eventAnswer(call, access, record.event);
}

/** `PATCH …/events/{eventId}`: merges the body into the event. */
export const eventsPatch = method({
  id: "events.patch",
  verb: "PATCH",
  path: "calendars/{calendarId}/events/{eventId}",
  scopes: SCOPES["events.patch"],
  params: { calendarId: PATH, eventId: PATH, alwaysIncludeEmail: FLAG, ...WRITE_PARAMS },
  run: call => edit(call, "events.patch"),
});

/** `PUT …/events/{eventId}`: replaces the event by the body. */
export const eventsUpdate = method({
  id: "events.update",
  verb: "PUT",
  path: "calendars/{calendarId}/events/{eventId}",
  scopes: SCOPES["events.update"],
  params: { calendarId: PATH, eventId: PATH, alwaysIncludeEmail: FLAG, ...WRITE_PARAMS },
  run: call => edit(call, "events.update"),
});

/** `DELETE …/events/{eventId}`: answers 204, and 410 if the event is already deleted. */
export const eventsDelete = method({
  id: "events.delete",
  verb: "DELETE",
  path: "calendars/{calendarId}/events/{eventId}",
  scopes: SCOPES["events.delete"],
  params: { calendarId: PATH, eventId: PATH, ...SEND_UPDATES },
  run: call => {
    const access = accessForWriting(call, call.params.calendarId);
    const id = call.params.eventId ?? "";
    const before = call.services.writer.get(access.calendar, id).event;
    const record = call.services.writer.delete(access.calendar, id, call.headers["if-match"]);
    call.services.copies.propagate(access.calendar, before, record.event);
    recordMails(call, "events.delete", access.calendar, before, record.event);
    return { status: 204 };
  },
});
