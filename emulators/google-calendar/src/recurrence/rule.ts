import { parseDate } from "../model/zone.ts";

/** The frequency of a rule. */
export type Frequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY" | "SECONDLY";

/** A weekday of BYDAY. `2TU` is the second Tuesday; without a number: every Tuesday. Monday is 0. */
export interface NumberedDay {
  nth: number | undefined;
  day: number;
}

/** UNTIL: a date (in a timed series: 00:00 UTC of that day) or a time. */
export type Until = { kind: "date"; localMs: number } | { kind: "utc" | "local"; ms: number };

/** A parsed RRULE or EXRULE (RFC 5545 3.3.10). */
export interface Rule {
  freq: Frequency;
  interval: number;
  count: number | undefined;
  until: Until | undefined;
  byMonth: number[];
  byWeekNo: number[];
  byYearDay: number[];
  byMonthDay: number[];
  byDay: NumberedDay[];
  byHour: number[];
  byMinute: number[];
  bySecond: number[];
  bySetPos: number[];
  weekStart: number;
}

const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const FREQUENCIES: readonly string[] = [
  "YEARLY",
  "MONTHLY",
  "WEEKLY",
  "DAILY",
  "HOURLY",
  "MINUTELY",
  "SECONDLY",
];

/** Thrown for a line that is not a valid recurrence rule. The message names the error. */
export class RuleError extends Error {}

function isFrequency(text: string): text is Frequency {
  return FREQUENCIES.includes(text);
}

function integers(text: string, min: number, max: number): number[] {
  return text.split(",").map(part => {
    const value = Number(part);
    if (!/^[+-]?\d{1,6}$/.test(part) || Math.abs(value) < min || Math.abs(value) > max) {
      throw new RuleError(`${part} is out of range`);
    }
    return value;
  });
}

/** Parses numbers that cannot be negative. */
function naturals(text: string, min: number, max: number): number[] {
  const values = integers(text, min, max);
  if (values.some(value => value < min)) throw new RuleError(`${text} is out of range`);
  return values;
}

function numberedDays(text: string): NumberedDay[] {
  return text.split(",").map(part => {
    const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(part);
    const nth = match?.[1] === undefined ? undefined : Number(match[1]);
    if (match === null || nth === 0 || Math.abs(nth ?? 1) > 53) throw new RuleError(`${part} is no weekday`);
    return { nth, day: DAYS.indexOf(match[2] ?? "MO") };
  });
}

/** Parses `YYYYMMDD` or `YYYYMMDDTHHMMSS[Z]`. Returns the ms of the same time in UTC. */
export function parseBasic(text: string): { kind: "date" | "utc" | "local"; ms: number } | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s, z] = match;
  const day = parseDate(`${y}-${mo}-${d}`);
  if (day === undefined) return undefined;
  if (h === undefined) return { kind: "date", ms: day };
  if (Number(h) > 23 || Number(mi) > 59 || Number(s) > 60) return undefined;
  const ms = day + ((Number(h) * 60 + Number(mi)) * 60 + Math.min(59, Number(s))) * 1000;
  return { kind: z === undefined ? "local" : "utc", ms };
}

function parseUntil(text: string): Until {
  const parsed = parseBasic(text);
  if (parsed === undefined) throw new RuleError(`UNTIL=${text} is no date`);
  if (parsed.kind === "date") return { kind: "date", localMs: parsed.ms };
  return { kind: parsed.kind, ms: parsed.ms };
}

/** Parses the text after `RRULE:`. Throws a RuleError. */
export function parseRule(text: string): Rule {
  const parts = new Map<string, string>();
  for (const part of text.trim().toUpperCase().split(";")) {
    if (part === "") continue;
    const [name, value, extra] = part.split("=");
    if (name === undefined || value === undefined || value === "" || extra !== undefined || parts.has(name)) {
      throw new RuleError(`${part} is not understood`);
    }
    parts.set(name, value);
  }
  const take = (name: string): string | undefined => {
    const value = parts.get(name);
    parts.delete(name);
    return value;
  };
  const list = <T>(name: string, parse: (value: string) => T[]): T[] => {
    const value = take(name);
    return value === undefined ? [] : parse(value);
  };
  const freq = take("FREQ");
  if (freq === undefined || !isFrequency(freq)) throw new RuleError("FREQ is missing or unknown");
  const until = take("UNTIL");
  const weekStart = DAYS.indexOf(take("WKST") ?? "MO");
  if (weekStart < 0) throw new RuleError("WKST is no weekday");
  const rule: Rule = {
    freq,
    interval: list("INTERVAL", value => naturals(value, 1, 100_000))[0] ?? 1,
    count: list("COUNT", value => naturals(value, 1, 100_000))[0],
    until: until === undefined ? undefined : parseUntil(until),
    byMonth: list("BYMONTH", value => naturals(value, 1, 12)),
    byWeekNo: list("BYWEEKNO", value => integers(value, 1, 53)),
    byYearDay: list("BYYEARDAY", value => integers(value, 1, 366)),
    byMonthDay: list("BYMONTHDAY", value => integers(value, 1, 31)),
    byDay: list("BYDAY", numberedDays),
    byHour: list("BYHOUR", value => naturals(value, 0, 23)),
    byMinute: list("BYMINUTE", value => naturals(value, 0, 59)),
    bySecond: list("BYSECOND", value => naturals(value, 0, 59)),
    bySetPos: list("BYSETPOS", value => integers(value, 1, 366)),
    weekStart,
  };
  for (const name of parts.keys()) {
    if (!name.startsWith("X-")) throw new RuleError(`${name} is not understood`);
  }
  if (rule.count !== undefined && rule.until !== undefined)
    throw new RuleError("COUNT and UNTIL exclude one another");
  return rule;
}
