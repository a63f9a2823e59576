import type { RecurrenceRule } from "@firestore-calendar-sync/client";
import type { GoogleTime } from "../model/google-time.ts";
import { dayMs } from "./civil.ts";
import { formatDate, formatDateTime } from "./event-time.ts";
import type { IcalMoment } from "./ical-value.ts";
import { readRecurrence } from "./recurrence-lines.ts";
import type { Frequency, Rule, WeekdayPart } from "./rule.ts";
import { toInstant, toLocal } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** The fields of a series on which its rule depends. */
export type RuleLines = {
  readonly start: GoogleTime;
  /** RRULE, EXRULE, RDATE and EXDATE lines. */
  readonly recurrence: readonly string[];
};

const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/**
 * The rule of a series as data for clients. EXDATEs do not matter: they only take occurrences away.
 *
 * @param zone in which the series repeats; of an all-day series the calendar's zone
 * @returns undefined if the lines are not exactly one RRULE, if a part of them could not be read, or if the rule has a
 * part that the data cannot express: for such a series clients must not state a rule that is only nearly right
 */
export function plainRule({ start, recurrence }: RuleLines, zone: Zone): RecurrenceRule | undefined {
  const { rules, exclusionRules, additions, unreadable, incomplete } = readRecurrence(recurrence);
  const [rule] = rules;
  if (rule === undefined || rules.length > 1 || exclusionRules.length + additions.length > 0)
    return undefined;
  if (incomplete || unreadable.length > 0) return undefined;
  const freq = frequencyOf(rule.frequency);
  if (freq === undefined || hasOtherParts(rule)) return undefined;
  const { interval, count, until, byDay, byMonthDay, byMonth, bySetPosition } = rule;
  return {
    freq,
    interval,
    ...(count !== null && { count }),
    ...(until !== null && { until: untilOf(until, start, zone) }),
    ...(byDay.length > 0 && { byDay: byDay.map(part => ruleDay(part, freq)) }),
    ...(byMonthDay.length > 0 && { byMonthDay: [...byMonthDay] }),
    ...(byMonth.length > 0 && { byMonth: [...byMonth] }),
    ...(bySetPosition.length > 0 && { bySetPos: [...bySetPosition] }),
  };
}

function frequencyOf(frequency: Frequency): RecurrenceRule["freq"] | undefined {
  switch (frequency) {
    case "YEARLY":
    case "MONTHLY":
    case "WEEKLY":
    case "DAILY":
      return frequency;
    case "HOURLY":
    case "MINUTELY":
    case "SECONDLY":
      return undefined;
  }
}

function hasOtherParts({ byWeekNumber, byYearDay, byHour, byMinute, bySecond }: Rule): boolean {
  return [byWeekNumber, byYearDay, byHour, byMinute, bySecond].some(part => part.length > 0);
}

/** Only MONTHLY and YEARLY rules have ordinals; in others the expansion ignores them too (anchored-rule.ts). */
function ruleDay(
  { weekday, ordinal }: WeekdayPart,
  freq: RecurrenceRule["freq"],
): NonNullable<RecurrenceRule["byDay"]>[number] {
  const counts = (freq === "MONTHLY" || freq === "YEARLY") && ordinal !== 0;
  return { day: weekdays[weekday] ?? "MO", ...(counts && { nth: ordinal }) };
}

/** UNTIL in the form of the start. A date ends a timed series at the end of that day, as in the expansion. */
function untilOf(until: IcalMoment, start: GoogleTime, zone: Zone): NonNullable<RecurrenceRule["until"]> {
  if ("date" in start) return { date: formatDate(lastDay(until, zone)) };
  const instantMs =
    until.kind === "utc"
      ? until.instantMs
      : toInstant(zone, until.kind === "date" ? until.localMs + dayMs - 1000 : until.localMs);
  return { dateTime: formatDateTime(instantMs, zone), timeZone: zone.name };
}

/** Midnight UTC means the day of its digits; any other instant means the day in the calendar's zone (series.ts). */
function lastDay(until: IcalMoment, zone: Zone): number {
  if (until.kind !== "utc") return until.localMs;
  return until.instantMs % dayMs === 0 ? until.instantMs : toLocal(zone, until.instantMs);
}
