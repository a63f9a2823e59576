import { dateFormat } from "../words/date-format.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** What the clocks of a zone show at a moment, as milliseconds: those of the moment at which UTC's clocks show it. */
export function wallClock(at: Date, timeZone: string): number {
  return at.getTime() + offsetMs(at.getTime(), timeZone);
}

/**
 * The moment at which the clocks of a zone show a time. Of two such moments, the first. A time that the clocks skip is
 * as long after the skip as it is after the skip's begin, as with JavaScript's local dates.
 */
export function momentOf(wallMs: number, timeZone: string): Date {
  // Within a day, the clocks change at most once.
  const before = offsetMs(wallMs - dayMs, timeZone);
  const after = offsetMs(wallMs + dayMs, timeZone);
  const exists = (offset: number) => offsetMs(wallMs - offset, timeZone) === offset;
  return new Date(wallMs - (exists(before) || !exists(after) ? before : after));
}

/** RFC 3339 with the offset of a zone, for example `2026-11-23T09:00:00+01:00`. */
export function rfc3339(at: Date, timeZone: string): string {
  const offset = offsetMs(at.getTime(), timeZone);
  const wall = new Date(at.getTime() + offset).toISOString().slice(0, 19);
  const size = new Date(Math.abs(offset)).toISOString().slice(11, 16);
  return `${wall}${offset < 0 ? "-" : "+"}${size}`;
}

/** The date `days` days after a date such as `2026-11-23`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** How far the clocks of a zone are ahead of UTC's, in whole minutes. */
function offsetMs(atMs: number, timeZone: string): number {
  const parts = dateFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(part => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
  return wall - Math.floor(atMs / minuteMs) * minuteMs;
}
