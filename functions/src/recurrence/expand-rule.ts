import type { AnchoredRule } from "./anchored-rule.ts";
import { civilDate, dayMs, dayNumber, dayOf, daysInMonth, hourMs, lastYear, minuteMs } from "./civil.ts";
import { secondMs, startOfWeek } from "./civil.ts";

/**
 * The remaining work of an expansion, in examined days and generated times. The generator stops when it is used up.
 * This ends rules that would search without end (30 February) or generate millions of results (every second).
 */
export type Budget = { steps: number };

/** Local times of one period (a year, a month … a second of the rule), ascending. */
type Period = readonly number[];

/** The periods of a rule, after INTERVAL. Number 0 contains the start. */
type Periods = {
  /** Number of the last period that begins at or before this local time. */
  readonly indexAt: (localMs: number) => number;
  /** Local time at which a period begins. */
  readonly startOf: (index: number) => number;
  /** The times of a period, or null beyond the last year. */
  readonly timesOf: (index: number, budget: Budget) => Period | null;
  /** The number of the next period to examine. More than `index + 1` if the days or hours in between cannot match. */
  readonly after: (index: number) => number;
};

/**
 * Generates the occurrences of one rule as local times at or after `fromLocalMs`, ascending. Applies COUNT but not
 * UNTIL, which needs the zone.
 *
 * It begins at the period of `fromLocalMs`. Only if the rule has a COUNT and its periods differ in size, it counts from
 * the start of the series. It ends after the last occurrence, before the first period after `toLocalMs()`, at the end
 * of the year 9999, or when the budget is used up. `toLocalMs` is called for each period, because the limit of a search
 * may become smaller.
 */
export function* expandRule(
  anchored: AnchoredRule,
  fromLocalMs: number,
  toLocalMs: () => number,
  budget: Budget,
): Generator<number> {
  const { rule, startLocalMs } = anchored;
  const periods = periodsOf(anchored);
  let index = Math.max(0, periods.indexAt(fromLocalMs));
  let remaining = rule.count ?? Infinity;
  if (rule.count !== null && index > 0) {
    if (anchored.uniform) remaining -= countBefore(index, anchored, periods, budget);
    else index = 0;
  }
  while (remaining > 0 && budget.steps > 0 && periods.startOf(index) <= toLocalMs()) {
    const times = periods.timesOf(index, budget);
    // If the budget ended within this period, times may be missing, so none of them are used.
    if (times === null || budget.steps <= 0) return;
    for (const localMs of selectPositions(times, rule.bySetPosition)) {
      if (localMs < startLocalMs) continue;
      if (localMs >= fromLocalMs) yield localMs;
      remaining -= 1;
      if (remaining <= 0) return;
    }
    index = periods.after(index);
  }
}

/**
 * The number of occurrences in the periods before `index` of a uniform rule. The first period may begin before the
 * start, so only its occurrences from the start on count; all other periods are equal.
 */
function countBefore(index: number, anchored: AnchoredRule, periods: Periods, budget: Budget): number {
  const first = periods.timesOf(0, budget)?.filter(localMs => localMs >= anchored.startLocalMs).length ?? 0;
  const others = periods.timesOf(1, budget)?.length ?? 0;
  return first + (index - 1) * others;
}

/** Applies BYSETPOS to the times of one period. */
function selectPositions(times: Period, positions: readonly number[]): Period {
  if (positions.length === 0) return times;
  const chosen = new Set(positions.map(position => (position > 0 ? position - 1 : times.length + position)));
  return times.filter((_, index) => chosen.has(index));
}

function periodsOf(anchored: AnchoredRule): Periods {
  switch (anchored.rule.frequency) {
    case "YEARLY":
    case "MONTHLY":
      return monthPeriods(anchored);
    case "WEEKLY":
    case "DAILY":
      return dayPeriods(anchored);
    case "HOURLY":
      return clockPeriods(anchored, hourMs);
    case "MINUTELY":
      return clockPeriods(anchored, minuteMs);
    case "SECONDLY":
      return clockPeriods(anchored, secondMs);
  }
}

/** Years and months. */
function monthPeriods(anchored: AnchoredRule): Periods {
  const yearly = anchored.rule.frequency === "YEARLY";
  const { interval } = anchored.rule;
  const monthCount = (localMs: number) => {
    const { year, month } = civilDate(dayOf(localMs));
    return year * 12 + month - 1;
  };
  const firstMonth = monthCount(anchored.startLocalMs);
  const length = yearly ? 12 : 1;
  const first = Math.floor(firstMonth / length);
  return {
    startOf: index => {
      const month = (first + index * interval) * length;
      return dayNumber(Math.floor(month / 12), (month % 12) + 1, 1) * dayMs;
    },
    indexAt: localMs => Math.floor((Math.floor(monthCount(localMs) / length) - first) / interval),
    after: index => index + 1,
    timesOf: (index, budget) => {
      const period = first + index * interval;
      const year = yearly ? period : Math.floor(period / 12);
      if (year > lastYear) return null;
      const times: number[] = [];
      for (const month of yearly ? anchored.months : [(period % 12) + 1]) {
        const firstDay = dayNumber(year, month, 1);
        addTimes(times, anchored, firstDay, daysInMonth(year, month), budget);
      }
      return times;
    },
  };
}

/** Weeks and days. */
function dayPeriods(anchored: AnchoredRule): Periods {
  const weekly = anchored.rule.frequency === "WEEKLY";
  const length = weekly ? 7 : 1;
  const startDay = dayOf(anchored.startLocalMs);
  const first = weekly ? startOfWeek(startDay, anchored.rule.weekStart) : startDay;
  const stride = length * anchored.rule.interval;
  const lastDay = dayNumber(lastYear, 12, 31);
  return {
    startOf: index => (first + index * stride) * dayMs,
    indexAt: localMs => Math.floor((dayOf(localMs) - first) / stride),
    after: index => index + 1,
    timesOf: (index, budget) => {
      const day = first + index * stride;
      if (day + length - 1 > lastDay) return null;
      const times: number[] = [];
      addTimes(times, anchored, day, length, budget);
      return times;
    },
  };
}

/** Appends the times of the matching days among `days` days from `firstDay` on. */
function addTimes(
  times: number[],
  anchored: AnchoredRule,
  firstDay: number,
  days: number,
  budget: Budget,
): void {
  for (let day = firstDay; day < firstDay + days && budget.steps > 0; day++) {
    budget.steps -= 1;
    if (!anchored.matchesDay(day, civilDate(day))) continue;
    const timesOfDay = anchored.timesOfDay();
    for (const time of timesOfDay) times.push(day * dayMs + time);
    budget.steps -= timesOfDay.length;
  }
}

/** Hours, minutes or seconds: periods of `unitMs` in local time. */
function clockPeriods(anchored: AnchoredRule, unitMs: number): Periods {
  const { rule } = anchored;
  const first = Math.floor(anchored.startLocalMs / unitMs);
  const lastMs = (dayNumber(lastYear, 12, 31) + 1) * dayMs;
  const startOf = (index: number) => (first + index * rule.interval) * unitMs;
  /** The number of the first period that begins at or after a local time. */
  const indexFrom = (localMs: number) => Math.ceil((localMs / unitMs - first) / rule.interval);
  const mismatch = mismatchFinder(anchored, unitMs);
  return {
    startOf,
    indexAt: localMs => Math.floor((Math.floor(localMs / unitMs) - first) / rule.interval),
    after: index => {
      const skippedTo = mismatch(startOf(index));
      return skippedTo === null ? index + 1 : Math.max(index + 1, indexFrom(skippedTo));
    },
    timesOf: (index, budget) => {
      const localMs = startOf(index);
      if (localMs >= lastMs) return null;
      budget.steps -= 1;
      if (mismatch(localMs) !== null) return [];
      if (unitMs === secondMs) return [localMs];
      const withinMinute = (startMs: number) => anchored.seconds.map(second => startMs + second * secondMs);
      const times =
        unitMs === minuteMs
          ? withinMinute(localMs)
          : anchored.minutes.flatMap(minute => withinMinute(localMs + minute * minuteMs));
      budget.steps -= times.length;
      return times;
    },
  };
}

/**
 * If a BYxxx part excludes the given hour, minute or second, returns the end of the day, hour, minute or second that
 * does not match; nothing before that local time can match. Null if nothing excludes it.
 */
function mismatchFinder(anchored: AnchoredRule, unitMs: number): (localMs: number) => number | null {
  const hours = new Set(anchored.rule.byHour);
  const minutes = new Set(anchored.rule.byMinute);
  const seconds = new Set(anchored.rule.bySecond);
  let knownDay = NaN;
  let dayMatches = false;
  return localMs => {
    const day = dayOf(localMs);
    if (day !== knownDay) {
      knownDay = day;
      dayMatches = anchored.matchesDay(day, civilDate(day));
    }
    if (!dayMatches) return (day + 1) * dayMs;
    const hour = Math.floor(localMs / hourMs);
    if (hours.size > 0 && !hours.has(hour - day * 24)) return (hour + 1) * hourMs;
    if (unitMs === hourMs) return null;
    const minute = Math.floor(localMs / minuteMs);
    if (minutes.size > 0 && !minutes.has(minute - hour * 60)) return (minute + 1) * minuteMs;
    if (unitMs === minuteMs) return null;
    const second = Math.floor(localMs / secondMs);
    return seconds.size > 0 && !seconds.has(second - minute * 60) ? (second + 1) * secondMs : null;
  };
}
