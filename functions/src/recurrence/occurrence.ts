import { formatBasicDate, formatBasicUtc, formatDate, formatDateTime, instantOf } from "./event-time.ts";
import { readGoogleTime } from "./event-time.ts";
import type { EventTime, GoogleTime } from "./event-time.ts";
import { dayMs, earliestMs, latestMs } from "./civil.ts";
import { malformed } from "./outcome.ts";
import type { Malformed } from "./outcome.ts";
import type { Key, ReadSeries } from "./series.ts";
import { toInstant, toLocal } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** Where an event lies in time. */
export type Placement = {
  readonly start: EventTime;
  /** Exclusive, like Google's. */
  readonly end: EventTime;
  /** Milliseconds since 1970, UTC; an all-day event begins at midnight in the calendar's zone. */
  readonly startMs: number;
  readonly endMs: number;
  readonly allDay: boolean;
};

/** One occurrence of a series. `E` is the caller's type of an exception. */
export type Occurrence<E> = Placement & {
  /** The id that Google gives the instance, or the exception that takes its place. */
  readonly eventId: string;
  /** Where the series had put it; of an exception as Google gave it. */
  readonly originalStart: EventTime;
  /** Whose title, description and so on it bears: the series', or those of the exception. */
  readonly source: { readonly kind: "instance" } | { readonly kind: "exception"; readonly exception: E };
};

/**
 * What can be seen, with the meaning of Google's `timeMin` and `timeMax`: an event whose end is after `fromMs` and
 * whose start is before `toMs`. Milliseconds since 1970, UTC.
 */
export type Window = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where to begin with a series that has more occurrences than can be kept: what is over is let go first. */
  readonly keepFromMs?: number;
};

/** What takes no time is seen for a millisecond, as in the documents. */
export function isInWindow({ startMs, endMs }: Placement, window: Window): boolean {
  return Math.max(endMs, startMs + 1) > window.fromMs && startMs < window.toMs;
}

/**
 * Where a single event or an exception lies, from its own start and end. The calendar's zone places all-day
 * events. Also what a caller needs for events without a series.
 */
export function placeEvent(
  event: { readonly start?: GoogleTime | null | undefined; readonly end?: GoogleTime | null | undefined },
  zone: Zone,
): { readonly kind: "placed"; readonly placement: Placement } | Malformed {
  const start = readGoogleTime(event.start, "start");
  if (start.kind === "malformed") return start;
  const end = readGoogleTime(event.end, "end");
  if (end.kind === "malformed") return end;
  if (start.value.allDay !== end.value.allDay) return malformed("start and end are not of one kind");
  const startMs = instantOf(start.value, zone);
  const endMs = instantOf(end.value, zone);
  if (endMs < startMs) return malformed("the end is before the start");
  return {
    kind: "placed",
    placement: {
      start: start.value.time,
      end: end.value.time,
      startMs,
      endMs,
      allDay: start.value.allDay,
    },
  };
}

/** `<series id>_20260105T090000Z`, or `<series id>_20260105` in an all-day series (docs/emulator-differences.md). */
export function instanceId(series: ReadSeries, key: Key): string {
  return series.instanceIdPrefix + (series.timing.allDay ? formatBasicDate(key) : formatBasicUtc(key));
}

/** When an occurrence starts, for queries. */
export function startMsOf(series: ReadSeries, key: Key, calendarZone: Zone): number {
  return series.timing.allDay ? toInstant(calendarZone, key) : key;
}

/**
 * The occurrence of a key as an unchanged instance. Durations are elapsed time (RFC 5545, 3.8.5.3: "the same exact
 * duration will apply to all the members"), so an event across a daylight-saving change ends at another time of day.
 */
export function instanceAt(
  series: ReadSeries,
  key: Key,
  durationMs: number,
  calendarZone: Zone,
): Occurrence<never> {
  const startMs = startMsOf(series, key, calendarZone);
  const start = timeOf(series, key, "start");
  return {
    eventId: instanceId(series, key),
    originalStart: start,
    start,
    end: timeOf(series, key + durationMs, "end"),
    startMs,
    endMs: startMsOf(series, key + durationMs, calendarZone),
    allDay: series.timing.allDay,
    source: unchangedInstance,
  };
}

/** Whether Firestore and a date of four digits can hold it, from start to end; others are left out, one by one. */
export function canBeStored(series: ReadSeries, key: Key, durationMs: number, calendarZone: Zone): boolean {
  // No zone is further from UTC: nothing else need be asked for almost all.
  if (key >= earliestMs + 2 * dayMs && key + durationMs <= latestMs - 2 * dayMs) return true;
  const { timing } = series;
  const isHeld = (ms: number) => ms >= earliestMs && ms <= latestMs;
  const zones = timing.allDay ? [calendarZone] : [timing.zone, timing.endZone];
  return [key, key + durationMs].every(
    one =>
      isHeld(one) && zones.every(zone => isHeld(timing.allDay ? toInstant(zone, one) : toLocal(zone, one))),
  );
}

const unchangedInstance = { kind: "instance" } as const;

function timeOf({ timing }: ReadSeries, key: Key, side: "start" | "end"): EventTime {
  if (timing.allDay) return { date: formatDate(key) };
  const zone = side === "start" ? timing.zone : timing.endZone;
  return { dateTime: formatDateTime(key, zone), timeZone: zone.name };
}
