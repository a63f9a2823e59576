import type { VirtualClock } from "../clock.ts";
import { composeEvent } from "../model/compose-event.ts";
import type { Identity } from "../model/compose-event.ts";
import type { EventResource } from "../model/event.ts";
import { isCancelled } from "../model/event.ts";
import { readMoment, parseInstanceId, showMoment } from "../model/event-times.ts";
import { htmlLink } from "../model/instances.ts";
import { originalMsOf, spanOfEvent, storeRaw } from "../model/event-writer.ts";
import { keysOf, showsGiven } from "../model/raw-event.ts";
import { etagOf, newCalendar, nextVersionMs, putAclRule, putListEntry } from "../model/world.ts";
import type { AccessRole, Calendar, User, World } from "../model/world.ts";
import type { SeededRandom } from "../random.ts";
import { exportRawEntries, importRawEntries } from "./raw.ts";
import type { StateBody, StateCalendar, StateEvent } from "./schemas.ts";

/**
 * Makes the world equal to `state`. Existing data is edited in place and without notifications, so sync tokens and
 * channels stay valid. Tests use this for changes that no notification announces.
 */
export function importState(world: World, state: StateBody, clock: VirtualClock, random: SeededRandom): void {
  const emails = new Set(state.users.map(user => user.email.toLowerCase()));
  for (const email of world.users.keys()) if (!emails.has(email)) world.users.delete(email);
  const named = new Set<string>();
  for (const wanted of state.users) {
    const user = world.user(wanted.email) ?? world.addUser(wanted.email, wanted.name ?? nameOf(wanted.email));
    if (wanted.name !== undefined) user.name = wanted.name;
    for (const [id, value] of Object.entries(wanted.settings ?? {})) {
      user.settingsSeq += 1;
      user.settings.set(id, { value, seq: user.settingsSeq });
    }
    const calendars = wanted.calendars ?? [primaryOf(user)];
    const listed = new Set(calendars.map(calendar => calendar.id));
    const raw = new Set(keysOf(wanted.rawCalendarList));
    for (const entry of user.list.values()) {
      if (!entry.deleted && !listed.has(entry.calendarId) && !raw.has(entry.calendarId))
        putListEntry(user, entry.calendarId, { deleted: true }, clock.now());
    }
    for (const calendar of calendars) {
      importCalendar(world, user, calendar, named.has(calendar.id), clock, random);
      named.add(calendar.id);
    }
    importRawEntries(user, wanted.rawCalendarList, clock);
  }
  for (const id of world.calendars.keys()) if (!named.has(id)) world.calendars.delete(id);
}

function nameOf(email: string): string {
  const [local = email] = email.split("@");
  return local.charAt(0).toUpperCase() + local.slice(1);
}

function primaryOf(user: User): StateCalendar {
  return {
    id: user.email,
    summary: user.email,
    timeZone: "UTC",
    accessRole: "owner",
    primary: true,
    events: [],
    rawEvents: [],
  };
}

function importCalendar(
  world: World,
  user: User,
  wanted: StateCalendar,
  shared: boolean,
  clock: VirtualClock,
  random: SeededRandom,
): void {
  const isNew = !world.calendars.has(wanted.id);
  const calendar =
    world.calendars.get(wanted.id) ?? newCalendar(wanted.id, wanted.summary, wanted.timeZone, clock.now());
  world.calendars.set(wanted.id, calendar);
  const isPrimary = wanted.primary || wanted.id.toLowerCase() === user.email;
  if (!shared) describe(calendar, wanted, clock);
  const watchable = wanted.watchable ?? calendar.watchable;
  calendar.watchable = watchable;
  if (wanted.accessRole === "owner" && !isPrimary) calendar.dataOwner ??= user.email;
  setRole(calendar, user, wanted.accessRole, clock);
  const before = user.list.get(calendar.id);
  const { colorId, backgroundColor, foregroundColor, hidden, selected, summaryOverride } = wanted;
  const changes = {
    primary: isPrimary,
    ...(colorId === undefined ? {} : { colorId }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    ...(foregroundColor === undefined ? {} : { foregroundColor }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(selected === undefined ? {} : { selected }),
    ...(summaryOverride === undefined ? {} : { summaryOverride }),
    ...(before === undefined && isPrimary ? { defaultReminders: [{ method: "popup", minutes: 10 }] } : {}),
    deleted: false,
  };
  const same =
    before !== undefined &&
    Object.entries(changes).every(([name, value]) => Reflect.get(before, name) === value);
  if (!same) putListEntry(user, calendar.id, changes, clock.now());
  // The calendar's events come from the first user whose entry names the calendar. The entry of a later user only
  // shares the calendar, unless it has events too.
  if (isNew || !shared || wanted.events.length + wanted.rawEvents.length > 0)
    importEvents(calendar, user, wanted, shared, clock, random);
}

function describe(calendar: Calendar, wanted: StateCalendar, clock: VirtualClock): void {
  const { summary, description, location, timeZone } = wanted;
  const before = JSON.stringify([
    calendar.summary,
    calendar.description,
    calendar.location,
    calendar.timeZone,
  ]);
  calendar.summary = summary === "" ? wanted.id : summary;
  calendar.timeZone = timeZone;
  if (description !== undefined) calendar.description = description;
  if (location !== undefined) calendar.location = location;
  const after = JSON.stringify([
    calendar.summary,
    calendar.description,
    calendar.location,
    calendar.timeZone,
  ]);
  if (before !== after) calendar.etag = etagOf(nextVersionMs(calendar, clock.now()));
}

function setRole(calendar: Calendar, user: User, role: AccessRole, clock: VirtualClock): void {
  const id = `user:${user.email}`;
  if (calendar.acl.get(id)?.role === role) return;
  putAclRule(calendar, { type: "user", value: user.email }, role, clock.now());
}

function importEvents(
  calendar: Calendar,
  user: User,
  { events, rawEvents }: StateCalendar,
  additional: boolean,
  clock: VirtualClock,
  random: SeededRandom,
): void {
  const kept = new Set<string>();
  for (const wanted of events) {
    const event = composeState(calendar, user, wanted, clock, random);
    kept.add(event.id);
    const before = calendar.events.get(event.id)?.event;
    const ordinary = calendar.events.get(event.id)?.raw === undefined;
    if (ordinary && before !== undefined && comparable(before) === comparable(event)) continue;
    const versionMs = nextVersionMs(calendar, clock.now());
    const stored: EventResource = {
      ...event,
      etag: etagOf(versionMs),
      updated:
        before === undefined && wanted.updated != null ? wanted.updated : new Date(versionMs).toISOString(),
    };
    put(calendar, stored, versionMs);
  }
  const keys = keysOf(rawEvents);
  for (const [index, key] of keys.entries()) {
    kept.add(key);
    const given = rawEvents[index];
    if (!showsGiven(calendar.events.get(key), given)) storeRaw(calendar, given, key, clock.now());
  }
  if (additional) return;
  for (const record of [...calendar.events.all()]) {
    if (kept.has(record.event.id) || isCancelled(record.event)) continue;
    const versionMs = nextVersionMs(calendar, clock.now());
    put(calendar, { ...record.event, status: "cancelled", etag: etagOf(versionMs) }, versionMs);
  }
}

function put(calendar: Calendar, event: EventResource, versionMs: number): void {
  calendar.events.put({
    event,
    span: spanOfEvent(event, calendar),
    originalMs: originalMsOf(event, calendar),
    changedAtMs: versionMs,
  });
}

function comparable(event: EventResource): string {
  const { etag: _etag, updated: _updated, sequence: _sequence, ...rest } = event;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function composeState(
  calendar: Calendar,
  user: User,
  wanted: StateEvent,
  clock: VirtualClock,
  random: SeededRandom,
): EventResource {
  const id = wanted.id ?? random.eventId();
  const own = calendar.id === user.email;
  const creator = wanted.creator?.email ?? user.email;
  const creatorName = wanted.creator?.displayName;
  const organizer = wanted.organizer?.email ?? calendar.id;
  const displayName = wanted.organizer?.displayName;
  const identity: Identity = {
    id,
    created: wanted.created ?? new Date(Math.floor(clock.now() / 1000) * 1000).toISOString(),
    htmlLink: htmlLink(id, calendar.id),
    iCalUID: wanted.iCalUID ?? `${parseInstanceId(id)?.seriesId ?? id}@google.com`,
    creator: {
      email: creator,
      ...(creatorName == null ? {} : { displayName: creatorName }),
      ...(creator === calendar.id ? { self: true } : {}),
    },
    organizer:
      organizer === calendar.id
        ? { email: organizer, ...(own ? {} : { displayName: calendar.summary }), self: true }
        : { email: organizer, ...(displayName == null ? {} : { displayName }) },
  };
  const exception = exceptionOf(id, wanted, calendar);
  // A cancelled instance without times gets its original time.
  const { recurrence: _lines, ...input } = wanted;
  const complete =
    exception !== undefined && wanted.start == null
      ? { ...input, start: exception.originalStartTime, end: exception.originalStartTime }
      : exception === undefined
        ? wanted
        : input;
  const event = composeEvent(undefined, identity, complete, "replace", calendar);
  return {
    ...event,
    ...exception,
    sequence: wanted.sequence ?? 0,
    ...(wanted.hangoutLink == null ? {} : { hangoutLink: wanted.hangoutLink }),
    // False is the default, which Google omits.
    ...(wanted.locked === true ? { locked: true } : {}),
    ...(wanted.attendeesOmitted === true ? { attendeesOmitted: true } : {}),
  };
}

function exceptionOf(
  id: string,
  wanted: StateEvent,
  calendar: Calendar,
):
  | { recurringEventId: string; originalStartTime: NonNullable<EventResource["originalStartTime"]> }
  | undefined {
  const recurringEventId = wanted.recurringEventId ?? undefined;
  if (recurringEventId === undefined) return undefined;
  const parsed = parseInstanceId(id);
  if (wanted.originalStartTime != null) {
    const moment = readMoment(wanted.originalStartTime, "original start", calendar.timeZone);
    return { recurringEventId, originalStartTime: showMoment(moment, calendar.timeZone) };
  }
  const { allDay = false, start = 0 } = parsed ?? {};
  const zone = wanted.start?.timeZone ?? calendar.timeZone;
  const moment = allDay
    ? ({ kind: "day", dayMs: start } as const)
    : ({ kind: "instant", ms: start, zone } as const);
  return { recurringEventId, originalStartTime: showMoment(moment, calendar.timeZone) };
}

/**
 * The world in the form that `PUT /_emulator/state` accepts. Deleted events are omitted; cancelled instances are
 * included.
 */
export function exportState(world: World): object {
  return {
    users: [...world.users.values()].map(user => ({
      email: user.email,
      name: user.name,
      ...exportRawEntries(user),
      calendars: [...user.list.values()]
        .filter(entry => !entry.deleted && world.calendars.has(entry.calendarId))
        .map(entry => exportCalendar(world, user, entry.calendarId, entry.primary)),
    })),
  };
}

function exportCalendar(world: World, user: User, id: string, primary: boolean): object {
  const calendar = world.calendars.get(id);
  const entry = user.list.get(id);
  if (calendar === undefined || entry === undefined) return {};
  const kept = [...calendar.events.all()].filter(
    ({ event }) => !isCancelled(event) || event.recurringEventId !== undefined,
  );
  const raw = kept.flatMap(record => (record.raw === undefined ? [] : [record.raw.given]));
  return {
    id,
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    ...(calendar.location === undefined ? {} : { location: calendar.location }),
    timeZone: calendar.timeZone,
    accessRole: world.roleOf(user, calendar),
    primary,
    watchable: calendar.watchable,
    colorId: entry.colorId,
    ...(entry.backgroundColor === undefined ? {} : { backgroundColor: entry.backgroundColor }),
    ...(entry.foregroundColor === undefined ? {} : { foregroundColor: entry.foregroundColor }),
    hidden: entry.hidden,
    selected: entry.selected,
    ...(entry.summaryOverride === undefined ? {} : { summaryOverride: entry.summaryOverride }),
    events: kept.filter(record => record.raw === undefined).map(record => record.event),
    ...(raw.length === 0 ? {} : { rawEvents: raw }),
  };
}
