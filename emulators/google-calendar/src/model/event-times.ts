import { invalidBody, required, timeRangeEmpty } from "../api/errors.ts";
import type { EventDateTime, EventResource, Span } from "./event.ts";
import { formatBasicDate, formatBasicUtc, formatDate, formatInZone, isTimeZone } from "./zone.ts";
import { parseDate, parseDateTime, toInstant, toLocal } from "./zone.ts";
import type { SeriesTimes } from "../recurrence/series.ts";

const DAY_MS = 86_400_000;

/** A start or end: a day (the ms of its midnight in UTC), or an instant with the time zone that the client named. */
export type Moment = { kind: "day"; dayMs: number } | { kind: "instant"; ms: number; zone: string };

/** A start or end as a client sends it. */
export interface DateTimeInput {
  date?: string | null | undefined;
  dateTime?: string | null | undefined;
  timeZone?: string | null | undefined;
}

/** Parses a start or end. `name` ("start", "end") appears in error messages. Throws an ApiError (400). */
export function readMoment(input: DateTimeInput | undefined, name: string, calendarZone: string): Moment {
  if (input === undefined || (input.date == null && input.dateTime == null))
    throw required(`Missing ${name} time.`);
  if (input.date != null && input.dateTime != null) throw invalidBody(`Invalid ${name} time.`);
  const zone = input.timeZone ?? undefined;
  if (zone !== undefined && !isTimeZone(zone)) {
    throw invalidBody(`Invalid time zone definition for ${name} time.`);
  }
  if (input.date != null) {
    const dayMs = parseDate(input.date);
    if (dayMs === undefined)
      throw invalidBody(`Invalid value for: Invalid format: "${input.date.slice(0, 60)}"`);
    return { kind: "day", dayMs };
  }
  const parsed = parseDateTime(input.dateTime ?? "");
  if (parsed === undefined) {
    throw invalidBody(`Invalid value for: Invalid format: "${(input.dateTime ?? "").slice(0, 60)}"`);
  }
  if (parsed.offsetMs !== undefined) {
    return { kind: "instant", ms: parsed.localMs - parsed.offsetMs, zone: zone ?? calendarZone };
  }
  // An offset is required unless a time zone is named [P].
  if (zone === undefined) throw required(`Missing time zone definition for ${name} time.`);
  return { kind: "instant", ms: toInstant(zone, parsed.localMs), zone };
}

/** The API's form of a moment, in a response time zone. */
export function showMoment(moment: Moment, responseZone: string): EventDateTime {
  if (moment.kind === "day") return { date: formatDate(moment.dayMs) };
  return { dateTime: formatInZone(moment.ms, responseZone), timeZone: moment.zone };
}

/** Parses the result of `showMoment`. Undefined if there is none. */
export function momentOf(shown: EventDateTime | undefined): Moment | undefined {
  if (shown?.date !== undefined) return { kind: "day", dayMs: parseDate(shown.date) ?? 0 };
  if (shown?.dateTime === undefined) return undefined;
  const parsed = parseDateTime(shown.dateTime);
  if (parsed === undefined) return undefined;
  return { kind: "instant", ms: parsed.localMs - (parsed.offsetMs ?? 0), zone: shown.timeZone ?? "UTC" };
}

/** The instant at which a moment begins. A day begins at midnight in the calendar's zone. */
export function instantOf(moment: Moment, calendarZone: string): number {
  return moment.kind === "instant" ? moment.ms : toInstant(calendarZone, moment.dayMs);
}

/** Start and end of one event: both are days or both are instants. */
export interface Times {
  start: Moment;
  end: Moment;
}

/** Parses and checks start and end. Throws an ApiError (400). */
export function readTimes(
  start: DateTimeInput | undefined,
  end: DateTimeInput | undefined,
  calendarZone: string,
): Times {
  const times: Times = {
    start: readMoment(start, "start", calendarZone),
    end: readMoment(end, "end", calendarZone),
  };
  if (times.start.kind !== times.end.kind)
    throw invalidBody("Start and end times must either both be date or both be dateTime.");
  if (times.start.kind === "day" && times.end.kind === "day") {
    if (times.end.dayMs < times.start.dayMs) throw timeRangeEmpty();
    // Google accepts an all-day event that ends on its first day, and shows it as one day long [I].
    if (times.end.dayMs === times.start.dayMs) times.end = { kind: "day", dayMs: times.start.dayMs + DAY_MS };
  } else if (instantOf(times.end, calendarZone) < instantOf(times.start, calendarZone)) {
    throw timeRangeEmpty();
  }
  return times;
}

/** The instants of an event's start and end. */
export function spanOf(times: Times, calendarZone: string): Span {
  return { startMs: instantOf(times.start, calendarZone), endMs: instantOf(times.end, calendarZone) };
}

/** The times of a stored event. Undefined for a deleted event without times. */
export function timesOf(event: EventResource): Times | undefined {
  const start = momentOf(event.start);
  const end = momentOf(event.end);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The times of a series in the form that `expandSeries` needs. */
export function seriesTimes(times: Times, lines: readonly string[]): SeriesTimes {
  if (times.start.kind === "day")
    return { allDay: true, zone: "UTC", startLocalMs: times.start.dayMs, lines };
  const { zone, ms } = times.start;
  return { allDay: false, zone, startLocalMs: toLocal(zone, ms), lines };
}

/** The times of the instance that starts at `start`. Its duration is the duration of the series. */
export function instanceTimes(series: Times, start: number): Times {
  if (series.start.kind === "day" && series.end.kind === "day") {
    return {
      start: { kind: "day", dayMs: start },
      end: { kind: "day", dayMs: start + series.end.dayMs - series.start.dayMs },
    };
  }
  if (series.start.kind !== "instant" || series.end.kind !== "instant") return series;
  // Every instance has the exact duration of the series (RFC 5545 3.8.5.3), also across a daylight saving change.
  return {
    start: { kind: "instant", ms: start, zone: series.start.zone },
    end: { kind: "instant", ms: start + series.end.ms - series.start.ms, zone: series.end.zone },
  };
}

/** The id of an instance: `<seriesId>_YYYYMMDDTHHMMSSZ`, or `<seriesId>_YYYYMMDD` for an all-day series [O]. */
export function instanceId(seriesId: string, start: Moment): string {
  return `${seriesId}_${start.kind === "day" ? formatBasicDate(start.dayMs) : formatBasicUtc(start.ms)}`;
}

/** Parses an instance id. Undefined if the id does not have the form of an instance id. */
export function parseInstanceId(
  id: string,
): { seriesId: string; allDay: boolean; start: number } | undefined {
  const match = /^(.+)_(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/.exec(id);
  if (match === null) return undefined;
  const [, seriesId = "", y, mo, d, h, mi, s] = match;
  const day = parseDate(`${y}-${mo}-${d}`);
  if (day === undefined) return undefined;
  if (h === undefined) return { seriesId, allDay: true, start: day };
  return { seriesId, allDay: false, start: day + ((Number(h) * 60 + Number(mi)) * 60 + Number(s)) * 1000 };
}

/** An event with its times in another zone. All-day events are unchanged. */
export function inZone(event: EventResource, zone: string): EventResource {
  const show = (shown: EventDateTime | undefined): EventDateTime | undefined => {
    const moment = momentOf(shown);
    return moment?.kind === "instant" ? showMoment(moment, zone) : shown;
  };
  const start = show(event.start);
  const end = show(event.end);
  const original = show(event.originalStartTime);
  return {
    ...event,
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(original === undefined ? {} : { originalStartTime: original }),
  };
}
