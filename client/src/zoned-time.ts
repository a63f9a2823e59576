/*
 * Times in IANA time zones, with Intl.DateTimeFormat: not all browsers have Temporal.
 *
 * A wall time is what a clock in a zone shows, written as the milliseconds at which a clock in UTC shows the same.
 */

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Creating a format takes far longer than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError if the runtime does not know the zone. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}

/** What a clock in the zone shows at a moment, to the second. */
export function wallTimeMs(atMs: number, timeZone: string): number {
  const shown = new Map(
    formatIn(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** The zone's offset from UTC at a moment, in ms. */
function offsetMs(atMs: number, timeZone: string): number {
  const wholeSecond = Math.floor(atMs / 1000) * 1000;
  return wallTimeMs(wholeSecond, timeZone) - wholeSecond;
}

/**
 * The moment at which a clock in the zone shows the wall time. If it does so twice, because clocks are set back, the
 * first moment. If it never does, because clocks are set forward, the moment at which they are set.
 */
export function momentOfWallTime(wallMs: number, timeZone: string): Date {
  // Zones are at most 14 hours from UTC, so that these two moments are before and after the wall time everywhere.
  const before = offsetMs(wallMs - dayMs, timeZone);
  const after = offsetMs(wallMs + dayMs, timeZone);
  const shownAt = [wallMs - before, wallMs - after].filter(
    atMs => atMs + offsetMs(atMs, timeZone) === wallMs,
  );
  if (shownAt.length > 0) return new Date(Math.min(...shownAt));
  let [earlier, later] = [wallMs - after, wallMs - before];
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (offsetMs(middle, timeZone) === before) earlier = middle;
    else later = middle;
  }
  return new Date(later);
}

/**
 * The first moment of a date in a zone. This is not always midnight: some zones set clocks forward at midnight.
 *
 * @param date for example `2026-11-23`
 */
export function startOfDate(date: string, timeZone: string): Date {
  return momentOfWallTime(Date.parse(`${date}T00:00:00Z`), timeZone);
}

/** RFC 3339 with the offset of the zone, to the second: `2026-11-23T09:00:00+01:00`. */
export function rfc3339(at: Date, timeZone: string): string {
  const wallMs = wallTimeMs(at.getTime(), timeZone);
  // Offsets of long ago have seconds, which RFC 3339 does not.
  const offset = Math.round(offsetMs(at.getTime(), timeZone) / minuteMs) * minuteMs;
  const size = new Date(Math.abs(offset)).toISOString().slice(11, 16);
  return `${new Date(wallMs).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${size}`;
}
