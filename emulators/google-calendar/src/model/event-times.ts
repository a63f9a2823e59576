import { invalidBody, required, timeRangeEmpty } from "../api/errors.ts";
import type { EventDateTime, EventResource, Span } from "./event.ts";
import { formatBasicDate, formatBasicUtc, formatDate, formatInZone, isTimeZone } from "./zone.ts";
import { parseDate, parseDateTime, toInstant, toLocal } from "./zone.ts";
import type { SeriesTimes } from "../recurrence/series.ts";

const DAY_MS = 86_400_000;

/** A start or end: a day (ms of its midnight as if in UTC) or an instant with the zone it was given in. */
export type Moment = { kind: "day"; dayMs: number } | { kind: "instant"; ms: number; zone: string };

/** What a client sends for a start or an end. */
export interface DateTimeInput {
  date?: string | null | undefined;
  dateTime?: string | null | undefined;
  timeZone?: string | null | undefined;
}

/** Reads a start or end. `name` ("start", "end") is for the error message. */
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
  // An offset is required unless a zone is named [P].
  if (zone === undefined) throw required(`Missing time zone definition for ${name} time.`);
  return { kind: "instant", ms: toInstant(zone, parsed.localMs), zone };
}

/** How the API shows a moment in a zone. */
export function showMoment(moment: Moment, responseZone: string): EventDateTime {
  if (moment.kind === "day") return { date: formatDate(moment.dayMs) };
  return { dateTime: formatInZone(moment.ms, responseZone), timeZone: moment.zone };
}

/** Reads back what `showMoment` made. */
export function momentOf(shown: EventDateTime | undefined): Moment | undefined {
  if (shown?.date !== undefined) return { kind: "day", dayMs: parseDate(shown.date) ?? 0 };
  if (shown?.dateTime === undefined) return undefined;
  const parsed = parseDateTime(shown.dateTime);
  if (parsed === undefined) return undefined;
  return { kind: "instant", ms: parsed.localMs - (parsed.offsetMs ?? 0), zone: shown.timeZone ?? "UTC" };
}

/** The instant at which a moment begins, days counted in the calendar's zone. */
export function instantOf(moment: Moment, calendarZone: string): number {
  return moment.kind === "instant" ? moment.ms : toInstant(calendarZone, moment.dayMs);
}

/** Start and end of one event, checked against each other. */
export interface Times {
  start: Moment;
  end: Moment;
}

/** Reads and checks both ends of an event. */
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
    // Google accepts an all-day event that ends on the day it starts and shows one day [I].
    if (times.end.dayMs === times.start.dayMs) times.end = { kind: "day", dayMs: times.start.dayMs + DAY_MS };
  } else if (instantOf(times.end, calendarZone) < instantOf(times.start, calendarZone)) {
    throw timeRangeEmpty();
  }
  return times;
}

/** The instants that an event covers. */
export function spanOf(times: Times, calendarZone: string): Span {
  return { startMs: instantOf(times.start, calendarZone), endMs: instantOf(times.end, calendarZone) };
}

/** The times of a stored event; undefined for a deleted one that shows none. */
export function timesOf(event: EventResource): Times | undefined {
  const start = momentOf(event.start);
  const end = momentOf(event.end);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** A series' times for expansion. */
export function seriesTimes(times: Times, lines: readonly string[]): SeriesTimes {
  if (times.start.kind === "day")
    return { allDay: true, zone: "UTC", startLocalMs: times.start.dayMs, lines };
  const { zone, ms } = times.start;
  return { allDay: false, zone, startLocalMs: toLocal(zone, ms), lines };
}

/** An instance's times, made from its start by the series' own duration. */
export function instanceTimes(series: Times, start: number): Times {
  if (series.start.kind === "day" && series.end.kind === "day") {
    return {
      start: { kind: "day", dayMs: start },
      end: { kind: "day", dayMs: start + series.end.dayMs - series.start.dayMs },
    };
  }
  if (series.start.kind !== "instant" || series.end.kind !== "instant") return series;
  // The exact duration applies to every instance (RFC 5545 3.8.5.3), also across a change of the clocks.
  return {
    start: { kind: "instant", ms: start, zone: series.start.zone },
    end: { kind: "instant", ms: start + series.end.ms - series.start.ms, zone: series.end.zone },
  };
}

/** `<seriesId>_YYYYMMDDTHHMMSSZ`, or `<seriesId>_YYYYMMDD` for all-day series [O]. */
export function instanceId(seriesId: string, start: Moment): string {
  return `${seriesId}_${start.kind === "day" ? formatBasicDate(start.dayMs) : formatBasicUtc(start.ms)}`;
}

/** Takes an instance id apart. */
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

/** Shows an event's times in another zone; events of all-day kind stay as they are. */
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
