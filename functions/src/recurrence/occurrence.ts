import type { GoogleTime } from "../model/google-time.ts";
import { formatDate, formatDateTime } from "./event-time.ts";
import { instanceId } from "./instance-id.ts";
import { dayMs, earliestMs, latestMs } from "./civil.ts";
import type { Key, ReadSeries } from "./series.ts";
import { toInstant, toLocal } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** One unchanged occurrence of a series. */
export type Occurrence = {
  /** Google's id of the instance. */
  readonly eventId: string;
  readonly start: GoogleTime;
  /** Exclusive, as at Google. */
  readonly end: GoogleTime;
  /** Milliseconds since 1970, UTC; an all-day occurrence begins at midnight in the calendar's zone. */
  readonly startMs: number;
  readonly endMs: number;
};

/**
 * The range of an expansion, with the meaning of Google's `timeMin` and `timeMax`: an event whose end is after `fromMs`
 * and whose start is before `toMs`. Milliseconds since 1970, UTC.
 */
export type Window = {
  readonly fromMs: number;
  readonly toMs: number;
  /** If a series has more occurrences than can be kept, the occurrences before this moment are dropped first. */
  readonly keepFromMs?: number;
};

/** The start of an occurrence as an instant. */
export function startMsOf(series: ReadSeries, key: Key, calendarZone: Zone): number {
  return series.timing.allDay ? toInstant(calendarZone, key) : key;
}

/**
 * The occurrence of a key as an unchanged instance. Durations are elapsed time (RFC 5545, 3.8.5.3: "the same exact
 * duration will apply to all the members"), so an event across a daylight-saving change ends at another time of day.
 */
export function instanceAt(series: ReadSeries, key: Key, durationMs: number, calendarZone: Zone): Occurrence {
  return {
    eventId: instanceId(series.family, series.timing.allDay, key),
    start: timeOf(series, key, "start"),
    end: timeOf(series, key + durationMs, "end"),
    startMs: startMsOf(series, key, calendarZone),
    endMs: startMsOf(series, key + durationMs, calendarZone),
  };
}

/**
 * True if Firestore and dates with four digits can represent the start and the end. Other occurrences are left out
 * individually.
 */
export function canBeStored(series: ReadSeries, key: Key, durationMs: number, calendarZone: Zone): boolean {
  // No zone is further from UTC. For almost all occurrences this check is enough.
  if (key >= earliestMs + 2 * dayMs && key + durationMs <= latestMs - 2 * dayMs) return true;
  const { timing } = series;
  const isHeld = (ms: number) => ms >= earliestMs && ms <= latestMs;
  const zones = timing.allDay ? [calendarZone] : [timing.zone, timing.endZone];
  return [key, key + durationMs].every(
    one =>
      isHeld(one) && zones.every(zone => isHeld(timing.allDay ? toInstant(zone, one) : toLocal(zone, one))),
  );
}

function timeOf({ timing }: ReadSeries, key: Key, side: "start" | "end"): GoogleTime {
  if (timing.allDay) return { date: formatDate(key) };
  const zone = side === "start" ? timing.zone : timing.endZone;
  return { dateTime: formatDateTime(key, zone), timeZone: zone.name };
}
