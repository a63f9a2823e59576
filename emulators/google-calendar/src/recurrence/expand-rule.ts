import type { NumberedDay, Rule } from "./rule.ts";

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
/** Expansion stops after this year, so that a rule that never matches ends. */
const LAST_YEAR = 2300;
/** Expansion stops after this many consecutive periods without an occurrence. */
const MOST_EMPTY_PERIODS = 200_000;

/**
 * The parts of a wall-clock time. All times in this file are "local ms": a wall-clock time as the ms of the same time
 * in UTC.
 */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
}

function fieldsOf(localMs: number): Fields {
  const date = new Date(localMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: (date.getUTCDay() + 6) % 7,
  };
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function yearStart(year: number): number {
  return Date.UTC(year, 0, 1);
}

function daysInYear(year: number): number {
  return (yearStart(year + 1) - yearStart(year)) / DAY_MS;
}

/** Midnight of the first day of week 1: the first week with at least four days in the year. */
function weekOneStart(year: number, weekStart: number): number {
  const first = yearStart(year);
  const distance = (fieldsOf(first).weekday - weekStart + 7) % 7;
  return distance <= 3 ? first - distance * DAY_MS : first + (7 - distance) * DAY_MS;
}

function matchesNth(position: NumberedDay, dayIndex: number, length: number): boolean {
  if (position.nth === undefined) return true;
  if (position.nth > 0) return Math.floor(dayIndex / 7) === position.nth - 1;
  return Math.floor((length - 1 - dayIndex) / 7) === -position.nth - 1;
}

function matchesWeekNo(rule: Rule, dayMs: number, year: number): boolean {
  // Days of week 1 can belong to the year before, and days of the last week to the year after. A year's set has only
  // its own days, so the weeks of both neighbouring years are checked too.
  for (const weekYear of [year - 1, year, year + 1]) {
    const start = weekOneStart(weekYear, rule.weekStart);
    const weeks = Math.round((weekOneStart(weekYear + 1, rule.weekStart) - start) / (7 * DAY_MS));
    const index = Math.floor((dayMs - start) / (7 * DAY_MS));
    if (index < 0 || index >= weeks) continue;
    return rule.byWeekNo.some(number => (number > 0 ? number - 1 : weeks + number) === index);
  }
  return false;
}

/** Whether a day matches every BY part that selects days. */
function dayMatches(rule: Rule, dayMs: number): boolean {
  const { year, month, day, weekday } = fieldsOf(dayMs);
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(month)) return false;
  if (rule.byWeekNo.length > 0 && !matchesWeekNo(rule, dayMs, year)) return false;
  const yearDay = Math.round((dayMs - yearStart(year)) / DAY_MS);
  if (rule.byYearDay.length > 0) {
    const length = daysInYear(year);
    if (!rule.byYearDay.some(number => (number > 0 ? number - 1 : length + number) === yearDay)) return false;
  }
  const monthLength = daysInMonth(year, month);
  if (rule.byMonthDay.length > 0) {
    if (!rule.byMonthDay.some(number => (number > 0 ? number : monthLength + number + 1) === day))
      return false;
  }
  if (rule.byDay.length === 0) return true;
  const inMonth = rule.freq === "MONTHLY" || (rule.freq === "YEARLY" && rule.byMonth.length > 0);
  const numbered = inMonth || rule.freq === "YEARLY";
  return rule.byDay.some(position => {
    if (position.day !== weekday) return false;
    if (!numbered) return true;
    return inMonth
      ? matchesNth(position, day - 1, monthLength)
      : matchesNth(position, yearDay, daysInYear(year));
  });
}

/** Fills in parts that the rule omits with the values of DTSTART (RFC 5545). */
function withDefaults(rule: Rule, start: Fields): Rule {
  const filled: Rule = { ...rule };
  const noDays =
    rule.byWeekNo.length + rule.byYearDay.length + rule.byMonthDay.length + rule.byDay.length === 0;
  if (noDays && rule.freq === "YEARLY") {
    filled.byMonthDay = [start.day];
    if (rule.byMonth.length === 0) filled.byMonth = [start.month];
  }
  if (noDays && rule.freq === "MONTHLY") filled.byMonthDay = [start.day];
  if (noDays && rule.freq === "WEEKLY") filled.byDay = [{ nth: undefined, day: start.weekday }];
  if (rule.byHour.length === 0 && isAtLeastDaily(rule)) filled.byHour = [start.hour];
  if (rule.byMinute.length === 0 && rule.freq !== "MINUTELY" && rule.freq !== "SECONDLY") {
    filled.byMinute = [start.minute];
  }
  if (rule.bySecond.length === 0 && rule.freq !== "SECONDLY") filled.bySecond = [start.second];
  return filled;
}

function isAtLeastDaily(rule: Rule): boolean {
  return rule.freq !== "HOURLY" && rule.freq !== "MINUTELY" && rule.freq !== "SECONDLY";
}

const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** One step of a rule: the days that it covers and, for HOURLY and shorter, its time. */
interface Period {
  firstDayMs: number;
  days: number;
  timeMs: number | undefined;
}

const SUBDAILY_MS = { HOURLY: 3_600_000, MINUTELY: 60_000, SECONDLY: SECOND_MS } as const;

/** The period that is `index` periods after the period of DTSTART. */
function periodAt(rule: Rule, start: Fields, startMs: number, index: number): Period {
  const steps = index * rule.interval;
  const today = Math.floor(startMs / DAY_MS) * DAY_MS;
  switch (rule.freq) {
    case "YEARLY": {
      const year = start.year + steps;
      return { firstDayMs: yearStart(year), days: daysInYear(year), timeMs: undefined };
    }
    case "MONTHLY": {
      const months = start.month - 1 + steps;
      const year = start.year + Math.floor(months / 12);
      const month = (months % 12) + 1;
      return { firstDayMs: Date.UTC(year, month - 1, 1), days: daysInMonth(year, month), timeMs: undefined };
    }
    case "WEEKLY": {
      const weekMs = today - ((start.weekday - rule.weekStart + 7) % 7) * DAY_MS;
      return { firstDayMs: weekMs + steps * 7 * DAY_MS, days: 7, timeMs: undefined };
    }
    case "DAILY":
      return { firstDayMs: today + steps * DAY_MS, days: 1, timeMs: undefined };
    default: {
      const unit = SUBDAILY_MS[rule.freq];
      const at = Math.floor(startMs / unit) * unit + steps * unit;
      return { firstDayMs: Math.floor(at / DAY_MS) * DAY_MS, days: 1, timeMs: at };
    }
  }
}

/**
 * The index of a period that certainly begins before `fromMs`. Skips the periods before it, because a daily rule may
 * be decades old.
 */
function firstPeriod(rule: Rule, startMs: number, fromMs: number): number {
  if (rule.count !== undefined || fromMs <= startMs) return 0;
  const units = {
    YEARLY: 366 * DAY_MS,
    MONTHLY: 31 * DAY_MS,
    WEEKLY: 7 * DAY_MS,
    DAILY: DAY_MS,
    ...SUBDAILY_MS,
  };
  return Math.max(0, Math.floor((fromMs - startMs) / (units[rule.freq] * rule.interval)) - 2);
}

function timesOf(rule: Rule, period: Period): number[] {
  const times: number[] = [];
  const at = period.timeMs === undefined ? undefined : fieldsOf(period.timeMs);
  const pick = (values: readonly number[], fixed: number | undefined): number[] => {
    if (fixed === undefined) return sorted(values);
    return values.length === 0 || values.includes(fixed) ? [fixed] : [];
  };
  const minuteFixed = rule.freq === "MINUTELY" || rule.freq === "SECONDLY" ? at?.minute : undefined;
  const secondFixed = rule.freq === "SECONDLY" ? at?.second : undefined;
  for (const hour of pick(rule.byHour, at?.hour)) {
    for (const minute of pick(rule.byMinute, minuteFixed)) {
      for (const second of pick(rule.bySecond, secondFixed))
        times.push(((hour * 60 + minute) * 60 + second) * SECOND_MS);
    }
  }
  return times;
}

function occurrencesIn(rule: Rule, period: Period): number[] {
  const times = timesOf(rule, period);
  if (times.length === 0) return [];
  const found: number[] = [];
  for (let index = 0; index < period.days; index += 1) {
    const dayMs = period.firstDayMs + index * DAY_MS;
    if (dayMatches(rule, dayMs)) for (const time of times) found.push(dayMs + time);
  }
  if (rule.bySetPos.length === 0) return found;
  const positions = rule.bySetPos.map(position => found.at(position > 0 ? position - 1 : position));
  return sorted(positions.filter(value => value !== undefined));
}

/**
 * The starts of a rule in local ms, ascending, from DTSTART on. DTSTART is included only if the rule matches it.
 *
 * @param startMs DTSTART in local ms
 * @param fromMs starts before this may be omitted (they are not always omitted)
 * @param isPast whether a start is after UNTIL or the end of the window
 */
export function* expandRule(
  rule: Rule,
  startMs: number,
  fromMs: number,
  isPast: (localMs: number) => boolean,
): Generator<number> {
  const start = fieldsOf(startMs);
  const filled = withDefaults(rule, start);
  let produced = 0;
  let empty = 0;
  for (let index = firstPeriod(rule, startMs, fromMs); empty < MOST_EMPTY_PERIODS; index += 1) {
    const period = periodAt(filled, start, startMs, index);
    if (fieldsOf(period.firstDayMs).year > LAST_YEAR) return;
    empty += 1;
    for (const localMs of occurrencesIn(filled, period)) {
      if (localMs < startMs) continue;
      if (isPast(localMs)) return;
      empty = 0;
      yield localMs;
      produced += 1;
      if (produced === rule.count) return;
    }
  }
}
