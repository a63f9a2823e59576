import type { GoogleTime } from "../model/google-time.ts";
import { dayMs, dayOf } from "../recurrence/civil.ts";
import { formatDate, formatDateTime, readGoogleTime } from "../recurrence/event-time.ts";
import { toInstant, toLocal, type Zone } from "../recurrence/zone.ts";
import { zoneOr } from "../recurrence/zone-names.ts";
import { isDate } from "./google-event.ts";

/*
 * Moves a series as far as one of its occurrences was moved, in local time: a meeting at nine that is moved to ten is
 * at ten on every day, also after the clocks change.
 */

export interface Times {
  readonly start: GoogleTime;
  readonly end: GoogleTime;
}

/** True if both are dates or both are moments, and the end is not before the start. */
export function areTimes({ start, end }: Times): boolean {
  const from = readGoogleTime(start, "start");
  const to = readGoogleTime(end, "end");
  if (from.kind === "malformed" || to.kind === "malformed") return false;
  if (from.value.allDay) return to.value.allDay && to.value.localMs > from.value.localMs;
  return !to.value.allDay && to.value.instantMs >= from.value.instantMs;
}

/** How far a series moves, and what it becomes. */
export interface Move {
  /** For the original start of the occurrence and for its new start. */
  readonly fromAllDay: boolean;
  readonly toAllDay: boolean;
  /** In which the series repeats before and after. */
  readonly fromZone: Zone;
  readonly toZone: Zone;
  /** Local time, or whole days if one of both is all-day. */
  readonly shiftMs: number;
  /** The new start since midnight, if an all-day series gets a time. */
  readonly timeOfDayMs: number;
  /** Elapsed time; whole days if all-day. */
  readonly durationMs: number;
}

/**
 * The move from an occurrence's original place in its series to its new times. Undefined if they are not usable: the
 * end is before the start, or only one of both has a time.
 *
 * @param calendarZone of times that name no zone
 */
export function moveOf(
  original: GoogleTime,
  seriesStart: GoogleTime,
  to: Times,
  calendarZone: Zone,
): Move | undefined {
  const from = readGoogleTime(original, "originalStartTime");
  const start = readGoogleTime(to.start, "start");
  const end = readGoogleTime(to.end, "end");
  if (from.kind === "malformed" || start.kind === "malformed" || end.kind === "malformed") return undefined;
  if (!areTimes(to)) return undefined;
  const fromZone = zoneOfTime(seriesStart, calendarZone);
  const toZone = isDate(to.start) ? calendarZone : zoneOfTime(to.start, fromZone);
  const fromLocal = from.value.allDay ? from.value.localMs : toLocal(fromZone, from.value.instantMs);
  if (start.value.allDay) {
    if (!end.value.allDay) return undefined;
    return {
      fromAllDay: from.value.allDay,
      toAllDay: true,
      fromZone,
      toZone,
      shiftMs: start.value.localMs - midnight(fromLocal),
      timeOfDayMs: 0,
      durationMs: end.value.localMs - start.value.localMs,
    };
  }
  if (end.value.allDay) return undefined;
  const toLocalMs = toLocal(toZone, start.value.instantMs);
  return {
    fromAllDay: from.value.allDay,
    toAllDay: false,
    fromZone,
    toZone,
    shiftMs: from.value.allDay ? midnight(toLocalMs) - fromLocal : toLocalMs - fromLocal,
    timeOfDayMs: toLocalMs - midnight(toLocalMs),
    durationMs: end.value.instantMs - start.value.instantMs,
  };
}

/** Where a local time of the series moves. */
export function movedLocal({ fromAllDay, toAllDay, shiftMs, timeOfDayMs }: Move, localMs: number): number {
  if (toAllDay) return midnight(localMs) + shiftMs;
  return localMs + shiftMs + (fromAllDay ? timeOfDayMs : 0);
}

/** The times of an occurrence, or of the series itself, that started at this local time before. */
export function movedTimes(move: Move, localMs: number): Times {
  const startMs = movedLocal(move, localMs);
  const { toAllDay, toZone, durationMs } = move;
  if (toAllDay)
    return { start: { date: formatDate(startMs) }, end: { date: formatDate(startMs + durationMs) } };
  const instantMs = toInstant(toZone, startMs);
  const at = (ms: number) => ({ dateTime: formatDateTime(ms, toZone), timeZone: toZone.name });
  return { start: at(instantMs), end: at(instantMs + durationMs) };
}

/** True if the series stays where it is. */
export function isStill(move: Move): boolean {
  return move.fromAllDay === move.toAllDay && move.shiftMs === 0 && move.fromZone.name === move.toZone.name;
}

/** By how many days the occurrence moves. */
export function dayShift(move: Move, localMs: number): number {
  return dayOf(movedLocal(move, localMs)) - dayOf(localMs);
}

function zoneOfTime(time: GoogleTime, fallback: Zone): Zone {
  return isDate(time) ? fallback : zoneOr(time.timeZone, fallback);
}

const midnight = (localMs: number): number => dayOf(localMs) * dayMs;
