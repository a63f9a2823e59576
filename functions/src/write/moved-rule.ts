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

/**
 * The rule after its series was moved: each occurrence moves as far as this one. Undefined if no rule says that, so
 * that the user has to choose a new rule. Only the simple rules below are certain; everything else is refused.
 *
 * @param originalLocal the local time of the moved occurrence in its series, before the move
 */
export function movedRule(
  rule: Rule,
  parts: RuleParts,
  move: Move,
  originalLocal: number,
): RuleParts | undefined {
  const { byHour, byMinute, bySecond } = rule;
  const isTimed = move.shiftMs % dayMs !== 0 || move.fromAllDay !== move.toAllDay;
  if (isTimed && byHour.length + byMinute.length + bySecond.length > 0) return undefined;
  const change = changeOfDays(rule, move, originalLocal);
  if (change === undefined) return undefined;
  const until = rule.until === null ? undefined : untilText(rule.until, move, originalLocal);
  return withParts(parts, { ...change, ...(until !== undefined && { UNTIL: until }) });
}

/** The changed BYxxx parts. Undefined: no rule of this kind says where the occurrences are now. */
function changeOfDays(
  rule: Rule,
  move: Move,
  originalLocal: number,
): Readonly<Record<string, string>> | undefined {
  const shift = dayShift(move, originalLocal);
  if (shift === 0) return {};
  const { byDay, byMonthDay, byMonth, byWeekNumber, byYearDay, bySetPosition, frequency } = rule;
  if (byWeekNumber.length + byYearDay.length + bySetPosition.length > 0) return undefined;
  const from = civilDate(dayOf(originalLocal));
  const newDay = dayOf(movedLocal(move, originalLocal));
  const to = civilDate(newDay);
  const sameMonth = from.month === to.month && from.year === to.year;
  // Without these parts, the rule takes the day from the start of the series.
  if (byDay.length + byMonthDay.length + byMonth.length === 0) return {};
  if (byMonth.length > 0 && !sameMonth) return undefined;
  if (byDay.length === 0) {
    if (byMonthDay.length === 0) return {};
    const [only] = byMonthDay;
    if (byMonthDay.length > 1 || only !== from.day || !sameMonth) return undefined;
    // The 31st would leave out months that the series had.
    return to.day <= 28 || to.day <= only ? { BYMONTHDAY: String(to.day) } : undefined;
  }
  if (byMonthDay.length > 0) return undefined;
  if (frequency === "WEEKLY" || frequency === "DAILY") {
    if (byMonth.length > 0 || byDay.some(({ ordinal }) => ordinal !== 0)) return undefined;
    // Every second week on several days: days that leave the week would be in another week than the others.
    if (
      rule.interval > 1 &&
      byDay.length > 1 &&
      byDay.some(part => leavesWeek(part.weekday, shift, rule.weekStart))
    )
      return undefined;
    if (frequency === "DAILY" && rule.interval > 1) return undefined;
    return { BYDAY: byDay.map(({ weekday }) => weekdayName(weekday + shift)).join(",") };
  }
  const [part] = byDay;
  if (part === undefined || byDay.length > 1 || !sameMonth || part.ordinal === 0) return undefined;
  const ordinal = Math.floor((to.day - 1) / 7) + 1;
  const isLast = daysInMonth(to.year, to.month) - to.day < 7;
  // Counted from the end, as before, or from the beginning. A fifth weekday is not in every month.
  if (part.ordinal === -1) return isLast ? { BYDAY: `-1${weekdayName(weekdayOf(newDay))}` } : undefined;
  return part.ordinal > 0 && ordinal <= 4
    ? { BYDAY: `${ordinal}${weekdayName(weekdayOf(newDay))}` }
    : undefined;
}

function leavesWeek(weekday: number, shift: number, weekStart: number): boolean {
  const place = (weekday - weekStart + 7) % 7;
  return place + shift < 0 || place + shift > 6;
}

function weekdayName(weekday: number): string {
  return weekdays[((weekday % 7) + 7) % 7] ?? "";
}

/** The end of the rule, moved like its occurrences. */
function untilText(until: IcalMoment, move: Move, originalLocal: number): string {
  const { fromAllDay, toAllDay, fromZone, toZone } = move;
  const local = until.kind === "utc" ? toLocal(fromZone, until.instantMs) : until.localMs;
  const timeOfDay = originalLocal - dayOf(originalLocal) * dayMs;
  const isWholeDay = until.kind === "date" || fromAllDay;
  if (toAllDay) {
    // An end before the time of day leaves out the occurrence of its day.
    const lastDay = isWholeDay || local - dayOf(local) * dayMs >= timeOfDay ? dayOf(local) : dayOf(local) - 1;
    return formatBasicDate(movedLocal(move, lastDay * dayMs));
  }
  const lastLocal = isWholeDay ? dayOf(local) * dayMs + (fromAllDay ? 0 : dayMs - secondMs) : local;
  return formatBasicUtc(toInstant(toZone, movedLocal(move, lastLocal)));
}
