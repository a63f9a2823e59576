import { parseMoment } from "./ical-value.ts";
import type { IcalMoment } from "./ical-value.ts";
import { malformed, parsed, quoted } from "./outcome.ts";
import type { Parsed } from "./outcome.ts";

export type Frequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY" | "SECONDLY";

/** One entry of BYDAY: `MO` is `{ weekday: 0, ordinal: 0 }`, `-1SU` is `{ weekday: 6, ordinal: -1 }`. */
export type WeekdayPart = { readonly weekday: number; readonly ordinal: number };

/**
 * A recurrence rule as it is written (RFC 5545, 3.3.10), without what DTSTART adds to it. A part that the rule does
 * not have is an empty list, or null.
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
const knownParts = new Set(
  [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
  ].concat(["BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS"]),
);

type Parts = ReadonlyMap<string, string>;

/** Stops at the first part that cannot be read; caught again in `parseRule`, the only way in. */
class Unreadable extends Error {}

/**
 * Reads the value of an RRULE or EXRULE line, for example `FREQ=WEEKLY;BYDAY=MO,WE`. COUNT together with UNTIL, which
 * RFC 5545 forbids, ends the rule at whichever comes first.
 */
export function parseRule(text: string): Parsed<Rule> {
  try {
    return parsed(readRule(splitParts(text)));
  } catch (error) {
    if (error instanceof Unreadable) return malformed(error.message);
    throw error;
  }
}

function splitParts(text: string): Parts {
  const parts = new Map<string, string>();
  for (const part of text.trim().toUpperCase().split(";")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(equals, 0));
    if (!knownParts.has(name)) throw new Unreadable(`unknown rule part: ${quoted(part)}`);
    if (parts.has(name)) throw new Unreadable(`rule part given twice: ${name}`);
    parts.set(name, part.slice(equals + 1));
  }
  return parts;
}

function readRule(parts: Parts): Rule {
  return {
    frequency: readFrequency(parts),
    interval: readPositive(parts, "INTERVAL") ?? 1,
    count: readPositive(parts, "COUNT"),
    until: readUntil(parts),
    weekStart: readWeekStart(parts),
    byMonth: readNumbers(parts, "BYMONTH", 1, 12),
    byWeekNumber: readSignedNumbers(parts, "BYWEEKNO", 53),
    byYearDay: readSignedNumbers(parts, "BYYEARDAY", 366),
    byMonthDay: readSignedNumbers(parts, "BYMONTHDAY", 31),
    byDay: readWeekdays(parts),
    byHour: readNumbers(parts, "BYHOUR", 0, 23),
    byMinute: readNumbers(parts, "BYMINUTE", 0, 59),
    bySecond: readSeconds(parts),
    bySetPosition: readSignedNumbers(parts, "BYSETPOS", 366),
  };
}

function readFrequency(parts: Parts): Frequency {
  const text = parts.get("FREQ");
  if (text === undefined) throw new Unreadable("rule without FREQ");
  if (!isFrequency(text)) throw new Unreadable(`unknown frequency: ${quoted(text)}`);
  return text;
}

function isFrequency(text: string): text is Frequency {
  return frequencies.includes(text);
}

function readPositive(parts: Parts, name: string): number | null {
  const text = parts.get(name);
  if (text === undefined) return null;
  const value = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
  if (value < 1) throw new Unreadable(`${name} is not a positive number: ${quoted(text)}`);
  return value;
}

function readUntil(parts: Parts): IcalMoment | null {
  const text = parts.get("UNTIL");
  if (text === undefined) return null;
  const moment = parseMoment(text);
  if (moment.kind === "malformed") throw new Unreadable(`UNTIL: ${moment.reason}`);
  return moment.value;
}

function readWeekStart(parts: Parts): number {
  const text = parts.get("WKST");
  if (text === undefined) return 0;
  const weekday = weekdays.indexOf(text);
  if (weekday < 0) throw new Unreadable(`WKST is not a weekday: ${quoted(text)}`);
  return weekday;
}

function readNumbers(parts: Parts, name: string, least: number, most: number): readonly number[] {
  const text = parts.get(name);
  if (text === undefined) return [];
  const numbers = text.split(",").map(item => {
    const value = /^[+-]?\d{1,3}$/u.test(item) ? Number(item) : NaN;
    if (!(value >= least && value <= most)) throw new Unreadable(`${name} out of range: ${quoted(item)}`);
    return value;
  });
  return ascending(numbers);
}

function readSignedNumbers(parts: Parts, name: string, most: number): readonly number[] {
  const numbers = readNumbers(parts, name, -most, most);
  if (numbers.includes(0)) throw new Unreadable(`${name} out of range: 0`);
  return numbers;
}

/** A leap second (60) counts as the second before it: no clock that we place events on shows one. */
function readSeconds(parts: Parts): readonly number[] {
  return ascending(readNumbers(parts, "BYSECOND", 0, 60).map(second => Math.min(second, 59)));
}

function readWeekdays(parts: Parts): readonly WeekdayPart[] {
  const text = parts.get("BYDAY");
  if (text === undefined) return [];
  return text.split(",").map(item => {
    const match = /^([+-]?\d{1,2})?([A-Z]{2})$/u.exec(item.trim());
    const weekday = weekdays.indexOf(match?.[2] ?? "");
    const ordinal = match?.[1] === undefined ? 0 : Number(match[1]);
    if (weekday < 0 || Math.abs(ordinal) > 53 || (ordinal === 0 && match?.[1] !== undefined)) {
      throw new Unreadable(`BYDAY is not a weekday: ${quoted(item)}`);
    }
    return { weekday, ordinal };
  });
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
