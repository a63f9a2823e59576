import * as z from "zod/mini";
import { createHash } from "node:crypto";
import { readInstanceId } from "../recurrence/instance-id.ts";
import { toInstant, type Zone } from "../recurrence/zone.ts";
import type { CalendarEvent, SeriesMaster } from "../model/calendar-event.ts";
import type { GoogleTime } from "../model/google-time.ts";
import { eventColor } from "./event-color.ts";
import * as parts from "./event-parts.ts";
import { fitEvent } from "./fit-event.ts";
import { flag, lenient, lenientList, text, webLink, withoutAbsent } from "./lenient-fields.ts";
import { time, withOffset } from "./parse-time.ts";

/** A document id holds at most 1,500 bytes (Firestore, "Quotas and limits"); the calendar's key takes 23 of them. */
const maxIdBytes = 1_400;

/**
 * Google's ids match `[a-v0-9]{5,1024}`, plus `_…` for instances; ids of imported events may contain other characters.
 * An id must be usable in a document id.
 */
const eventId = z.string().check(
  z.regex(/^[^/\s]+$/),
  z.refine(id => !/^(\.\.?|__.*__)$/.test(id)),
  z.refine(id => Buffer.byteLength(id) <= maxIdBytes && id.isWellFormed() && !/\p{Cc}/u.test(id)),
);

/** The parts of an Event resource that clients can use (Calendar API v3 reference, "Events"). */
const liveEvent = z.object({
  id: eventId,
  status: z.catch(z.enum(["confirmed", "tentative"]), "confirmed"),
  // An empty etag would be equal to any other empty etag.
  etag: z.pipe(
    text,
    z.transform(etag => (etag === "" ? undefined : etag)),
  ),
  updated: lenient(z.iso.datetime({ offset: true })),
  start: time,
  end: time,
  summary: text,
  description: text,
  location: text,
  attendees: lenient(lenientList(parts.attendee)),
  attendeesOmitted: flag,
  organizer: parts.person,
  creator: parts.person,
  hangoutLink: lenient(webLink),
  conferenceData: parts.conferenceData,
  recurringEventId: lenient(eventId),
  originalStartTime: lenient(time),
  eventType: z.pipe(
    text,
    z.transform(type => type ?? "default"),
  ),
  visibility: text,
  transparency: text,
  colorId: text,
  eventLabelId: parts.eventLabelId,
  htmlLink: lenient(webLink),
  iCalUID: parts.iCalUID,
  created: lenient(z.iso.datetime({ offset: true })),
  sequence: lenient(z.int()),
  guestsCanInviteOthers: flag,
  guestsCanModify: flag,
  guestsCanSeeOtherGuests: flag,
  anyoneCanAddSelf: flag,
  locked: flag,
  attachments: parts.attachments,
  reminders: parts.reminders,
  extendedProperties: parts.extendedProperties,
  source: parts.source,
  workingLocationProperties: parts.workingLocation,
  outOfOfficeProperties: parts.outOfOffice,
  focusTimeProperties: parts.focusTime,
  birthdayProperties: parts.birthday,
});

/**
 * The fields that a cancelled event may have. Only its id is certain; a cancelled exception also has the last two
 * (reference of Events, `status`).
 */
const envelope = z.object({
  id: eventId,
  status: text,
  recurrence: z.optional(z.unknown()),
  recurringEventId: lenient(eventId),
  originalStartTime: lenient(time),
});

/** The instance that an exception replaces. */
export interface InstanceOf {
  readonly seriesId: string;
  readonly originalStartTime: GoogleTime;
}

export type ParsedItem =
  | { readonly kind: "event"; readonly event: CalendarEvent }
  /**
   * Deleted, or a cancelled instance of a series. `instanceOf`: the series and the instance, if Google named the
   * series.
   */
  | { readonly kind: "removed"; readonly eventId: string; readonly instanceOf?: InstanceOf }
  | {
      readonly kind: "series";
      readonly eventId: string;
      readonly master: SeriesMaster;
      /** The same item as a single event; absent if its start or end is outside Firestore's range of timestamps. */
      readonly single?: CalendarEvent;
    }
  /** Cannot be stored. `eventId` is Google's complete id, even if it is not usable as a document id. */
  | {
      readonly kind: "malformed";
      readonly eventId: string | undefined;
      readonly problem: string;
      /** Its `recurringEventId`, if that is readable. */
      readonly seriesId?: string;
    };

/** True if the text is usable as a document id. */
export function isStorableId(id: string | undefined): id is string {
  return eventId.safeParse(id).success;
}

/** Google's id of an item; undefined if the item has no id, or an id that is not usable as a document id. */
export function idOf(item: ParsedItem): string | undefined {
  if (item.kind === "event") return item.event.eventId;
  return item.kind !== "malformed" || isStorableId(item.eventId) ? item.eventId : undefined;
}

/** The properties of a calendar that its events depend on. */
export interface CalendarContext {
  readonly calendarKey: string;
  /** All-day events are days in this zone. It also replaces unknown zones. */
  readonly zone: Zone;
}

/** A document holds 1 MiB including field names and overhead. Events in Google Calendar are far smaller. */
const maxEventBytes = 900_000;
/** The document of a series also contains its recurrence and its exceptions, so its event gets less, if possible. */
const maxSeriesEventBytes = 600_000;

/**
 * Reads one item of `events.list`. Never throws: an item that cannot be stored is `malformed`, with a problem for the
 * log.
 */
export function parseItem(raw: unknown, calendar: CalendarContext): ParsedItem {
  try {
    return readItem(raw, calendar);
  } catch {
    // Seen only with extremely deep nesting. One item must not make its whole page fail.
    return malformed(raw, "threw");
  }
}

function readItem(raw: unknown, calendar: CalendarContext): ParsedItem {
  const head = envelope.safeParse(raw);
  if (!head.success) return malformed(raw, problemOf(head.error));
  const { id, status } = head.data;
  // An item that names itself as its series: `recurringEventId` is ignored. If its id has the form of an instance id,
  // it is an instance of a series that Google did not name.
  const isItsOwn = head.data.recurringEventId === id;
  const seriesId = isItsOwn ? undefined : head.data.recurringEventId;
  if (status === "cancelled") {
    const original = head.data.originalStartTime ?? originalOf(id);
    const instanceOf = seriesId !== undefined &&
      original !== undefined && {
        seriesId,
        originalStartTime: withoutAbsent(withOffset(original, calendar.zone)),
      };
    return { kind: "removed", eventId: id, ...(instanceOf && { instanceOf }) };
  }
  // Its series is unreadable or not named. Stored as a single event it would appear next to the instance that the
  // series generates.
  const isNoInstance = isItsOwn && originalOf(id) === undefined;
  if (seriesId === undefined && !isNoInstance && has(raw, "recurringEventId")) {
    return malformed(raw, "recurringEventId: unreadable");
  }
  const recurrence = readLines(head.data.recurrence, seriesId);
  const item = readBody(raw, recurrence, seriesId, calendar);
  if (item.kind !== "malformed" || recurrence === undefined) return item;
  // The series is malformed, perhaps only because its end is unreadable or does not fit its start. Read it again with
  // its start as the end, marked as incomplete. Then the stored version of the series, if there is one, keeps its
  // occurrences.
  const { start } = raw as { readonly start?: unknown };
  const started = readBody({ ...(raw as object), end: start }, [...recurrence, lostEnd], seriesId, calendar);
  return started.kind === "malformed" ? item : started;
}

/** A recurrence line that recurrence-lines.ts reads as a lost rule, which makes the series incomplete. */
const lostEnd = "?FREQ=, because the end cannot be read";

function readBody(
  raw: unknown,
  recurrence: readonly string[] | undefined,
  seriesId: string | undefined,
  calendar: CalendarContext,
): ParsedItem {
  const body = liveEvent.safeParse(raw);
  if (!body.success) return malformed(raw, problemOf(body.error));
  const { start, end, originalStartTime, etag, ...rest } = body.data;
  if (recurrence !== undefined && "date" in start !== "date" in end)
    return malformed(raw, "start and end are not of one kind");
  // Documented as always present in an exception. If it is missing, the instance's id contains the same time.
  const original = originalStartTime ?? (seriesId === undefined ? undefined : originalOf(rest.id));
  const google = {
    ...rest,
    recurringEventId: seriesId,
    etag: etag ?? standInEtag(raw),
    start: withOffset(start, calendar.zone),
    end: withOffset(end, calendar.zone),
    originalStartTime: original && withOffset(original, calendar.zone),
  };
  const startAtMs = toMs(google.start, calendar.zone);
  const endAtMs = toMs(google.end, calendar.zone);
  // A series may begin in the year 0 (a birthday without a year): its occurrences are checked one by one.
  const isHeld = recurrence !== undefined || (inRange(startAtMs) && inRange(endAtMs));
  if (!isHeld || !(endAtMs >= startAtMs)) return malformed(raw, "start or end is outside any calendar");
  // An event without a duration gets 1 ms, so that queries for its own day find it. `end` stays as Google sent it.
  const whole = toEvent(google, calendar, startAtMs, Math.max(endAtMs, startAtMs + 1));
  const asSeries = recurrence === undefined ? undefined : fitEvent(whole, maxSeriesEventBytes);
  const event = asSeries ?? fitEvent(whole, maxEventBytes);
  if (event === undefined) return malformed(raw, "larger than a document may be");
  if (recurrence === undefined) return { kind: "event", event };
  const isShowable = inRange(startAtMs) && inRange(endAtMs);
  return { ...toSeries(event, google, recurrence), ...(isShowable && { single: event }) };
}

function originalOf(id: string): GoogleTime | undefined {
  return time.safeParse(readInstanceId(id)?.originalStart).data;
}

function has(raw: unknown, field: string): boolean {
  return (raw as Readonly<Record<string, unknown>>)[field] !== undefined;
}

/**
 * The lines of a recurrence; undefined if the item has none. A `recurrence` of another type than a list of lines still
 * makes a series, of which only the start is readable: stored as a single event it would delete the occurrences. An
 * exception may have an unreadable `recurrence`; it is ignored.
 */
function readLines(recurrence: unknown, seriesId: string | undefined): readonly string[] | undefined {
  if (recurrence === undefined) return undefined;
  const entries: readonly unknown[] = Array.isArray(recurrence)
    ? recurrence
    : typeof recurrence === "string"
      ? [recurrence]
      : [];
  if (seriesId !== undefined && !entries.some(entry => typeof entry === "string")) return undefined;
  // Firestore stores only UTF-8. An entry that is not text becomes "?", which is no valid line.
  return entries.map(entry => (typeof entry === "string" ? entry.toWellFormed() : "?"));
}

/** A hash of the item, for an item without an etag. Like Google's etag it changes with every change of the event. */
function standInEtag(raw: unknown): string {
  return `~${createHash("sha256").update(JSON.stringify(raw)).digest("base64url")}`;
}

function toSeries(
  event: CalendarEvent,
  { start, end }: { readonly start: GoogleTime; readonly end: GoogleTime },
  recurrence: readonly string[],
): Extract<ParsedItem, { kind: "series" }> {
  const {
    eventId,
    start: _start,
    end: _end,
    startAtMs: _from,
    endAtMs: _to,
    calendarKey: _key,
    ...content
  } = event;
  return {
    kind: "series",
    eventId,
    master: { start: withoutAbsent(start), end: withoutAbsent(end), recurrence, event: content },
  };
}

function malformed(raw: unknown, problem: string): ParsedItem {
  const id = z.object({ id: z.string() }).safeParse(raw);
  const series = z.object({ recurringEventId: eventId }).safeParse(raw);
  return {
    kind: "malformed",
    eventId: id.success ? id.data.id : undefined,
    problem,
    ...(series.success && { seriesId: series.data.recurringEventId }),
  };
}

/** Names only fields and rules, because the log must not contain texts of users. */
function problemOf(error: z.core.$ZodError): string {
  return error.issues.map(issue => `${issue.path.join(".") || "item"}: ${issue.code}`).join(", ");
}

function toEvent(
  google: z.infer<typeof liveEvent> & { readonly etag: string },
  calendar: CalendarContext,
  startAtMs: number,
  endAtMs: number,
): CalendarEvent {
  const {
    hangoutLink,
    conferenceData: conference,
    originalStartTime,
    updated,
    created,
    id,
    ...others
  } = google;
  const { workingLocationProperties, outOfOfficeProperties, focusTimeProperties, ...named } = others;
  const { start, end, birthdayProperties, ...rest } = named;
  const updatedAtMs = Date.parse(updated ?? "");
  const createdAtMs = Date.parse(created ?? "");
  return withoutAbsent({
    ...rest,
    calendarKey: calendar.calendarKey,
    eventId: id,
    startAtMs,
    endAtMs,
    start: withoutAbsent(start),
    end: withoutAbsent(end),
    allDay: "date" in start,
    selfResponse: google.attendees?.find(guest => guest.self && guest.responseStatus)?.responseStatus,
    conference,
    conferenceLink: conference?.entryPoints?.find(isVideo)?.uri ?? hangoutLink,
    color: eventColor(google.colorId),
    workingLocation: workingLocationProperties,
    outOfOffice: outOfOfficeProperties,
    focusTime: focusTimeProperties,
    birthday: birthdayProperties,
    originalStart: originalStartTime && withoutAbsent(originalStartTime),
    createdAtMs: inRange(createdAtMs) ? createdAtMs : undefined,
    updatedAtMs: inRange(updatedAtMs) ? updatedAtMs : 0,
  });
}

function isVideo({ type, uri }: { readonly type: string; readonly uri: string }): boolean {
  return type === "video" && webLink.safeParse(uri).success;
}

/** Firestore's range of timestamps ("Supported data types", Date and time). */
const earliestMs = Date.parse("0001-01-01T00:00:00Z");
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");

function inRange(ms: number): boolean {
  return ms >= earliestMs && ms <= latestMs;
}

function toMs(value: GoogleTime, zone: Zone): number {
  return "date" in value ? startOfDayMs(value.date, zone) : Date.parse(value.dateTime);
}

/** The first moment of a day in a zone, in epoch ms: midnight, or later if daylight saving skips midnight. */
export function startOfDayMs(date: string, zone: Zone): number {
  return toInstant(zone, Date.parse(date));
}
