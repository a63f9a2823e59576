import * as z from "zod";
import { accessCalendar } from "./access.ts";
import { ApiError, invalidBody, notImplemented, required } from "./errors.ts";
import { FLAG, method, PATH, TEXT } from "./method.ts";
import type { Answer, Call } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { parseBody } from "../model/event-input.ts";
import { inZone } from "../model/event-times.ts";
import { isCancelled } from "../model/event.ts";
import { originalMsOf, spanOfEvent } from "../model/event-writer.ts";
import { isTimeZone } from "../model/zone.ts";
import { etagOf, newCalendar, nextVersionMs, putAclRule, putListEntry } from "../model/world.ts";
import type { Calendar } from "../model/world.ts";

const text = z.string().max(100_000);
const calendarBody = z.object({
  summary: text.nullish(),
  description: text.nullish(),
  location: text.nullish(),
  timeZone: z.string().nullish(),
  conferenceProperties: z.object({ allowedConferenceSolutionTypes: z.array(z.string()).nullish() }).nullish(),
  autoAcceptInvitations: z.boolean().nullish(),
  labelProperties: z.record(z.string(), z.unknown()).nullish(),
});
type CalendarBody = z.infer<typeof calendarBody>;

/** A calendar resource. */
function showCalendar(calendar: Calendar): object {
  const { description, location, dataOwner, autoAcceptInvitations, labelProperties } = calendar;
  return {
    kind: "calendar#calendar",
    etag: calendar.etag,
    id: calendar.id,
    summary: calendar.summary,
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    timeZone: calendar.timeZone,
    ...(dataOwner === undefined ? {} : { dataOwner }),
    ...(autoAcceptInvitations === undefined ? {} : { autoAcceptInvitations }),
    ...(labelProperties === undefined ? {} : { labelProperties }),
    conferenceProperties: calendar.conferenceProperties,
  };
}

function answer(calendar: Calendar): Answer {
  return { body: showCalendar(calendar), etag: calendar.etag };
}

/** Applies a body. PUT removes the fields that the body does not contain; PATCH removes only fields that are null. */
function change(calendar: Calendar, body: CalendarBody, replace: boolean, call: Call): void {
  const { timeZone } = body;
  if (timeZone != null && !isTimeZone(timeZone)) throw invalidBody("Invalid value for: timeZone");
  if (body.summary === "" || (replace && body.summary == null)) throw required("Missing title.");
  calendar.summary = body.summary ?? calendar.summary;
  for (const name of ["description", "location", "labelProperties", "autoAcceptInvitations"] as const) {
    const value = body[name];
    if (value === null || (replace && value === undefined)) Reflect.deleteProperty(calendar, name);
    else if (value !== undefined) Reflect.set(calendar, name, value);
  }
  const allowed = body.conferenceProperties?.allowedConferenceSolutionTypes;
  if (allowed != null) calendar.conferenceProperties = { allowedConferenceSolutionTypes: allowed };
  if (timeZone != null && timeZone !== calendar.timeZone) {
    calendar.timeZone = timeZone;
    // Answers show times in the calendar's zone. The events themselves have not changed, so deltas do not contain
    // them.
    calendar.events.rewrite(record => {
      const event = inZone(record.event, timeZone);
      return {
        ...record,
        event,
        span: spanOfEvent(event, calendar),
        originalMs: originalMsOf(event, calendar),
        json: undefined,
      };
    });
  }
  calendar.etag = etagOf(nextVersionMs(calendar, call.clock.now()));
}

/** `GET calendars/{calendarId}`. */
export const calendarsGet = method({
  id: "calendars.get",
  verb: "GET",
  path: "calendars/{calendarId}",
  scopes: SCOPES["calendars.get"],
  params: { calendarId: PATH },
  run: call => answer(accessCalendar(call, call.params.calendarId, "freeBusyReader").calendar),
});

/** `POST calendars`: creates a secondary calendar that the caller owns, and adds it to the caller's list. */
export const calendarsInsert = method({
  id: "calendars.insert",
  verb: "POST",
  path: "calendars",
  scopes: SCOPES["calendars.insert"],
  params: {},
  run: call => {
    const body = parseBody(calendarBody, call.body);
    if (body.summary == null || body.summary === "") throw required("Missing title.");
    const { user, world, clock } = call;
    const id = `c_${call.services.random.eventId()}@group.calendar.google.com`;
    const zone = body.timeZone ?? world.primaryOf(user)?.timeZone ?? "UTC";
    const calendar = newCalendar(id, body.summary, isTimeZone(zone) ? zone : "UTC", clock.now());
    change(calendar, body, false, call);
    calendar.dataOwner = user.email;
    putAclRule(calendar, { type: "user", value: user.email }, "owner", clock.now());
    world.calendars.set(id, calendar);
    putListEntry(user, id, {}, clock.now());
    call.services.channels.notify(`calendarList:${user.email}`);
    return answer(calendar);
  },
});

function edit(call: Call, replace: boolean): Answer {
  const { calendar } = accessCalendar(call, String(call.params["calendarId"] ?? ""), "owner");
  change(calendar, parseBody(calendarBody, call.body), replace, call);
  return answer(calendar);
}

/** `PATCH calendars/{calendarId}`. */
export const calendarsPatch = method({
  id: "calendars.patch",
  verb: "PATCH",
  path: "calendars/{calendarId}",
  scopes: SCOPES["calendars.patch"],
  params: { calendarId: PATH },
  run: call => edit(call, false),
});

/** `PUT calendars/{calendarId}`. */
export const calendarsUpdate = method({
  id: "calendars.update",
  verb: "PUT",
  path: "calendars/{calendarId}",
  scopes: SCOPES["calendars.update"],
  params: { calendarId: PATH },
  run: call => edit(call, true),
});

/** Whether a calendar is the primary calendar of a user. */
function isPrimary(call: Call, calendar: Calendar): boolean {
  return [...call.world.users.values()].some(user => user.list.get(calendar.id)?.primary === true);
}

/** `DELETE calendars/{calendarId}`: secondary calendars only. The channels on it receive `not_exists`. */
export const calendarsDelete = method({
  id: "calendars.delete",
  verb: "DELETE",
  path: "calendars/{calendarId}",
  scopes: SCOPES["calendars.delete"],
  params: { calendarId: PATH },
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "owner");
    if (isPrimary(call, calendar)) {
      throw new ApiError(403, "cannotDeletePrimaryCalendar", "A primary calendar cannot be deleted.", {
        domain: "calendar",
      });
    }
    const { channels } = call.services;
    call.world.calendars.delete(calendar.id);
    for (const user of call.world.users.values()) {
      if (user.list.get(calendar.id)?.deleted !== false) continue;
      putListEntry(user, calendar.id, { deleted: true }, call.clock.now());
      channels.notify(`calendarList:${user.email}`);
    }
    channels.notify(`events:${calendar.id}`, "not_exists");
    channels.notify(`acl:${calendar.id}`, "not_exists");
    return { status: 204 };
  },
});

/** `POST calendars/{calendarId}/clear`: deletes every event of a primary calendar. */
export const calendarsClear = method({
  id: "calendars.clear",
  verb: "POST",
  path: "calendars/{calendarId}/clear",
  scopes: SCOPES["calendars.clear"],
  params: { calendarId: PATH },
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "owner");
    if (!isPrimary(call, calendar)) throw invalidBody("Only a primary calendar can be cleared.");
    for (const record of [...calendar.events.all()]) {
      const current = calendar.events.get(record.event.id)?.event;
      if (current !== undefined && !isCancelled(current)) call.services.writer.cancel(calendar, current);
    }
    return { status: 204 };
  },
});

/**
 * `POST calendars/{calendarId}/transferOwnership`: not implemented, because the emulator has no Workspace
 * administrators.
 */
export const calendarsTransferOwnership = method({
  id: "calendars.transferOwnership",
  verb: "POST",
  path: "calendars/{calendarId}/transferOwnership",
  scopes: SCOPES["calendars.transferOwnership"],
  params: { calendarId: PATH, newDataOwner: TEXT, useAdminAccess: FLAG },
  run: () => {
    throw notImplemented("calendars.transferOwnership");
  },
});
