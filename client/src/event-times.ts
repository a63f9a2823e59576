import type { EventDocument, EventTime } from "./documents.ts";
import { momentOfWallTime, rfc3339, startOfDate, wallTimeMs } from "./zoned-time.ts";
import type { TimestampLike } from "./timestamp.ts";

/** The fields of an event that say when it is. */
export type EventTimes = Pick<EventDocument, "start" | "end" | "startAt" | "endAt" | "allDay">;

/** How far an occurrence moves on the clock of its zone, and whether it is an all-day event afterwards. */
export interface Shift {
  readonly startMs: number;
  readonly endMs: number;
  readonly allDay: boolean;
}

export function timestampAt(millis: number): TimestampLike {
  const seconds = Math.floor(millis / 1000);
  return {
    seconds,
    nanoseconds: (millis - seconds * 1000) * 1_000_000,
    toDate: () => new Date(millis),
    toMillis: () => millis,
  };
}

/** Whether this runtime knows a zone. */
const known = new Map<string, boolean>();

function isKnown(zone: string): boolean {
  const before = known.get(zone);
  if (before !== undefined) return before;
  let result = true;
  try {
    wallTimeMs(0, zone);
  } catch {
    result = false;
  }
  known.set(zone, result);
  return result;
}

/** The first zone that this runtime knows, else UTC: the times are shown only until the sync brings them. */
function knownZone(...zones: readonly (string | undefined)[]): string {
  return zones.find(zone => zone !== undefined && isKnown(zone)) ?? "UTC";
}

/** The zone in which the event was entered, else the calendar's. */
function zoneOfEvent({ start }: Pick<EventDocument, "start">, calendarZone: string | undefined): string {
  return knownZone("timeZone" in start ? start.timeZone : undefined, calendarZone);
}

/**
 * The times as the sync will store them.
 *
 * @param start also a `dateTime` without an offset, which is a time in its `timeZone`.
 * @throws RangeError for what is not a time.
 */
export function timesOf(start: EventTime, end: EventTime, calendarZone: string | undefined): EventTimes {
  const startMs = momentOf(start, calendarZone);
  return {
    start: withOffset(start, calendarZone),
    end: withOffset(end, calendarZone),
    startAt: timestampAt(startMs),
    endAt: timestampAt(Math.max(momentOf(end, calendarZone), startMs + 1)),
    allDay: "date" in start,
  };
}

/** How far the times are from those of an event, on the clock of the event's zone. */
export function shiftTo(times: EventTimes, event: EventDocument, calendarZone: string | undefined): Shift {
  const zone = zoneOfEvent(event, calendarZone);
  const moved = (to: EventTime, from: EventTime) => clockMs(to, zone) - clockMs(from, zone);
  return {
    startMs: moved(times.start, event.start),
    endMs: moved(times.end, event.end),
    allDay: times.allDay,
  };
}

/** The times of an event, moved on the clock of its zone: 09:00 becomes 10:00 also where clocks are changed between. */
export function shifted(event: EventDocument, shift: Shift, calendarZone: string | undefined): EventTimes {
  const zone = zoneOfEvent(event, calendarZone);
  const moved = (time: EventTime, byMs: number): EventTime => {
    const ms = clockMs(time, zone) + byMs;
    if (shift.allDay) return { date: new Date(ms).toISOString().slice(0, 10) };
    return { dateTime: rfc3339(momentOfWallTime(ms, zone), zone), timeZone: zone };
  };
  return timesOf(moved(event.start, shift.startMs), moved(event.end, shift.endMs), calendarZone);
}

/** The id that Google gives an occurrence of a series: the series, and the start that the rule gives it. */
export function occurrenceId(seriesId: string, { start, startAt }: EventTimes): string {
  const original = "date" in start ? start.date : `${startAt.toDate().toISOString().slice(0, 19)}Z`;
  return `${seriesId}_${original.replace(/[-:]/g, "")}`;
}

/** Milliseconds since 1970. */
function momentOf(time: EventTime, calendarZone: string | undefined): number {
  if ("date" in time) return startOfDate(time.date, knownZone(calendarZone)).getTime();
  if (hasOffset(time.dateTime)) return Date.parse(time.dateTime);
  const zone = knownZone(time.timeZone, calendarZone);
  return momentOfWallTime(Date.parse(`${time.dateTime}Z`), zone).getTime();
}

/** What the clock of the zone shows at the time; for a date, its midnight. */
function clockMs(time: EventTime, zone: string): number {
  return "date" in time ? Date.parse(`${time.date}T00:00:00Z`) : wallTimeMs(momentOf(time, zone), zone);
}

function withOffset(time: EventTime, calendarZone: string | undefined): EventTime {
  if ("date" in time || hasOffset(time.dateTime)) return time;
  const zone = knownZone(time.timeZone, calendarZone);
  return { ...time, dateTime: rfc3339(new Date(momentOf(time, calendarZone)), zone) };
}

function hasOffset(dateTime: string): boolean {
  return /(?:Z|[+-]\d\d:\d\d)$/i.test(dateTime);
}
