import { mergeRanges, type TimeRange } from "./time-range.ts";
import { momentOfWallTime, wallTimeMs } from "./zoned-time.ts";

/** A day of the week, as in a rule of a series (RFC 5545). */
export type Weekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";

/** A part of a day, as a clock shows it: `HH:MM`, up to `24:00`. `to` is exclusive and later than `from`. */
export interface ClockRange {
  readonly from: string;
  readonly to: string;
}

/** For example `{ timeZone: "Europe/Berlin", days: { MO: [{ from: "09:00", to: "17:00" }] } }`. */
export interface WorkingHours {
  /** IANA name: the zone whose clocks and days are meant. */
  readonly timeZone: string;
  /** A weekday that is absent is not worked. A night is written as a part of each of its two days. */
  readonly days: Readonly<Partial<Record<Weekday, readonly ClockRange[] | undefined>>>;
}

/** In the order of `Date.getUTCDay`. */
const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;
const dayMs = 24 * 60 * 60_000;

/**
 * The working hours of the days that [from, to) touches, in order, as the fewest ranges. On a day on which clocks are
 * set, a range is as much longer or shorter as the clocks make it.
 *
 * @throws RangeError if a time is not valid, or the runtime does not know the time zone
 */
export function workingTimes({ timeZone, days }: WorkingHours, from: Date, to: Date): TimeRange[] {
  const parsed = weekdays.map(day => (days[day] ?? []).map(parseRange));
  // Clocks that are set back just after midnight show the day before once more, in the hours of the day that has begun.
  const firstDay = Math.floor(wallTimeMs(from.getTime(), timeZone) / dayMs);
  const lastDay = Math.floor(wallTimeMs(to.getTime(), timeZone) / dayMs) + 1;
  const ranges: TimeRange[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const midnightMs = day * dayMs;
    for (const { fromMs, toMs } of parsed[new Date(midnightMs).getUTCDay()] ?? []) {
      ranges.push({
        from: momentOfWallTime(midnightMs + fromMs, timeZone),
        to: momentOfWallTime(midnightMs + toMs, timeZone),
      });
    }
  }
  return mergeRanges(ranges);
}

function parseRange({ from, to }: ClockRange): { fromMs: number; toMs: number } {
  const [fromMs, toMs] = [parseClock(from), parseClock(to)];
  if (fromMs >= toMs) throw new RangeError(`not a part of a day: ${from} to ${to}`);
  return { fromMs, toMs };
}

function parseClock(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (!(ms <= dayMs)) throw new RangeError(`not a time of day such as 09:00: ${text}`);
  return ms;
}
