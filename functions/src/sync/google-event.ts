import * as z from "zod";
import { formatDateTime } from "../recurrence/event-time.ts";
import { toInstant, zoneNamed } from "../recurrence/zone.ts";
import type { CalendarEvent, GoogleTime, SeriesMaster } from "./calendar-event.ts";

/** A field that is not what Google documents is left out: it must not cost the user the whole event. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** Firestore takes UTF-8 only: half a surrogate pair, which JSON can carry, would fail the whole commit. */
const text = lenient(z.string().transform(value => value.toWellFormed()));
const webLink = lenient(z.url({ protocol: /^https?$/ }));
const flag = lenient(z.boolean());

/** `{date}` or `{dateTime, timeZone?}`; Google's own order of precedence when both are there is not documented. */
const time = z.union([
  z.object({ date: z.iso.date() }),
  z.object({ dateTime: z.iso.datetime({ offset: true, local: true }), timeZone: text }),
]);

/** A document id holds 1,500 bytes (Firestore, "Quotas and limits"), 23 of which the calendar's key takes. */
const maxIdBytes = 1_400;

/** Google's ids are `[a-v0-9]{5,1024}` plus `_…` for instances; imported ones may hold more. A document id must fit. */
const eventId = z
  .string()
  .regex(/^[^/\s]+$/)
  .refine(id => !/^(\.\.?|__.*__)$/.test(id))
  .refine(id => Buffer.byteLength(id) <= maxIdBytes && isGoogleId(id));

const person = { email: text, displayName: text, self: flag };

/** The parts of an Event resource that clients can use (Calendar API v3 reference, "Events"). */
const liveEvent = z.object({
  id: eventId,
  status: z.enum(["confirmed", "tentative"]).catch("confirmed"),
  etag: z.string(),
  updated: lenient(z.iso.datetime({ offset: true })),
  start: time,
  end: time,
  summary: text,
  description: text,
  location: text,
  attendees: lenient(
    z.array(
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
    z.object({ entryPoints: z.array(z.object({ entryPointType: text, uri: webLink })).catch([]) }),
  ),
  recurringEventId: lenient(eventId),
  originalStartTime: lenient(time),
  eventType: z.string().catch("default"),
  visibility: text,
  transparency: text,
  colorId: text,
  htmlLink: webLink,
});

/** Of a cancelled event only the id is certain, of a cancelled exception also these (reference of Events, `status`). */
const envelope = z.object({
  id: eventId,
  status: text,
  recurrence: lenient(z.array(z.string()).min(1)),
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
  | { readonly kind: "series"; readonly eventId: string; readonly master: SeriesMaster }
  /** `eventId` is what Google sent, whole, whether or not it could be the id of a document. */
  | { readonly kind: "malformed"; readonly eventId: string | undefined; readonly problem: string };

/** True for what can be an id at all. Google's own have 5 to 1,024 characters (reference of Events). */
export function isGoogleId(id: string | undefined): id is string {
  return id !== undefined && id !== "" && id.length <= maxIdBytes && id.isWellFormed() && !/\p{Cc}/u.test(id);
}

/** Google's id of an item, unless it has none that could be stored. */
export function idOf(item: ParsedItem): string | undefined {
  if (item.kind === "event") return item.event.eventId;
  return item.kind !== "malformed" || eventId.safeParse(item.eventId).success ? item.eventId : undefined;
}

/** What the calendar contributes to its events. */
export interface CalendarContext {
  readonly calendarKey: string;
  /** IANA name; all-day events are days in this zone. */
  readonly timeZone: string;
}

/** The document limit is 1 MiB with names and overhead; Google's own texts are far below. */
const maxEventBytes = 900_000;

/** Reads one item of `events.list`. Never throws: an item that cannot be stored is `malformed`, with a reason. */
export function parseItem(raw: unknown, calendar: CalendarContext): ParsedItem {
  const head = envelope.safeParse(raw);
  if (!head.success) return malformed(raw, head.error);
  const { id, status, recurrence, recurringEventId: seriesId, originalStartTime } = head.data;
  if (status === "cancelled") {
    const instanceOf = seriesId !== undefined &&
      originalStartTime !== undefined && { seriesId, originalStartTime };
    return { kind: "removed", eventId: id, ...(instanceOf && { instanceOf }) };
  }
  const body = liveEvent.safeParse(raw);
  if (!body.success) return malformed(raw, body.error);
  const { start, end, originalStartTime: original, ...rest } = body.data;
  const google = {
    ...rest,
    start: withOffset(start, calendar.timeZone) ?? start,
    end: withOffset(end, calendar.timeZone) ?? end,
    originalStartTime: original && withOffset(original, calendar.timeZone),
  };
  const startAtMs = toMs(google.start, calendar.timeZone);
  const endAtMs = toMs(google.end, calendar.timeZone);
  if (startAtMs === undefined || endAtMs === undefined || endAtMs < startAtMs) {
    return { kind: "malformed", eventId: id, problem: "start or end is outside any calendar" };
  }
  const event = toEvent(google, calendar, startAtMs, endAtMs);
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) {
    return { kind: "malformed", eventId: id, problem: "larger than a document may be" };
  }
  return recurrence === undefined ? { kind: "event", event } : toSeries(event, google, recurrence);
}

function toSeries(
  event: CalendarEvent,
  { start, end }: { readonly start: GoogleTime; readonly end: GoogleTime },
  recurrence: readonly string[],
): ParsedItem {
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

function malformed(raw: unknown, error: z.ZodError): ParsedItem {
  const id = z.object({ id: z.string() }).safeParse(raw);
  // Names of fields and rules only: the log must not hold what people wrote.
  const problem = error.issues.map(issue => `${issue.path.join(".") || "item"}: ${issue.code}`).join(", ");
  return { kind: "malformed", eventId: id.success ? id.data.id : undefined, problem };
}

function toEvent(
  google: z.infer<typeof liveEvent>,
  calendar: CalendarContext,
  startAtMs: number,
  endAtMs: number,
): CalendarEvent {
  const { hangoutLink, conferenceData, originalStartTime, updated, id, start, end, ...rest } = google;
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
    updatedAtMs: inRange(Date.parse(updated ?? "")) ?? 0,
  });
}

/** Firestore refuses undefined, and clients tell "not there" by absence. */
function withoutAbsent<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** Firestore's range, and anything a person could mean. */
const earliestMs = Date.parse("0001-01-02T00:00:00Z");
const latestMs = Date.parse("9999-12-30T00:00:00Z");

function inRange(ms: number): number | undefined {
  return ms >= earliestMs && ms < latestMs ? ms : undefined;
}

/** RFC 3339's, at the end of a time. */
const offset = /Z|[+-]\d\d:/;

/** Undefined outside any calendar, and for what has no offset still: a local time in an unknown zone. */
function toMs(value: GoogleTime, timeZone: string): number | undefined {
  if ("date" in value) return inRange(startOfDayMs(value.date, timeZone));
  return offset.test(value.dateTime) ? inRange(Date.parse(value.dateTime)) : undefined;
}

/**
 * The same moment with an offset, as clients read it. Google answers with one always (reference of Events, `dateTime`);
 * what has none is a local time in the zone beside it, or in the calendar's. Undefined in an unknown zone.
 */
function withOffset(value: GoogleTime, timeZone: string): GoogleTime | undefined {
  if ("date" in value || offset.test(value.dateTime)) return value;
  const zone = zoneNamed(value.timeZone ?? timeZone);
  if (zone === null) return undefined;
  return { ...value, dateTime: formatDateTime(toInstant(zone, Date.parse(`${value.dateTime}Z`)), zone) };
}

/** The first moment of a day in a zone: midnight, or later where daylight saving skips it. NaN in an unknown zone. */
export function startOfDayMs(date: string, timeZone: string): number {
  const zone = zoneNamed(timeZone);
  return zone === null ? NaN : toInstant(zone, Date.parse(date));
}
