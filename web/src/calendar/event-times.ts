import {
  momentOfWallTime,
  rfc3339,
  wallTimeMs,
  type EventDocument,
  type EventTime,
} from "@firestore-calendar-sync/client";
import { isKnownZone } from "../words/time-zone.ts";
import { addDays, dayMs, hourMs, minuteMs } from "./zoned-time.ts";

/** A start and an end in Google's form. */
export interface EventTimes {
  readonly start: EventTime;
  readonly end: EventTime;
}

/** A start and an end in the grid. The end is exclusive, also of dates. */
export type GridTimes =
  | { readonly allDay: true; readonly start: string; readonly end: string }
  | { readonly allDay: false; readonly start: Date; readonly end: Date };

/** Where the component has dropped an event, or what the user has chosen in it. */
export interface Dropped {
  readonly allDay: boolean;
  readonly start: Date | null;
  readonly end: Date | null;
  readonly startStr: string;
  readonly endStr: string;
}

/** One step by keyboard: the event moves, or only its end does. */
export interface Step {
  readonly what: "move" | "resize";
  readonly minutes: number;
  readonly days: number;
}

type Timed = Pick<EventDocument, "start" | "end" | "startAt" | "endAt" | "allDay">;

/** Where the grid shows an event. */
export function shownTimes({ start, end, startAt, endAt }: Timed): GridTimes {
  if (!("date" in start) || !("date" in end))
    return { allDay: false, start: startAt.toDate(), end: endAt.toDate() };
  return { allDay: true, start: start.date, end: laterDate(end.date, start.date) };
}

/**
 * Where the user has dropped an event. The component knows no end if the event has none of its own there: an all-day
 * event that becomes a timed one gets an hour, a timed event that becomes an all-day one a day.
 */
export function droppedTimes(dropped: Dropped, event?: Timed): GridTimes {
  if (dropped.allDay) {
    const start = dropped.startStr.slice(0, 10);
    return { allDay: true, start, end: laterDate(dropped.endStr.slice(0, 10), start) };
  }
  const start = dropped.start ?? new Date(dropped.startStr);
  return withLength(start, dropped.end ?? start, event ? shownTimes(event) : undefined);
}

/** The times one step further. Undefined if the step does not exist: an all-day event has no minutes. */
export function stepped(times: GridTimes, step: Step, timeZone: string): GridTimes | undefined {
  const moves = step.what === "move";
  if (times.allDay) {
    // The keys that make a timed event longer by minutes make an all-day event longer by days.
    const days = moves ? step.days : Math.sign(step.minutes);
    const end = addDays(times.end, days);
    if (days === 0 || (!moves && end <= times.start)) return undefined;
    return { allDay: true, start: moves ? addDays(times.start, days) : times.start, end };
  }
  const shift = (at: Date) =>
    step.days === 0
      ? new Date(at.getTime() + step.minutes * minuteMs)
      : momentOfWallTime(wallTimeMs(at.getTime(), timeZone) + step.days * dayMs, timeZone);
  if (moves) return withLength(shift(times.start), shift(times.end), times);
  const end = shift(times.end);
  return end > times.start ? { ...times, end } : undefined;
}

/**
 * The chosen times in Google's form. A timed event keeps the zones in which it was entered, whatever zone the page
 * shows. A new event, and an all-day event that becomes a timed one, is entered in the viewer's zone.
 */
export function googleTimes(
  times: GridTimes,
  zones: { readonly viewer: string; readonly calendar?: string | undefined },
  event?: Pick<EventDocument, "start" | "end">,
): EventTimes {
  if (times.allDay) return { start: { date: times.start }, end: { date: times.end } };
  const inZone = (at: Date, before: EventTime | undefined): EventTime => {
    const timeZone = before && "dateTime" in before ? before.timeZone : zones.viewer;
    const zone = [timeZone, zones.calendar].find(name => name !== undefined && isKnownZone(name));
    return { dateTime: rfc3339(at, zone ?? zones.viewer), ...(timeZone !== undefined && { timeZone }) };
  };
  return { start: inZone(times.start, event?.start), end: inZone(times.end, event?.end) };
}

/**
 * An hour from the next half hour on.
 *
 * @param day a moment of the day that is meant, if it is not today
 */
export function nextHalfHour(now: Date, timeZone: string, day: Date = now): GridTimes {
  const half = hourMs / 2;
  const fromNow = (Math.floor(wallTimeMs(now.getTime(), timeZone) / half) + 1) * half;
  const wall = day === now ? fromNow : startOfDay(wallTimeMs(day.getTime(), timeZone)) + (fromNow % dayMs);
  const start = momentOfWallTime(wall, timeZone);
  return { allDay: false, start, end: new Date(start.getTime() + hourMs) };
}

/**
 * What the user chose with the pointer. A click chooses the smallest part of an hour, and means an hour from the half
 * hour on in which it is.
 */
export function clickedOrDragged(chosen: Dropped, smallestMs: number, timeZone: string): GridTimes {
  const times = droppedTimes(chosen);
  if (times.allDay || times.end.getTime() - times.start.getTime() > smallestMs) return times;
  const half = hourMs / 2;
  const start = momentOfWallTime(
    Math.floor(wallTimeMs(times.start.getTime(), timeZone) / half) * half,
    timeZone,
  );
  return { allDay: false, start, end: new Date(start.getTime() + hourMs) };
}

function startOfDay(wallMs: number): number {
  return Math.floor(wallMs / dayMs) * dayMs;
}

function laterDate(end: string, start: string): string {
  return end > start ? end : addDays(start, 1);
}

/**
 * The end is taken as it is shown. If the clocks change between both, so that nothing is left, the event keeps the
 * length that it had. An all-day event has none in hours.
 */
function withLength(start: Date, end: Date, before: GridTimes | undefined): GridTimes {
  if (end > start) return { allDay: false, start, end };
  const length = before?.allDay === false ? before.end.getTime() - before.start.getTime() : hourMs;
  return { allDay: false, start, end: new Date(start.getTime() + length) };
}
