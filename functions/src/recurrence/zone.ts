import { dayMs, dayNumber, hourMs, minuteMs, secondMs } from "./civil.ts";

/** A time zone, resolved: what is computed in it needs no name any more. */
export type Zone = {
  /**
   * One that clients can use: of the IANA database, `Etc/GMT+3` for whole hours (which counts to the west, as POSIX
   * does), or `+05:30`.
   */
  readonly name: string;
  /** Local time minus UTC, in milliseconds, at an instant (milliseconds since 1970, UTC). */
  offsetAt(instantMs: number): number;
};

/** The wall clock of a zone at an instant. */
export function toLocal(zone: Zone, instantMs: number): number {
  return instantMs + zone.offsetAt(instantMs);
}

/**
 * The instant of a local time. Only this function decides how daylight-saving changes are handled.
 *
 * - A skipped time (gap) uses the offset before the gap: 02:30 becomes 03:30 on the day without 02:30. RFC 5545
 *   contains two rules (3.3.10: ignore the time; 3.3.5: use the offset before the gap). Google Calendar has been seen
 *   to follow 3.3.5 for single events (https://antoncao.me/blog/daylight_savings), and a meeting that is an hour late
 *   is better than a missing one.
 * - For a repeated time (overlap) the first of the two is used, as RFC 5545 3.3.5 requires.
 */
export function toInstant(zone: Zone, localMs: number): number {
  // No zone is more than 15 hours from UTC, and none changes twice within two days: these two are the offsets before
  // and after any change near this local time.
  const before = zone.offsetAt(localMs - dayMs);
  const after = zone.offsetAt(localMs + dayMs);
  const earlier = localMs - before;
  if (before === after || zone.offsetAt(earlier) === before) {
    return earlier;
  }
  const later = localMs - after;
  return zone.offsetAt(later) === after ? later : earlier;
}

/** Bounds the memory of one zone: some 55 years of days, and rarely used ones are cheap to find again. */
const maxCachedDays = 20_000;
/** What the formatter below can write: it tells no years before 1, and none of five digits are ever asked for. */
const earliestMs = dayNumber(1, 1, 2) * dayMs;
const latestMs = dayNumber(9999, 12, 30) * dayMs;

/** The zone of that name of the IANA database, upper and lower case being one; null where the engine knows none. */
export function engineZone(name: string): Zone | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    // A RangeError is the engine's only way of saying that it does not know the name.
    return null;
  }
  const offsetNow = (instantMs: number) => {
    if (Number.isNaN(instantMs)) return NaN;
    const withinMs = Math.min(Math.max(instantMs, earliestMs), latestMs);
    return localTimeOf(format.format(withinMs)) - withinMs;
  };
  const canonical = format.resolvedOptions().timeZone;
  return { name: usableName(name, canonical), offsetAt: cachedByDay(offsetNow) };
}

/**
 * A link such as `Asia/Kolkata` keeps its name, for which the engine would give `Asia/Calcutta`. Names without a slash
 * (`PST`, `Japan`) are not known to every engine, and odd upper and lower case not to every library.
 */
function usableName(name: string, canonical: string): string {
  const isUsual = name.includes("/") && !/(?:^|\/)[a-z]|[A-Z]{4}/u.test(name);
  return isUsual && name.toLowerCase() !== canonical.toLowerCase() ? name : canonical;
}

/** Reads `01/05/2026, 09:00:00`, the form that the formatter above gives. */
function localTimeOf(text: string): number {
  const [month, day, year, hour, minute, second] = text.split(/\D+/u).map(Number);
  return (
    dayNumber(year ?? NaN, month ?? NaN, day ?? NaN) * dayMs +
    (hour ?? NaN) * hourMs +
    (minute ?? NaN) * minuteMs +
    (second ?? NaN) * secondMs
  );
}

/**
 * The engine's formatter costs about a microsecond, too much for every occurrence. Offsets are kept per UTC day:
 * where both ends of a day agree, the whole day has that offset (no zone in the database has changed twice within one
 * UTC day and returned); where they differ, the moment of the change is found once by bisection, to the second.
 */
function cachedByDay(offsetNow: (instantMs: number) => number): (instantMs: number) => number {
  type Day = { readonly changesAtMs: number; readonly before: number; readonly after: number };
  const starts = new Map<number, number>();
  const days = new Map<number, Day>();

  const offsetAtStartOf = (day: number): number => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const whole = Math.floor(offsetNow(day * dayMs));
    starts.set(day, whole);
    return whole;
  };

  const learn = (day: number): Day => {
    if (days.size >= maxCachedDays) {
      days.clear();
      starts.clear();
    }
    const before = offsetAtStartOf(day);
    const after = offsetAtStartOf(day + 1);
    let low = day * dayMs;
    let high = low + dayMs;
    if (before !== after) {
      while (high - low > secondMs) {
        const middle = low + Math.floor((high - low) / 2 / secondMs) * secondMs;
        if (offsetNow(middle) === before) low = middle;
        else high = middle;
      }
    }
    const learned = { changesAtMs: high, before, after };
    days.set(day, learned);
    return learned;
  };

  return instantMs => {
    const number = Math.floor(instantMs / dayMs);
    const day = days.get(number) ?? learn(number);
    return instantMs < day.changesAtMs ? day.before : day.after;
  };
}
