import type { GoogleTime } from "../model/google-time.ts";
import { dayMs, dayOf, hourMs, secondMs } from "../recurrence/civil.ts";
import type { Budget } from "../recurrence/expand-rule.ts";
import { formatBasicDate, formatBasicUtc } from "../recurrence/event-time.ts";
import { readRecurrence } from "../recurrence/recurrence-lines.ts";
import type { Rule } from "../recurrence/rule.ts";
import { type Key, readSeries, type ReadSeries } from "../recurrence/series.ts";
import { keysOfRule } from "../recurrence/series-keys.ts";
import { toInstant, toLocal, type Zone } from "../recurrence/zone.ts";
import { unfoldLines } from "../recurrence/line-text.ts";
import { lineOf, movedRule, partsOf, type RuleParts, withParts } from "./moved-rule.ts";
import { type Move, movedLocal } from "./moved-times.ts";

/** A series whose lines this code understands completely: none is lost when they are written again. */
export interface PlainSeries {
  readonly read: ReadSeries;
  /** Undefined: the series consists of its start and RDATEs. */
  readonly rule: { readonly parsed: Rule; readonly parts: RuleParts } | undefined;
}

export interface SeriesTimes {
  readonly start: GoogleTime;
  readonly end: GoogleTime;
  readonly recurrence: readonly string[];
}

/**
 * Reads a series to change its lines. Undefined if they are not at most one RRULE, EXDATEs and RDATEs without times of
 * their own, or if anything cannot be read.
 */
export function plainSeries(series: SeriesTimes, calendarZone: Zone): PlainSeries | undefined {
  const read = readSeries({ id: "series", ...series }, calendarZone);
  if (read.kind === "malformed") return undefined;
  const { rules, exclusionRules, unreadable, incomplete } = readRecurrence(series.recurrence);
  if (incomplete || unreadable.length > 0 || exclusionRules.length > 0 || rules.length > 1) return undefined;
  if ([...read.value.additions.values()].some(duration => duration !== null)) return undefined;
  const [parsed] = rules;
  if (parsed === undefined) return { read: read.value, rule: undefined };
  const line = unfoldLines(series.recurrence).find(
    ({ name, value }) => name === "RRULE" && value.trim() !== "",
  );
  return { read: read.value, rule: { parsed, parts: partsOf(`RRULE:${line?.value ?? ""}`) } };
}

/** The key of an original start in its series; undefined if one is a date and the other a time. */
export function keyOf(time: GoogleTime, { read }: PlainSeries): Key | undefined {
  const ms = Date.parse("date" in time ? `${time.date}T00:00:00Z` : time.dateTime);
  if ("date" in time !== read.timing.allDay || Number.isNaN(ms)) return undefined;
  return Math.floor(ms / secondMs) * secondMs;
}

/** The local time of a key in the series' zone. */
export function localOf({ read: { timing } }: PlainSeries, key: Key): number {
  return timing.allDay ? key : toLocal(timing.zone, key);
}

/** The lines of a series after a move of this occurrence. Undefined if its rule cannot be moved (moved-rule.ts). */
export function movedLines(series: PlainSeries, move: Move, occurrenceLocal: number): string[] | undefined {
  const { read, rule } = series;
  const excluded = [...read.exclusions].map(key => localOf(series, key));
  const days = { startLocal: read.startLocalMs, otherLocals: [occurrenceLocal, ...excluded] };
  const dates = (keys: Iterable<Key>) => [...keys].map(key => movedKey(series, move, key));
  const parts = rule && movedRule(rule.parsed, rule.parts, move, days);
  if (rule !== undefined && parts === undefined) return undefined;
  return [
    ...(parts === undefined ? [] : [lineOf(parts)]),
    ...dateLines("EXDATE", dates(read.exclusions), move.toAllDay),
    ...dateLines("RDATE", dates(read.additions.keys()), move.toAllDay),
  ];
}

function movedKey(series: PlainSeries, move: Move, key: Key): Key {
  const local = movedLocal(move, localOf(series, key));
  return move.toAllDay ? dayOf(local) * dayMs : toInstant(move.toZone, local);
}

/** Both parts of a series that is split before an occurrence. */
export interface Split {
  /** The lines of the part that ends. */
  readonly before: readonly string[];
  /** The lines of the part that begins with the occurrence, before any move. Empty: only this occurrence is left. */
  readonly after: readonly string[];
}

/**
 * Splits the lines of a series before the occurrence with this key. `first`: nothing is before it. `unknown`: the rule
 * does not have this occurrence, so a rule that begins with it would have others.
 *
 * @param cancelled keys of occurrences that were cancelled one by one. The second part has other ids, so they become
 *   EXDATEs there.
 */
export function splitLines(
  series: PlainSeries,
  key: Key,
  cancelled: readonly Key[],
): Split | "first" | "unknown" {
  const { read, rule } = series;
  const { allDay } = read.timing;
  const additions = [...read.additions.keys()];
  if (key <= read.startKey) return "first";
  const generated = rule === undefined ? [] : keysUpTo(series, key);
  if (generated === undefined) return "unknown";
  if (rule !== undefined && generated.at(-1) !== key) return "unknown";
  if (rule === undefined && !additions.includes(key)) return "unknown";
  if (rule !== undefined && isLate(series, key)) return "unknown";
  const last = allDay ? formatBasicDate(key - dayMs) : formatBasicUtc(key - secondMs);
  const used = generated.length - 1;
  const count = rule?.parsed.count ?? null;
  const ended = rule && withParts(rule.parts, { COUNT: undefined, UNTIL: last });
  const rest =
    rule && withParts(rule.parts, count === null ? {} : { COUNT: String(Math.max(1, count - used)) });
  const lines = (parts: RuleParts | undefined) => (parts === undefined ? [] : [lineOf(parts)]);
  const exclusions = [...read.exclusions];
  const gone = [...exclusions.filter(each => each > key), ...cancelled.filter(each => each > key)];
  return {
    before: [
      ...lines(ended),
      ...dateLines(
        "EXDATE",
        exclusions.filter(each => each < key),
        allDay,
      ),
      ...dateLines(
        "RDATE",
        additions.filter(each => each < key),
        allDay,
      ),
    ],
    after: [
      ...lines(rest),
      ...dateLines("EXDATE", gone, allDay),
      ...dateLines(
        "RDATE",
        additions.filter(each => each > key),
        allDay,
      ),
    ],
  };
}

/** The clocks are put forward by at most so much, except where a zone has changed sides of the date line. */
const longestGapMs = 2 * hourMs;

/**
 * True if the clocks were put forward just before, so that the occurrence is later than on other days: a series that
 * begins with it would be late on every day.
 */
function isLate(series: PlainSeries, key: Key): boolean {
  const { timing, startLocalMs } = series.read;
  if (timing.allDay || (localOf(series, key) - startLocalMs) % dayMs === 0) return false;
  return localOf(series, key) - localOf(series, key - longestGapMs) > longestGapMs;
}

/** About a tenth of a second at worst. */
const maxSteps = 200_000;

/** The keys that the rule has up to this one, excluded ones too, because COUNT counts them. Undefined: too many. */
function keysUpTo({ read }: PlainSeries, key: Key): Key[] | undefined {
  const [anchored] = read.rules;
  if (anchored === undefined) return [];
  const budget: Budget = { steps: maxSteps };
  const whole: ReadSeries = { ...read, exclusions: new Set(), exclusionRules: [] };
  const keys = [...keysOfRule(whole, anchored, read.startKey, () => key, budget)];
  if (budget.steps <= 0) return undefined;
  return keys.filter(each => each >= read.startKey && each <= key).sort((a, b) => a - b);
}

function dateLines(name: "EXDATE" | "RDATE", keys: readonly Key[], allDay: boolean): string[] {
  if (keys.length === 0) return [];
  const texts = [...new Set(keys)]
    .sort((a, b) => a - b)
    .map(key => (allDay ? formatBasicDate(key) : formatBasicUtc(key)));
  return [`${name}${allDay ? ";VALUE=DATE" : ""}:${texts.join(",")}`];
}
