import * as z from "zod";
import { CALENDAR_LIST_PARAMS, entryAnswer, entryOf } from "./calendar-list.ts";
import { CALENDAR_COLORS } from "./colors.ts";
import { invalidBody, notFound, required } from "./errors.ts";
import { FLAG, method, PATH } from "./method.ts";
import type { Answer, Call } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { openChannel } from "./watch.ts";
import { parseBody } from "../model/event-input.ts";
import { putListEntry } from "../model/world.ts";
import type { ListEntry } from "../model/world.ts";

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/);
const entryBody = z.object({
  id: z.string().nullish(),
  summaryOverride: z.string().max(10_000).nullish(),
  colorId: z.string().nullish(),
  backgroundColor: color.nullish(),
  foregroundColor: color.nullish(),
  hidden: z.boolean().nullish(),
  selected: z.boolean().nullish(),
  defaultReminders: z
    .array(z.object({ method: z.enum(["email", "popup"]), minutes: z.int().min(0).max(40_320) }))
    .max(5)
    .nullish(),
  notificationSettings: z
    .object({
      notifications: z
        .array(
          z.object({
            method: z.enum(["email"]),
            type: z.enum(["eventCreation", "eventChange", "eventCancellation", "eventResponse", "agenda"]),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
type EntryBody = z.infer<typeof entryBody>;

function changesOf(body: EntryBody, replace: boolean, rgb: boolean): Partial<ListEntry> {
  const { colorId } = body;
  if (colorId != null && CALENDAR_COLORS[colorId] === undefined)
    throw invalidBody("Invalid value for: colorId");
  const given = <T>(value: T | null | undefined, fallback: T): T | undefined =>
    value ?? (value === null || replace ? fallback : undefined);
  const changes: Record<string, unknown> = {
    summaryOverride: body.summaryOverride ?? undefined,
    hidden: given(body.hidden, false),
    selected: given(body.selected, false),
    defaultReminders: given(body.defaultReminders, []),
    notifications: given(body.notificationSettings?.notifications, []),
    colorId: colorId ?? undefined,
    // Without `colorRgbFormat`, RGB colours are ignored, and a new colorId removes the entry's RGB colours [P].
    backgroundColor: rgb ? (body.backgroundColor ?? undefined) : undefined,
    foregroundColor: rgb ? (body.foregroundColor ?? undefined) : undefined,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function write(call: Call, entry: ListEntry, replace: boolean): Answer {
  const body = parseBody(entryBody, call.body);
  const rgb = call.params["colorRgbFormat"] === true;
  const changes = changesOf(body, replace, rgb);
  if (!rgb && body.colorId != null) {
    Reflect.deleteProperty(entry, "backgroundColor");
    Reflect.deleteProperty(entry, "foregroundColor");
  }
  // An edit changes a raw entry into an ordinary entry, if its calendar exists.
  if (call.world.calendars.has(entry.calendarId)) Reflect.deleteProperty(entry, "raw");
  if (body.summaryOverride === null || (replace && body.summaryOverride === undefined)) {
    Reflect.deleteProperty(entry, "summaryOverride");
  }
  const next = putListEntry(call.user, entry.calendarId, changes, call.clock.now());
  call.services.channels.notify(`calendarList:${call.user.email}`);
  return entryAnswer(call, next);
}

/** `POST users/me/calendarList`: adds a calendar that the user may see to the user's list. */
export const calendarListInsert = method({
  id: "calendarList.insert",
  verb: "POST",
  path: "users/me/calendarList",
  scopes: SCOPES["calendarList.insert"],
  params: { colorRgbFormat: FLAG },
  run: call => {
    const { id } = parseBody(entryBody, call.body);
    if (id == null || id === "") throw required("Missing calendar id.");
    const calendar = call.world.calendarFor(call.user, id);
    if (calendar === undefined || call.world.roleOf(call.user, calendar) === "none") throw notFound();
    const entry = putListEntry(call.user, calendar.id, { deleted: false }, call.clock.now());
    return write(call, entry, false);
  },
});

/** `PATCH users/me/calendarList/{calendarId}`. */
export const calendarListPatch = method({
  id: "calendarList.patch",
  verb: "PATCH",
  path: "users/me/calendarList/{calendarId}",
  scopes: SCOPES["calendarList.patch"],
  params: { calendarId: PATH, colorRgbFormat: FLAG },
  run: call => write(call, entryOf(call, call.params.calendarId), false),
});

/** `PUT users/me/calendarList/{calendarId}`. */
export const calendarListUpdate = method({
  id: "calendarList.update",
  verb: "PUT",
  path: "users/me/calendarList/{calendarId}",
  scopes: SCOPES["calendarList.update"],
  params: { calendarId: PATH, colorRgbFormat: FLAG },
  run: call => write(call, entryOf(call, call.params.calendarId), true),
});

/**
 * `DELETE users/me/calendarList/{calendarId}`: removes the calendar from the list. The calendar itself is not
 * deleted.
 */
export const calendarListDelete = method({
  id: "calendarList.delete",
  verb: "DELETE",
  path: "users/me/calendarList/{calendarId}",
  scopes: SCOPES["calendarList.delete"],
  params: { calendarId: PATH },
  run: call => {
    const entry = entryOf(call, call.params.calendarId);
    if (entry.primary) throw invalidBody("The primary calendar cannot be removed from the list.");
    putListEntry(call.user, entry.calendarId, { deleted: true }, call.clock.now());
    call.services.channels.notify(`calendarList:${call.user.email}`);
    return { status: 204 };
  },
});

/** `POST users/me/calendarList/watch`. */
export const calendarListWatch = method({
  id: "calendarList.watch",
  verb: "POST",
  path: "users/me/calendarList/watch",
  scopes: SCOPES["calendarList.watch"],
  params: CALENDAR_LIST_PARAMS,
  run: call =>
    openChannel(call, {
      resource: `calendarList:${call.user.email}`,
      path: "users/me/calendarList",
      calendarId: undefined,
      watchable: true,
    }),
});
