import * as z from "zod";
import { createHash } from "node:crypto";
import { readInstanceId } from "../recurrence/instance-id.ts";
import { toInstant, type Zone } from "../recurrence/zone.ts";
import type { CalendarEvent, SeriesMaster } from "../model/calendar-event.ts";
import type { GoogleTime } from "../model/google-time.ts";
import { time, withOffset } from "./google-time.ts";

/** A field that is not what Google documents is left out: it must not cost the user the whole event. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** So must one entry of a list: it is left out, and the others stay. */
const lenientList = <T extends z.ZodType>(schema: T) =>
  z
    .array(schema.nullable().catch(null))
    .transform(entries => entries.filter(entry => entry !== null) as z.output<T>[]);

/** Firestore takes UTF-8 only: half a surrogate pair, which JSON can carry, would fail the whole commit. */
const text = lenient(z.string().transform(value => value.toWellFormed()));
const webLink = lenient(z.url({ protocol: /^https?$/ }).refine(link => link.isWellFormed()));
const flag = lenient(z.boolean());

/** A document id holds 1,500 bytes (Firestore, "Quotas and limits"), 23 of which the calendar's key takes. */
const maxIdBytes = 1_400;

/** Google's ids are `[a-v0-9]{5,1024}` plus `_…` for instances; imported ones may hold more. A document id must fit. */
const eventId = z
  .string()
  .regex(/^[^/\s]+$/)
  .refine(id => !/^(\.\.?|__.*__)$/.test(id))
  .refine(id => Buffer.byteLength(id) <= maxIdBytes && id.isWellFormed() && !/\p{Cc}/u.test(id));

const person = { email: text, displayName: text, self: flag };

/** The parts of an Event resource that clients can use (Calendar API v3 reference, "Events"). */
const liveEvent = z.object({
  id: eventId,
  status: z.enum(["confirmed", "tentative"]).catch("confirmed"),
  // An empty one would be equal to every other empty one.
  etag: text.transform(etag => (etag === "" ? undefined : etag)),
  updated: lenient(z.iso.datetime({ offset: true })),
  start: time,
  end: time,
  summary: text,
  description: text,
  location: text,
  attendees: lenient(
    lenientList(
      z.object({
        ...person,
        responseStatus: text,
        comment: text,
        optional: flag,
        organizer: flag,
        resource: flag,
        additionalGuests: lenient(z.int()),
      }),
    ),
  ),
  organizer: lenient(z.object(person)),
  hangoutLink: webLink,
  conferenceData: lenient(
    z.object({ entryPoints: lenientList(z.object({ entryPointType: text, uri: webLink })).catch([]) }),
  ),
  recurringEventId: lenient(eventId),
  originalStartTime: lenient(time),
  eventType: text.transform(type => type ?? "default"),
  visibility: text,
  transparency: text,
  colorId: text,
  htmlLink: webLink,
});

/** Of a cancelled event only the id is certain, of a cancelled exception also these (reference of Events, `status`). */
const envelope = z.object({
  id: eventId,
  status: text,
  recurrence: z.unknown().optional(),
  recurringEventId: lenient(eventId),
  originalStartTime: lenient(time),
});

/** Which instance of which series an exception stands for. */
export interface InstanceOf {
  readonly seriesId: string;
  readonly originalStartTime: GoogleTime;
}

export type ParsedItem =
  | { readonly kind: "event"; readonly event: CalendarEvent }
  /** Deleted. Of a cancelled instance of a living series Google also says which series and instance it was. */
  | { readonly kind: "removed"; readonly eventId: string; readonly instanceOf?: InstanceOf }
  | {
      readonly kind: "series";
      readonly eventId: string;
      readonly master: SeriesMaster;
      /** What it is if nothing repeats it; absent where no document can hold its start. */
      readonly single?: CalendarEvent;
    }
  /** `eventId` is what Google sent, whole, whether or not it could be the id of a document. */
  | {
      readonly kind: "malformed";
      readonly eventId: string | undefined;
      readonly problem: string;
      /** The series that it says it belongs to, if that can be read. */
      readonly seriesId?: string;
    };

/** True for what can be the id of a document. */
export function isStorableId(id: string | undefined): id is string {
  return eventId.safeParse(id).success;
}

/** Google's id of an item, unless it has none that could be stored. */
export function idOf(item: ParsedItem): string | undefined {
  if (item.kind === "event") return item.event.eventId;
  return item.kind !== "malformed" || isStorableId(item.eventId) ? item.eventId : undefined;
}

/** What the calendar contributes to its events. */
export interface CalendarContext {
  readonly calendarKey: string;
  /** All-day events are days in this zone; it stands in for zones that mean nothing. */
  readonly zone: Zone;
}

/** The document limit is 1 MiB with names and overhead; Google's own texts are far below. */
const maxEventBytes = 900_000;

/** Reads one item of `events.list`. Never throws: an item that cannot be stored is `malformed`, with a reason. */
export function parseItem(raw: unknown, calendar: CalendarContext): ParsedItem {
  try {
    return readItem(raw, calendar);
  } catch {
    // Not known to happen but for absurd nesting. One item must not cost the page that it is on.
    return malformed(raw, "threw");
  }
}

function readItem(raw: unknown, calendar: CalendarContext): ParsedItem {
  const head = envelope.safeParse(raw);
  if (!head.success) return malformed(raw, problemOf(head.error));
  const { id, status } = head.data;
  // Nothing is an instance of itself. What is called like an instance is one of a series that we are not told.
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
  // As a single event it would stand beside the instance of its series.
  const isNoInstance = isItsOwn && originalOf(id) === undefined;
  if (seriesId === undefined && !isNoInstance && has(raw, "recurringEventId")) {
    return malformed(raw, "recurringEventId: unreadable");
  }
  const recurrence = readLines(head.data.recurrence, seriesId);
  const item = readBody(raw, recurrence, seriesId, calendar);
  if (item.kind !== "malformed" || recurrence === undefined) return item;
  // A series is shown from its start alone, and where more was known of it, that stays.
  const { start } = raw as { readonly start?: unknown };
  const started = readBody({ ...(raw as object), end: start }, [...recurrence, lostEnd], seriesId, calendar);
  return started.kind === "malformed" ? item : started;
}

/** Read as what is left of a rule (recurrence-lines.ts): it makes the series incomplete. */
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
  // Documented as always there; where it is not, the id says the same.
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
  // A series may have begun in the year 0, as birthdays without a year do: its occurrences are checked one by one.
  const isHeld = recurrence !== undefined || (inRange(startAtMs) && inRange(endAtMs));
  if (!isHeld || !(endAtMs >= startAtMs)) return malformed(raw, "start or end is outside any calendar");
  // What takes no time is found by the queries of its own day all the same; `end` stays Google's.
  const event = toEvent(google, calendar, startAtMs, Math.max(endAtMs, startAtMs + 1));
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) {
    return malformed(raw, "larger than a document may be");
  }
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
 * The lines of a recurrence, undefined where there is none. One that is there and is no list of lines makes a series
 * all the same, of which nothing but the start can be read: a single event in its place would delete the occurrences.
 * Only an exception is understood without it.
 */
function readLines(recurrence: unknown, seriesId: string | undefined): readonly string[] | undefined {
  if (recurrence === undefined) return undefined;
  const entries: readonly unknown[] = Array.isArray(recurrence)
    ? recurrence
    : typeof recurrence === "string"
      ? [recurrence]
      : [];
  if (seriesId !== undefined && !entries.some(entry => typeof entry === "string")) return undefined;
  // Firestore's UTF-8 again; and a mark that no reader of lines takes for one.
  return entries.map(entry => (typeof entry === "string" ? entry.toWellFormed() : "?"));
}

/** Google's changes with every change of the event, and so does this one. */
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

/** Names of fields and rules only: the log must not hold what people wrote. */
function problemOf(error: z.ZodError): string {
  return error.issues.map(issue => `${issue.path.join(".") || "item"}: ${issue.code}`).join(", ");
}

function toEvent(
  google: z.infer<typeof liveEvent> & { readonly etag: string },
  calendar: CalendarContext,
  startAtMs: number,
  endAtMs: number,
): CalendarEvent {
  const { hangoutLink, conferenceData, originalStartTime, updated, id, start, end, ...rest } = google;
  const updatedAtMs = Date.parse(updated ?? "");
  const video = conferenceData?.entryPoints.find(entry => entry.entryPointType === "video")?.uri;
  return withoutAbsent({
    ...rest,
    calendarKey: calendar.calendarKey,
    eventId: id,
    startAtMs,
    endAtMs,
    start: withoutAbsent(start),
    end: withoutAbsent(end),
    allDay: "date" in start,
    attendees: google.attendees?.map(withoutAbsent),
    organizer: google.organizer && withoutAbsent(google.organizer),
    conferenceLink: video ?? hangoutLink,
    originalStart: originalStartTime && withoutAbsent(originalStartTime),
    updatedAtMs: inRange(updatedAtMs) ? updatedAtMs : 0,
  });
}

/** Firestore refuses undefined, and clients tell "not there" by absence. */
function withoutAbsent<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** Firestore's range ("Supported data types", Date and time). */
const earliestMs = Date.parse("0001-01-01T00:00:00Z");
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");

function inRange(ms: number): boolean {
  return ms >= earliestMs && ms <= latestMs;
}

function toMs(value: GoogleTime, zone: Zone): number {
  return "date" in value ? startOfDayMs(value.date, zone) : Date.parse(value.dateTime);
}

/** The first moment of a day in a zone: midnight, or later where daylight saving skips it. */
export function startOfDayMs(date: string, zone: Zone): number {
  return toInstant(zone, Date.parse(date));
}
