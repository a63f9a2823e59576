import { accessCalendar } from "./access.ts";
import { method, PATH } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import type { Calendar } from "../model/world.ts";

/** A calendar resource. */
export function showCalendar(calendar: Calendar): object {
  return {
    kind: "calendar#calendar",
    etag: calendar.etag,
    id: calendar.id,
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    ...(calendar.location === undefined ? {} : { location: calendar.location }),
    timeZone: calendar.timeZone,
    ...(calendar.dataOwner === undefined ? {} : { dataOwner: calendar.dataOwner }),
    ...(calendar.autoAcceptInvitations === undefined
      ? {}
      : { autoAcceptInvitations: calendar.autoAcceptInvitations }),
    ...(calendar.labelProperties === undefined ? {} : { labelProperties: calendar.labelProperties }),
    conferenceProperties: calendar.conferenceProperties,
  };
}

/** `GET calendars/{calendarId}`. */
export const calendarsGet = method({
  id: "calendars.get",
  verb: "GET",
  path: "calendars/{calendarId}",
  scopes: SCOPES["calendars.get"],
  params: { calendarId: PATH },
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "freeBusyReader");
    return { body: showCalendar(calendar), etag: calendar.etag };
  },
});
