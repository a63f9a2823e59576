import { civilDate, dayMs, dayOf, daysInMonth, secondMs, weekdayOf } from "../recurrence/civil.ts";
import { formatBasicDate, formatBasicUtc } from "../recurrence/event-time.ts";
import type { IcalMoment } from "../recurrence/ical-value.ts";
import type { Rule } from "../recurrence/rule.ts";
import { toInstant, toLocal } from "../recurrence/zone.ts";
import { dayShift, type Move, movedLocal } from "./moved-times.ts";

/** The parts of an RRULE line, in their order: `FREQ` → `WEEKLY`. */
export type RuleParts = ReadonlyMap<string, string>;

/** The parts of a line that parseRule has read without a problem. */
export function partsOf(line: string): RuleParts {
  const value = line.slice(line.indexOf(":") + 1).toUpperCase();
  const parts = value.split(";").map(part => part.split("=", 2).map(half => half.trim()));
  return new Map(parts.flatMap(([name = "", text = ""]) => (name === "" ? [] : [[name, text] as const])));
}

export function lineOf(parts: RuleParts): string {
  return `RRULE:${[...parts].map(([name, value]) => `${name}=${value}`).join(";")}`;
}

/** The parts, with these instead. Undefined takes a part away. */
export function withParts(parts: RuleParts, change: Readonly<Record<string, string | undefined>>): RuleParts {
  const changed = new Map(parts);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  }
  return changed;
}

const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** Local times before the move: they tell how the days of the series move. */
export interface MovedDays {
  readonly startLocal: number;
  /** Of the moved occurrence, and of the excluded ones. */
  readonly otherLocals: readonly number[];
}

/**
 * The rule after its series was moved: each occurrence moves as far as this one, or "the second Monday" becomes "the
 * second Tuesday". Undefined if no rule says that, so that the user has to choose a new rule. Only the simple rules
 * below are certain; everything else is refused.
 */
export function movedRule(rule: Rule, parts: RuleParts, move: Move, days: MovedDays): RuleParts | undefined {
  const { byHour, byMinute, bySecond, frequency } = rule;
  // The occurrences of a day could move to different days.
  if (/^(HOURLY|MINUTELY|SECONDLY)$/.test(frequency)) return undefined;
  const isTimed = move.shiftMs % dayMs !== 0 || move.fromAllDay !== move.toAllDay;
  if (isTimed && byHour.length + byMinute.length + bySecond.length > 0) return undefined;
  const change = changeOfDays(rule, move, days);
  if (change === undefined) return undefined;
  const until = rule.until === null ? undefined : untilText(rule.until, move, days.startLocal);
  return withParts(parts, { ...change, ...(until !== undefined && { UNTIL: until }) });
}

type Change = Readonly<Record<string, string>> | undefined;

/** The changed BYxxx parts. Undefined: no rule of this kind says where the occurrences are now. */
function changeOfDays(rule: Rule, move: Move, days: MovedDays): Change {
  const shift = dayShift(move, days.startLocal);
  if (shift === 0) return {};
  if (rule.byWeekNumber.length + rule.byYearDay.length + rule.bySetPosition.length > 0) return undefined;
  const isOften = rule.frequency === "DAILY" || rule.frequency === "WEEKLY";
  if (isOften && rule.byMonthDay.length === 0) return changeOfWeekdays(rule, shift, days);
  return rule.byDay.length === 0 ? changeOfMonthDay(rule, move, days) : changeOfOrdinal(rule, move, days);
}

/** Weekdays of a daily or weekly rule. */
function changeOfWeekdays(rule: Rule, shift: number, { startLocal }: MovedDays): Change {
  const { byDay, byMonth, frequency, interval, weekStart } = rule;
  if (byMonth.length > 0 || byDay.some(({ ordinal }) => ordinal !== 0)) return undefined;
  // Without these parts, the rule takes the day from the start of the series.
  if (byDay.length === 0) return {};
  if (interval > 1) {
    if (frequency === "DAILY") return undefined;
    // Every second week: days that leave the week would be in another week than the others.
    const startDay = weekdayOf(dayOf(startLocal));
    const isOneDay = byDay.every(({ weekday }) => weekday === startDay);
    if (
      !isOneDay &&
      [startDay, ...byDay.map(day => day.weekday)].some(day => leavesWeek(day, shift, weekStart))
    )
      return undefined;
  }
  return { BYDAY: byDay.map(({ weekday }) => weekdayName(weekday + shift)).join(",") };
}

/** The day of a month, which is in the rule or in the start of the series. */
function changeOfMonthDay({ byMonthDay }: Rule, move: Move, { startLocal }: MovedDays): Change {
  const startDay = dayOf(startLocal);
  const newDay = dayOf(movedLocal(move, startLocal));
  const [from, to] = [civilDate(startDay).day, civilDate(newDay).day];
  // Not every month has a 29th.
  if (!sameMonth(startDay, newDay) || from > 28 || to > 28) return undefined;
  if (byMonthDay.length === 0) return {};
  return byMonthDay.length === 1 && byMonthDay[0] === from ? { BYMONTHDAY: String(to) } : undefined;
}

/** "The second Monday" of a month, or "the last Friday". */
function changeOfOrdinal(rule: Rule, move: Move, { startLocal, otherLocals }: MovedDays): Change {
  const { byDay, byMonthDay, byMonth, frequency } = rule;
  const [part] = byDay;
  if (part === undefined || byDay.length > 1 || byMonthDay.length > 0) return undefined;
  // Without a month, it is counted in the whole year.
  if (frequency === "YEARLY" && byMonth.length !== 1) return undefined;
  const { ordinal, weekday } = part;
  const to = dayOf(movedLocal(move, startLocal));
  const newOrdinal = ordinalOf(to, ordinal < 0);
  // A fifth weekday is not in every month.
  if (Math.max(Math.abs(ordinal), Math.abs(newOrdinal)) > 4) return undefined;
  // The start and the excluded days must be occurrences of the new rule, like the new place of this occurrence.
  const areOccurrences = [startLocal, ...otherLocals].every(local => {
    const day = dayOf(local);
    const newDay = dayOf(movedLocal(move, local));
    const isOfRule = weekdayOf(day) === weekday && ordinalOf(day, ordinal < 0) === ordinal;
    return isOfRule && sameMonth(day, newDay) && ordinalOf(newDay, ordinal < 0) === newOrdinal;
  });
  return areOccurrences ? { BYDAY: `${newOrdinal}${weekdayName(weekdayOf(to))}` } : undefined;
}

function sameMonth(day: number, other: number): boolean {
  const [one, two] = [civilDate(day), civilDate(other)];
  return one.month === two.month && one.year === two.year;
}

/** 2 for the second of its weekday in its month; counted from the end, -1 for the last one. */
function ordinalOf(dayNumber: number, fromEnd: boolean): number {
  const { year, month, day } = civilDate(dayNumber);
  return fromEnd ? -1 - Math.floor((daysInMonth(year, month) - day) / 7) : 1 + Math.floor((day - 1) / 7);
}

function leavesWeek(weekday: number, shift: number, weekStart: number): boolean {
  const place = (weekday - weekStart + 7) % 7;
  return place + shift < 0 || place + shift > 6;
}

function weekdayName(weekday: number): string {
  return weekdays[((weekday % 7) + 7) % 7] ?? "";
}

/** The end of the rule, moved like its occurrences. */
function untilText(until: IcalMoment, move: Move, startLocal: number): string {
  const { fromAllDay, toAllDay, fromZone, toZone } = move;
  const local = until.kind === "utc" ? toLocal(fromZone, until.instantMs) : until.localMs;
  const timeOfDay = startLocal - dayOf(startLocal) * dayMs;
  const isWholeDay = until.kind === "date" || fromAllDay;
  if (toAllDay) {
    // An end before the time of day leaves out the occurrence of its day.
    const lastDay = isWholeDay || local - dayOf(local) * dayMs >= timeOfDay ? dayOf(local) : dayOf(local) - 1;
    return formatBasicDate(movedLocal(move, lastDay * dayMs));
  }
  const lastLocal = isWholeDay ? dayOf(local) * dayMs + (fromAllDay ? 0 : dayMs - secondMs) : local;
  return formatBasicUtc(toInstant(toZone, movedLocal(move, lastLocal)));
}
