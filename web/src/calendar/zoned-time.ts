import { wallTimeMs } from "@firestore-calendar-sync/client";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** RFC 3339 with the offset of a zone, for example `2026-11-23T09:00:00+01:00`. */
export function rfc3339(at: Date, timeZone: string): string {
  const wall = wallTimeMs(at.getTime(), timeZone);
  // Offsets of long ago have seconds, which RFC 3339 does not.
  const offset = Math.round((wall - at.getTime()) / minuteMs) * minuteMs;
  const size = new Date(Math.abs(offset)).toISOString().slice(11, 16);
  return `${new Date(wall).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${size}`;
}

/** The date `days` days after a date such as `2026-11-23`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}
