import { invalidParameter, notFound } from "./errors.ts";
import { FLAG, method, PATH, TEXT } from "./method.ts";
import type { Answer, Call } from "./method.ts";
import { listCollection } from "./paging.ts";
import type { Collection } from "./paging.ts";
import { colorsOf } from "./colors.ts";
import { SCOPES } from "./scopes.ts";
import { withUnknownEntryValues } from "./unknown-values.ts";
import { ACCESS_ROLES, roleIncludes } from "../model/world.ts";
import type { AccessRole, ListEntry } from "../model/world.ts";

/** The parameters of calendarList.list. */
export const CALENDAR_LIST_PARAMS = {
  maxResults: { kind: "integer", min: 1, max: 250 },
  minAccessRole: { kind: "string", values: ACCESS_ROLES.slice(1) },
  pageToken: TEXT,
  showDeleted: FLAG,
  showHidden: FLAG,
  showOwnOrganizationOnly: FLAG,
  syncToken: TEXT,
} as const;

/** An entry of a user's calendar list in Google's format. */
export function showEntry(call: Pick<Call, "world" | "user" | "services">, entry: ListEntry): unknown {
  if (entry.raw !== undefined && !entry.deleted) return JSON.parse(entry.raw.json);
  const calendar = call.world.calendars.get(entry.calendarId);
  if (calendar === undefined || entry.deleted) {
    return { kind: "calendar#calendarListEntry", etag: entry.etag, id: entry.calendarId, deleted: true };
  }
  return withUnknownEntryValues(call.services.habits, {
    kind: "calendar#calendarListEntry",
    etag: entry.etag,
    id: calendar.id,
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    ...(calendar.location === undefined ? {} : { location: calendar.location }),
    timeZone: calendar.timeZone,
    ...(calendar.dataOwner === undefined ? {} : { dataOwner: calendar.dataOwner }),
    ...(entry.summaryOverride === undefined ? {} : { summaryOverride: entry.summaryOverride }),
    colorId: entry.colorId,
    ...colorsOf(entry),
    ...(entry.hidden ? { hidden: true } : {}),
    ...(entry.selected ? { selected: true } : {}),
    accessRole: call.world.roleOf(call.user, calendar),
    defaultReminders: entry.defaultReminders,
    ...(entry.notifications.length === 0
      ? {}
      : { notificationSettings: { notifications: entry.notifications } }),
    ...(entry.primary ? { primary: true } : {}),
    conferenceProperties: calendar.conferenceProperties,
  });
}

/** The list entry that a call names. Throws 404 if there is none. */
export function entryOf(call: Call, id: string | undefined): ListEntry {
  const calendar = call.world.calendarFor(call.user, id ?? "primary");
  // A raw entry may name a calendar that does not exist.
  const entry = call.user.list.get(calendar?.id ?? id ?? "");
  if (entry === undefined || entry.deleted) throw notFound();
  return entry;
}

/** The answer for one entry. */
export function entryAnswer(call: Call, entry: ListEntry): Answer {
  return { json: JSON.stringify(showEntry(call, entry)), etag: entry.etag };
}

/** `GET users/me/calendarList`. */
export const calendarListList = method({
  id: "calendarList.list",
  verb: "GET",
  path: "users/me/calendarList",
  scopes: SCOPES["calendarList.list"],
  params: CALENDAR_LIST_PARAMS,
  run: call => {
    const { params, user, world } = call;
    if (params.syncToken !== undefined) {
      for (const name of ["minAccessRole", "showOwnOrganizationOnly"] as const) {
        if (params[name] !== undefined)
          throw invalidParameter(name, `Sync token cannot be used with ${name}.`);
      }
    }
    const least = ACCESS_ROLES.find(role => role === params.minAccessRole) ?? "none";
    const collection: Collection = {
      kind: "calendar#calendarList",
      key: `calendarList:${user.email}`,
      seq: user.listSeq,
      generation: `${world.generation}.${user.generation}`,
      items: [...user.list.values()].filter(hasRole).map(entry => ({
        seq: entry.seq,
        deleted: entry.deleted,
        hidden: entry.hidden,
        show: () => showEntry(call, entry),
      })),
    };
    return listCollection(call, params, collection);

    function hasRole(entry: ListEntry): boolean {
      const calendar = world.calendars.get(entry.calendarId);
      const role: AccessRole = calendar === undefined ? "none" : world.roleOf(user, calendar);
      if (entry.raw !== undefined) return true;
      return entry.deleted || roleIncludes(role, least);
    }
  },
});

/** `GET users/me/calendarList/{calendarId}`. */
export const calendarListGet = method({
  id: "calendarList.get",
  verb: "GET",
  path: "users/me/calendarList/{calendarId}",
  scopes: SCOPES["calendarList.get"],
  params: { calendarId: PATH },
  run: call => {
    const entry = entryOf(call, call.params.calendarId);
    return entryAnswer(call, entry);
  },
});
