import { dayMs, dayNumber, hourMs, minuteMs, secondMs } from "./civil.ts";

/** A resolved time zone. Calculations with it do not need its name. */
export type Zone = {
  /**
   * A name that clients can use: from the IANA database, `Etc/GMT+3` for whole hours (POSIX's sign: west of Greenwich),
   * or `+05:30`.
   */
  readonly name: string;
  /** Local time minus UTC, in milliseconds, at an instant (milliseconds since 1970, UTC). */
  offsetAt(instantMs: number): number;
};

/** The local time in a zone at an instant. */
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

/** Limits the cache of one zone to about 55 years of days. Evicted days can be computed again at low cost. */
const maxCachedDays = 20_000;
/** The range of the formatter below. It cannot write years before 1, and years of five digits are never needed. */
const earliestMs = dayNumber(1, 1, 2) * dayMs;
const latestMs = dayNumber(9999, 12, 30) * dayMs;

/**
 * Returns the zone with that name in the IANA database, in upper or lower case; null if the engine does not have it.
 */
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
    // The engine throws a RangeError if the name is unknown. There is no other way to check a name.
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
 * A link such as `Asia/Kolkata` keeps its name, although the engine returns `Asia/Calcutta`. Names without a slash
 * (`PST`, `Japan`) and with unusual upper and lower case are replaced by the canonical name, because some engines and
 * libraries do not accept them.
 */
function usableName(name: string, canonical: string): string {
  const isUsual = name.includes("/") && !/(?:^|\/)[a-z]|[A-Z]{4}/u.test(name);
  return isUsual && name.toLowerCase() !== canonical.toLowerCase() ? name : canonical;
}

/** Reads `01/05/2026, 09:00:00`, the output of the formatter above. */
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
 * The engine's formatter takes about a microsecond, too much for every occurrence, so offsets are cached per UTC day.
 * If the offsets at both ends of a day are equal, the whole day has that offset, because no zone in the database has
 * changed twice within one UTC day and returned. If they differ, the moment of the change is searched once by
 * bisection, to the second.
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
