import { civilDate, dayMs, dayNumber, dayOf, daysInMonth, daysInYear } from "./civil.ts";
import { hourMs, minuteMs, secondMs, startOfWeek, weekdayOf } from "./civil.ts";
import type { CivilDate } from "./civil.ts";
import type { Rule, WeekdayPart } from "./rule.ts";

/** A rule, completed with the values that it takes from the start of its series. All times are local (civil.ts). */
export type AnchoredRule = {
  readonly rule: Rule;
  readonly startLocalMs: number;
  /** True if the day passes all BYxxx parts that restrict days. */
  readonly matchesDay: (day: number, date: CivilDate) => boolean;
  /** Months that can contain a match, ascending. All twelve if no month is given. */
  readonly months: readonly number[];
  /** The times of a matching day in milliseconds since midnight, ascending; for DAILY and less frequent rules. */
  readonly timesOfDay: () => readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  /** True if all periods contain the same number of occurrences. They can then be counted without being generated. */
  readonly uniform: boolean;
};

const allMonths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** Completes a rule with values from DTSTART (RFC 5545, 3.3.10). `startLocalMs` is in whole seconds. */
export function anchorRule(rule: Rule, startLocalMs: number): AnchoredRule {
  const dayRule = withDayDefaults(rule, startLocalMs);
  const sinceMidnight = startLocalMs - dayOf(startLocalMs) * dayMs;
  const hours = orElse(rule.byHour, Math.floor(sinceMidnight / hourMs));
  const minutes = orElse(rule.byMinute, Math.floor(sinceMidnight / minuteMs) % 60);
  const seconds = orElse(rule.bySecond, Math.floor(sinceMidnight / secondMs) % 60);
  return {
    rule,
    startLocalMs,
    matchesDay: dayFilter(dayRule, rule.byMonth.length > 0),
    months: dayRule.byMonth.length > 0 ? dayRule.byMonth : allMonths,
    timesOfDay: onlyOnce(() =>
      hours.flatMap(hour =>
        minutes.flatMap(minute =>
          seconds.map(second => hour * hourMs + minute * minuteMs + second * secondMs),
        ),
      ),
    ),
    minutes,
    seconds,
    uniform: isUniform(rule),
  };
}

/**
 * Computes the value at the first call only, because a hostile series may have a thousand rules of 86,400 times each.
 */
function onlyOnce<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function orElse(numbers: readonly number[], fallback: number): readonly number[] {
  return numbers.length > 0 ? numbers : [fallback];
}

function withDayDefaults(rule: Rule, startLocalMs: number): Rule {
  const start = civilDate(dayOf(startLocalMs));
  const namesWeeks = rule.byWeekNumber.length > 0 || rule.byYearDay.length > 0 || rule.byDay.length > 0;
  if (namesWeeks) return rule;
  const byMonth = orElse(rule.byMonth, start.month);
  if (rule.byMonthDay.length > 0) {
    // For Google `FREQ=YEARLY;BYMONTHDAY=20` is one day per year, in the month of the start, although RFC 5545's table
    // (and every library) reads it as the 20th of each month. Birthdays are written so:
    // https://github.com/rlanvin/php-rrule/issues/158, https://github.com/allenporter/gcal_sync/pull/179.
    return rule.frequency === "YEARLY" ? { ...rule, byMonth } : rule;
  }
  switch (rule.frequency) {
    case "YEARLY":
      return { ...rule, byMonth, byMonthDay: [start.day] };
    case "MONTHLY":
      return { ...rule, byMonthDay: [start.day] };
    case "WEEKLY":
      return { ...rule, byDay: [{ weekday: weekdayOf(dayOf(startLocalMs)), ordinal: 0 }] };
    case "DAILY":
    case "HOURLY":
    case "MINUTELY":
    case "SECONDLY":
      return rule;
  }
}

function isUniform(rule: Rule): boolean {
  const { byDay, byHour, byMinute, bySecond } = rule;
  /**
   * The parts that exclude some periods of a rule with that frequency. Null: the periods have different lengths anyway.
   */
  const limits = {
    YEARLY: null,
    MONTHLY: null,
    WEEKLY: [],
    DAILY: [byDay],
    HOURLY: [byDay, byHour],
    MINUTELY: [byDay, byHour, byMinute],
    SECONDLY: [byDay, byHour, byMinute, bySecond],
  }[rule.frequency];
  const always = [rule.byMonth, rule.byWeekNumber, rule.byYearDay, rule.byMonthDay, rule.bySetPosition];
  return limits !== null && [...always, ...limits].every(part => part.length === 0);
}

/** `namesMonths` is true if the written rule has BYMONTH: then a YEARLY rule counts ordinals within the month. */
function dayFilter(rule: Rule, namesMonths: boolean): AnchoredRule["matchesDay"] {
  const filters: AnchoredRule["matchesDay"][] = [];
  const { byMonth, byWeekNumber, byYearDay, byMonthDay, byDay, weekStart } = rule;
  if (byMonth.length > 0) {
    const months = flags(byMonth);
    filters.push((_, date) => months[date.month] === true);
  }
  if (byMonthDay.length > 0) {
    const fromStart = flags(byMonthDay);
    const fromEnd = flags(byMonthDay.map(day => -day));
    filters.push(
      (_, { year, month, day }) =>
        fromStart[day] === true || fromEnd[daysInMonth(year, month) - day + 1] === true,
    );
  }
  if (byYearDay.length > 0) {
    const fromStart = flags(byYearDay);
    const fromEnd = flags(byYearDay.map(day => -day));
    filters.push((day, { year }) => {
      const ofYear = day - dayNumber(year, 1, 1) + 1;
      return fromStart[ofYear] === true || fromEnd[daysInYear(year) - ofYear + 1] === true;
    });
  }
  if (byDay.length > 0) filters.push(weekdayFilter(rule.frequency, byDay, namesMonths));
  if (byWeekNumber.length > 0) filters.push(day => isInWeek(day, byWeekNumber, weekStart));
  return (day, date) => filters.every(passes => passes(day, date));
}

/** A table for `flags[n]`, which is faster than a search. */
function flags(numbers: readonly number[]): readonly (boolean | undefined)[] {
  const table: (boolean | undefined)[] = [];
  for (const number of numbers) if (number > 0) table[number] = true;
  return table;
}

/**
 * Counts ordinals within the month for MONTHLY rules and for YEARLY rules with BYMONTH, and within the year for other
 * YEARLY rules. Rules of other frequencies must not have ordinals (RFC 5545, 3.3.10); like the libraries, we ignore
 * them.
 */
function weekdayFilter(
  frequency: Rule["frequency"],
  parts: readonly WeekdayPart[],
  namesMonths: boolean,
): AnchoredRule["matchesDay"] {
  const hasOrdinals = frequency === "MONTHLY" || frequency === "YEARLY";
  const withinYear = frequency === "YEARLY" && !namesMonths;
  const plain = new Set(parts.filter(part => !hasOrdinals || part.ordinal === 0).map(part => part.weekday));
  // A set of numbers, because it is searched for every day, and a hostile rule may have a hundred thousand ordinals.
  const nameOf = (weekday: number, ordinal: number) => ordinal * 7 + weekday;
  const ordinals = new Set(
    parts.filter(part => hasOrdinals && part.ordinal !== 0).map(part => nameOf(part.weekday, part.ordinal)),
  );
  return (day, { year, month, day: dayOfMonth }) => {
    const weekday = weekdayOf(day);
    if (plain.has(weekday)) return true;
    if (ordinals.size === 0) return false;
    const before = withinYear ? day - dayNumber(year, 1, 1) : dayOfMonth - 1;
    const after = (withinYear ? daysInYear(year) : daysInMonth(year, month)) - 1 - before;
    const fromStart = Math.floor(before / 7) + 1;
    const fromEnd = -(Math.floor(after / 7) + 1);
    return ordinals.has(nameOf(weekday, fromStart)) || ordinals.has(nameOf(weekday, fromEnd));
  };
}

/**
 * True if the day's week is one of `numbers`. Week 1 is the first week with at least four days in the year, as in ISO
 * 8601, but weeks begin on `weekStart`.
 */
function isInWeek(day: number, numbers: readonly number[], weekStart: number): boolean {
  const monday = startOfWeek(day, weekStart);
  const { year } = civilDate(monday + 3);
  const first = startOfWeek(dayNumber(year, 1, 4), weekStart);
  const weeks = (startOfWeek(dayNumber(year + 1, 1, 4), weekStart) - first) / 7;
  const number = (monday - first) / 7 + 1;
  return numbers.includes(number) || numbers.includes(number - weeks - 1);
}
