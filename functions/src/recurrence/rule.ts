import { parseLenientMoment } from "./ical-value.ts";
import type { IcalMoment } from "./ical-value.ts";
import { malformed, quoted } from "./outcome.ts";
import type { Malformed } from "./outcome.ts";
import { toInstant } from "./zone.ts";
import { zoneNamed } from "./zone-names.ts";

export type Frequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY" | "SECONDLY";

/** One entry of BYDAY: `MO` is `{ weekday: 0, ordinal: 0 }`, `-1SU` is `{ weekday: 6, ordinal: -1 }`. */
export type WeekdayPart = { readonly weekday: number; readonly ordinal: number };

/**
 * A recurrence rule as written (RFC 5545, 3.3.10), without values from DTSTART. A part that is absent is an empty list
 * or null.
 */
export type Rule = {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  readonly until: IcalMoment | null;
  /** 0 is Monday. */
  readonly weekStart: number;
  readonly byMonth: readonly number[];
  readonly byWeekNumber: readonly number[];
  readonly byYearDay: readonly number[];
  readonly byMonthDay: readonly number[];
  readonly byDay: readonly WeekdayPart[];
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
  readonly bySecond: readonly number[];
  readonly bySetPosition: readonly number[];
};

const frequencies: readonly string[] = [
  "YEARLY",
  "MONTHLY",
  "WEEKLY",
  "DAILY",
  "HOURLY",
  "MINUTELY",
  "SECONDLY",
] satisfies Frequency[];
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const listParts = ["BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"].concat([
  "BYHOUR",
  "BYMINUTE",
  "BYSECOND",
  "BYSETPOS",
]);
const singleParts = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "RSCALE", "SKIP"];
const knownParts = new Set([...listParts, ...singleParts]);
/** Without these parts a rule would never end, or would be more frequent. */
const limitingParts = ["UNTIL", "COUNT", "INTERVAL"];

/** A rule, and the parts of its line that could not be read and were left out. */
export type RuleRead =
  | {
      readonly kind: "parsed";
      readonly value: Rule;
      readonly unreadable: readonly string[];
      /** True if a whole part was left out, so that the rule may generate more occurrences than intended. */
      readonly isWider: boolean;
    }
  /** The unreadable part cannot be left out: the rule would mean something else, or would never end. */
  | Malformed;

/** The values of each part. Most parts have one. */
type Parts = ReadonlyMap<string, readonly string[]>;
/** Receives a problem that does not make the line unreadable. */
export type Note = (problem: string) => void;

/** Makes the whole line unreadable. Caught in `parseRule`, which calls all other functions of this file. */
class Unreadable extends Error {}

/**
 * Reads the value of an RRULE or EXRULE line, for example `FREQ=WEEKLY;BYDAY=MO,WE`, and leaves out parts that cannot
 * be read. If the frequency, the interval or the end cannot be read, the whole line is malformed.
 *
 * - If a rule has COUNT and UNTIL, which RFC 5545 forbids, or several of one kind, the earliest end applies.
 * - Private parts (`X-…`) and empty parts are ignored. RSCALE (RFC 7529) must be Gregorian; SKIP is ignored
 *   (docs/decisions/0100-recurrence-library.md).
 */
export function parseRule(text: string): RuleRead {
  const unreadable: string[] = [];
  try {
    const note: Note = problem => unreadable.push(problem);
    const parts = splitParts(text, note);
    const isWider = unreadable.length > 0;
    const value = readRule(parts, note);
    return { kind: "parsed", value, unreadable, isWider: isWider || lacksList(value, parts) };
  } catch (error) {
    if (error instanceof Unreadable) return malformed(error.message);
    throw error;
  }
}

function splitParts(text: string, note: Note): Parts {
  const parts = new Map<string, string[]>();
  // Some software writes UNTIL like DTSTART, with its zone as a parameter.
  const line = text.toUpperCase().replace(/UNTIL;(?=TZID=|VALUE=)/u, "UNTIL=");
  for (const part of line.split(";")) {
    const equals = part.includes("=") ? part.indexOf("=") : part.length;
    const name = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    if (part.trim() === "" || name.startsWith("X-")) continue;
    if (holdsLimit(name, part)) throw new Unreadable(`a limit that cannot be read: ${quoted(part.trim())}`);
    const values = parts.get(name);
    if (!knownParts.has(name)) note(`unknown rule part: ${quoted(part.trim())}`);
    else if (values === undefined) parts.set(name, [value]);
    else values.push(value);
  }
  return parts;
}

/**
 * True if the part contains a limit that cannot be read: `UNTIL:20260110`, `WKST=MO,COUNT=3`, or `UN` if the line was
 * cut off.
 */
function holdsLimit(name: string, part: string): boolean {
  if (limitingParts.includes(name)) return false;
  return limitingParts.some(limit => part.includes(limit) || (name !== "" && limit.startsWith(name)));
}

function readRule(parts: Parts, note: Note): Rule {
  const scale = parts.get("RSCALE")?.find(text => text !== "" && text !== "GREGORIAN");
  if (scale !== undefined) throw new Unreadable(`unknown calendar: ${quoted(scale)}`);
  const frequency = readFrequency(parts);
  const byYearDay = readSignedNumbers(parts, "BYYEARDAY", 366, note);
  return {
    frequency,
    interval: onlyOne("INTERVAL", readPositives(parts, "INTERVAL")) ?? 1,
    count: least(readPositives(endParts(parts, "COUNT"), "COUNT")),
    until: earliest(readUntils(endParts(parts, "UNTIL"))),
    weekStart: readWeekStart(parts, note),
    byMonth: readNumbers(parts, "BYMONTH", 1, 12, note),
    byWeekNumber: readSignedNumbers(parts, "BYWEEKNO", 53, note),
    // In a MONTHLY rule it is not allowed, and Google ignores it (libical#428; RFC 5545, 3.3.10).
    byYearDay: frequency === "MONTHLY" ? [] : byYearDay,
    byMonthDay: readSignedNumbers(parts, "BYMONTHDAY", 31, note),
    byDay: readWeekdays(parts, note),
    byHour: readNumbers(parts, "BYHOUR", 0, 23, note),
    byMinute: readNumbers(parts, "BYMINUTE", 0, 59, note),
    bySecond: readSeconds(parts, note),
    bySetPosition: readPositions(parts, note),
  };
}

function lacksList(rule: Rule, parts: Parts): boolean {
  const lists = [rule.byMonth, rule.byWeekNumber, rule.byYearDay, rule.byMonthDay, rule.byDay].concat([
    rule.byHour,
    rule.byMinute,
    rule.bySecond,
  ]);
  return lists.some((list, index) => list.length === 0 && listed(parts, listParts[index] ?? "").length > 0);
}

/** BYSETPOS cannot be left out: the last workday of each month would become every workday. */
function readPositions(parts: Parts, note: Note): readonly number[] {
  const positions = readSignedNumbers(parts, "BYSETPOS", 366, note);
  if (positions.length > 0 || listed(parts, "BYSETPOS").length === 0) return positions;
  throw new Unreadable("BYSETPOS names no position");
}

/** The values of a part that are not empty. */
function written(parts: Parts, name: string): readonly string[] {
  return (parts.get(name) ?? []).filter(text => text !== "");
}

/** An empty COUNT or UNTIL cannot be ignored: the rule would never end. */
function endParts(parts: Parts, name: string): Parts {
  if (parts.get(name)?.includes("") === true) throw new Unreadable(`${name} is empty`);
  return parts;
}

function onlyOne<T>(name: string, values: readonly T[]): T | null {
  if (new Set(values).size > 1) throw new Unreadable(`rule part given twice: ${name}`);
  return values[0] ?? null;
}

function readFrequency(parts: Parts): Frequency {
  const text = onlyOne("FREQ", written(parts, "FREQ"));
  if (text === null) throw new Unreadable("rule without FREQ");
  if (!isFrequency(text)) throw new Unreadable(`unknown frequency: ${quoted(text)}`);
  return text;
}

function isFrequency(text: string): text is Frequency {
  return frequencies.includes(text);
}

function readPositives(parts: Parts, name: string): readonly number[] {
  return written(parts, name).map(text => {
    // Numbers of 15 digits are exact, and larger than any number of occurrences.
    const value = /^\+?\d{1,15}$/u.test(text) ? Number(text) : 0;
    if (value < 1) throw new Unreadable(`${name} is not a positive number: ${quoted(text)}`);
    return value;
  });
}

function least(numbers: readonly number[]): number | null {
  return numbers.toSorted((a, b) => a - b)[0] ?? null;
}

function readUntils(parts: Parts): readonly IcalMoment[] {
  return written(parts, "UNTIL").map(text => {
    const [, zoneName, value = text] = /^(?:VALUE=[^:]*|TZID=(.*)):(\d.*)$/u.exec(text) ?? [];
    const moment = parseLenientMoment(value);
    if (moment.kind === "malformed") throw new Unreadable(`UNTIL: ${moment.reason}`);
    const zone = zoneName === undefined ? null : zoneNamed(zoneName);
    return zone !== null && moment.value.kind === "local"
      ? { kind: "utc", instantMs: toInstant(zone, moment.value.localMs) }
      : moment.value;
  });
}

/** Compares the digits if the kinds differ: within a day it does not matter which of two contradictory ends applies. */
function earliest(moments: readonly IcalMoment[]): IcalMoment | null {
  const digits = (moment: IcalMoment) => (moment.kind === "utc" ? moment.instantMs : moment.localMs);
  return moments.toSorted((a, b) => digits(a) - digits(b))[0] ?? null;
}

function readWeekStart(parts: Parts, note: Note): number {
  const [text] = written(parts, "WKST");
  const weekday = text === undefined ? 0 : weekdays.indexOf(text);
  if (weekday < 0) note(`WKST is not a weekday: ${quoted(text ?? "")}`);
  return Math.max(weekday, 0);
}

/** The values of a list that are not empty, of all parts with that name. */
function listed(parts: Parts, name: string): readonly string[] {
  const items = (parts.get(name) ?? []).flatMap(text => text.split(","));
  return items.map(item => item.trim()).filter(item => item !== "");
}

function readNumbers(
  parts: Parts,
  name: string,
  lowest: number,
  highest: number,
  note: Note,
): readonly number[] {
  const numbers = listed(parts, name).flatMap(item => {
    const value = /^[+-]?\d{1,3}$/u.test(item) ? Number(item) : NaN;
    if (value >= lowest && value <= highest) return [value];
    note(`${name} out of range: ${quoted(item)}`);
    return [];
  });
  return ascending(numbers);
}

function readSignedNumbers(parts: Parts, name: string, most: number, note: Note): readonly number[] {
  const numbers = readNumbers(parts, name, -most, most, note);
  if (numbers.includes(0)) note(`${name} out of range: 0`);
  return numbers.filter(number => number !== 0);
}

/** A leap second (60) counts as the second before it, because local times have no leap seconds. */
function readSeconds(parts: Parts, note: Note): readonly number[] {
  return ascending(readNumbers(parts, "BYSECOND", 0, 60, note).map(second => Math.min(second, 59)));
}

function readWeekdays(parts: Parts, note: Note): readonly WeekdayPart[] {
  return listed(parts, "BYDAY").flatMap(item => {
    const match = /^([+-]?\d{1,2})?([A-Z]{2})$/u.exec(item);
    const weekday = weekdays.indexOf(match?.[2] ?? "");
    const ordinal = match?.[1] === undefined ? 0 : Number(match[1]);
    if (weekday >= 0 && Math.abs(ordinal) <= 53 && (ordinal !== 0 || match?.[1] === undefined)) {
      return [{ weekday, ordinal }];
    }
    note(`BYDAY is not a weekday: ${quoted(item)}`);
    return [];
  });
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
