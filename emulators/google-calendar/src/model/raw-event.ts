import { createHash } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import { expandSeries } from "../recurrence/series.ts";
import { eventInput } from "./event-input.ts";
import type { EventRecord, EventResource, RawEvent } from "./event.ts";
import { readMoment, seriesTimes, showMoment } from "./event-times.ts";
import type { DateTimeInput, Moment } from "./event-times.ts";
import { isTimeZone } from "./zone.ts";

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The ids under which raw values are stored: a value's own id, or an id made from its contents if it has none. */
export function keysOf(given: readonly unknown[]): string[] {
  const times = new Map<string, number>();
  return given.map(value => {
    const id: unknown = isJsonObject(value) ? value["id"] : undefined;
    if (typeof id === "string" && id !== "") return id;
    const text = JSON.stringify(value);
    const nth = (times.get(text) ?? 0) + 1;
    times.set(text, nth);
    return `raw${createHash("sha256").update(`${nth} ${text}`).digest("hex").slice(0, 20)}`;
  });
}

/** The JSON of a raw value, plus an etag and an `updated` if it has none. */
export function rawJson(given: unknown, etag: string, updated: string | undefined): string {
  if (!isJsonObject(given)) return JSON.stringify(given);
  return JSON.stringify({
    ...given,
    ...("etag" in given ? {} : { etag }),
    ...("updated" in given || updated === undefined ? {} : { updated }),
  });
}

/** The given etag if it is a valid header value, otherwise `own`. */
export function headerEtag(given: unknown, own: string): string {
  const etag: unknown = isJsonObject(given) ? given["etag"] : undefined;
  return typeof etag === "string" && /^[\x21-\x7e]{1,200}$/.test(etag) ? etag : own;
}

/** Parses a start or end. Undefined if that is not possible. An unknown time zone is replaced by the calendar's. */
function momentFrom(
  given: unknown,
  calendarZone: string,
): { moment: Moment; zoneKnown: boolean } | undefined {
  const input: DateTimeInput = {};
  for (const name of ["date", "dateTime"] as const) {
    const value: unknown = isJsonObject(given) ? given[name] : undefined;
    if (typeof value === "string") input[name] = value;
    else if (value !== undefined && value !== null) return undefined;
  }
  const zone: unknown = isJsonObject(given) ? given["timeZone"] : undefined;
  const zoneKnown = zone === undefined || (typeof zone === "string" && isTimeZone(zone));
  if (typeof zone === "string" && zoneKnown) input.timeZone = zone;
  try {
    return { moment: readMoment(input, "", calendarZone), zoneKnown };
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function readRecurrence(
  given: unknown,
  times: { start: Moment; end: Moment } | undefined,
): string[] | undefined {
  if (times === undefined || !Array.isArray(given)) return undefined;
  const lines = given.filter(line => typeof line === "string");
  if (lines.length !== given.length) return undefined;
  try {
    return expandSeries(seriesTimes(times, lines), -Infinity, Infinity, 1).length === 0 ? undefined : lines;
  } catch {
    // The lines cannot be expanded, so the series has no instances. Raw events may have such lines.
    return undefined;
  }
}

/**
 * The fields that can be parsed. Each field is checked on its own, so that an invalid field does not affect the
 * others.
 */
function readableFields(given: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(eventInput.shape)) {
    const parsed = schema.safeParse(given[name]);
    if (parsed.success && parsed.data !== undefined && parsed.data !== null) fields[name] = parsed.data;
  }
  for (const name of ["id", "start", "end", "originalStartTime", "recurrence", "organizer"])
    Reflect.deleteProperty(fields, name);
  return fields;
}

/**
 * Parses a raw event for the emulator's own use: windows, series and edits. Fields that cannot be parsed are ignored;
 * the answer contains the event exactly as given.
 */
export function readRawEvent(
  given: unknown,
  key: string,
  calendarZone: string,
): { event: EventResource; raw: Omit<RawEvent, "json"> } {
  const fields = isJsonObject(given) ? given : {};
  const known = readableFields(fields);
  const start = momentFrom(fields["start"], calendarZone);
  const end = momentFrom(fields["end"], calendarZone);
  const usableEnd =
    start !== undefined &&
    end?.moment.kind === start.moment.kind &&
    startOf(end.moment) >= startOf(start.moment)
      ? end.moment
      : start?.moment;
  const times =
    start === undefined || usableEnd === undefined ? undefined : { start: start.moment, end: usableEnd };
  const original = momentFrom(fields["originalStartTime"], calendarZone);
  const isException = typeof known["recurringEventId"] === "string";
  const series = !isException && fields["recurrence"] !== undefined && fields["recurrence"] !== null;
  const recurrence =
    series && start?.zoneKnown === true ? readRecurrence(fields["recurrence"], times) : undefined;
  const { eventType } = fields;
  const event: EventResource = {
    iCalUID: `${key}@google.com`,
    status: "confirmed",
    ...known,
    kind: "calendar#event",
    etag: "",
    id: key,
    eventType: typeof eventType === "string" ? eventType : "default",
    ...(times === undefined
      ? {}
      : { start: showMoment(times.start, calendarZone), end: showMoment(times.end, calendarZone) }),
    ...(original === undefined ? {} : { originalStartTime: showMoment(original.moment, calendarZone) }),
    ...(recurrence === undefined ? {} : { recurrence }),
  };
  const understood = times !== undefined && (!series || recurrence !== undefined);
  return { event, raw: { given, series, understood } };
}

function startOf(moment: Moment): number {
  return moment.kind === "day" ? moment.dayMs : moment.ms;
}

/** Whether a record is a raw event with the given contents. */
export function showsGiven(record: EventRecord | undefined, given: unknown): boolean {
  return record?.raw !== undefined && JSON.stringify(record.raw.given) === JSON.stringify(given);
}
