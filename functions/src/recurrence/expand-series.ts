import type { Budget } from "./expand-rule.ts";
import { readExceptions } from "./exceptions.ts";
import type { ReadExceptions, SeriesException, SkippedException } from "./exceptions.ts";
import { instanceAt, instanceId, isInWindow, startMsOf } from "./occurrence.ts";
import type { Occurrence, Window } from "./occurrence.ts";
import { malformed, quoted } from "./outcome.ts";
import type { Malformed } from "./outcome.ts";
import { readSeries } from "./series.ts";
import type { Key, ReadSeries, RecurringSeries } from "./series.ts";
import { fixedKeys, keysOfRule } from "./series-keys.ts";
import { zoneNamed } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** More occurrences of one series than this in one window are refused. 13 months of an event every hour are 9,500. */
const maxOccurrences = 10_000;

/**
 * Days looked at and times made for one series in one call: a few tenths of a second at worst. A daily series needs
 * 900, one with a COUNT of workdays that began in 1970 needs 40,000.
 */
const maxSteps = 200_000;

/** The same for the search beyond a window: 50 years ahead for a rule that may fall on any day. */
const maxSearchSteps = 20_000;

export type Expansion<E> =
  | {
      readonly kind: "expanded";
      /** Those in the window, by start. */
      readonly occurrences: readonly Occurrence<E>[];
      /**
       * When the first occurrence at or after the window's end starts; null if there is none: the series need not be
       * looked at again until it changes. Where the search took too long it is the window's end: "look again".
       */
      readonly nextStartMs: number | null;
      /** Exceptions that could not be understood: the instance that each stands for stays as the series has it. */
      readonly skipped: readonly SkippedException[];
    }
  /** The series cannot be read. Its exceptions can still be shown, each by itself: `placeEvent`. */
  | Malformed
  | TooMany;

/** A rule that would give more occurrences, or cost more work, than one series may: which limit it met. */
export type TooMany = { readonly kind: "tooMany"; readonly limit: "maxOccurrences" | "maxSteps" };

/**
 * The occurrences of a series in a window, its exceptions in their places. Pure, and never throws on data from Google.
 *
 * - An exception takes the place of the instance at its original start, wherever it has been moved: into the window,
 *   out of it, or within. A cancelled one removes that instance.
 * - An exception whose original start the rule no longer gives is an event of its own at Google and is kept.
 * - The start of the series is always its first occurrence, in addition to COUNT, even where the rule does not give
 *   it; only EXDATE, EXRULE or an exception removes it. That is what Google shows
 *   (https://github.com/fmeringdal/rust-rrule/issues/119), and RFC 5545, 3.8.2.4.
 * - A cancelled series has no occurrences and no exceptions.
 *
 * To extend a horizon, give the new part as the window and write those with `startMs >= window.fromMs`: others reach
 * into it from the part that is written already.
 */
export function expandSeries<E extends SeriesException>(
  series: RecurringSeries,
  exceptions: readonly E[],
  window: Window,
  /** IANA; places all-day occurrences. */
  calendarTimeZone: string,
): Expansion<E> {
  if (series.status === "cancelled") {
    return { kind: "expanded", occurrences: [], nextStartMs: null, skipped: [] };
  }
  const calendarZone = zoneNamed(calendarTimeZone);
  if (calendarZone === null)
    return malformed(`unknown time zone of the calendar: ${quoted(calendarTimeZone)}`);
  const read = readSeries(series);
  if (read.kind === "malformed") return read;

  const changes = readExceptions(exceptions, read.value.timing, calendarTimeZone);
  const instances = instancesIn(read.value, changes, window, calendarZone);
  if (instances.kind === "tooMany") return instances;
  const occurrences: Occurrence<E>[] = changes.occurrences.filter(moved => isInWindow(moved, window));
  occurrences.push(...instances.occurrences);
  occurrences.sort((a, b) => a.startMs - b.startMs);
  return {
    kind: "expanded",
    occurrences,
    nextStartMs: findNextStart(read.value, changes, window.toMs, calendarZone),
    skipped: changes.skipped,
  };
}

/** The unchanged instances in the window. */
function instancesIn<E>(
  series: ReadSeries,
  changes: ReadExceptions<E>,
  window: Window,
  calendarZone: Zone,
): { readonly kind: "found"; readonly occurrences: readonly Occurrence<never>[] } | TooMany {
  const budget: Budget = { steps: maxSteps };
  // RDATEs come last, because a PERIOD's own duration goes before the one of the series.
  const durations = new Map<Key, number>();
  // Days around the window are searched too, and replaced instances counted: three times the limit is surely beyond it.
  const mostKeys = 3 * maxOccurrences;
  for (const rule of series.rules) {
    const fromMs = window.fromMs - series.durationMs;
    for (const key of keysOfRule(series, rule, fromMs, () => window.toMs, budget)) {
      durations.set(key, series.durationMs);
      if (durations.size > mostKeys) return { kind: "tooMany", limit: "maxOccurrences" };
    }
  }
  for (const [key, durationMs] of fixedKeys(series, budget)) {
    durations.set(key, durationMs ?? series.durationMs);
  }
  if (budget.steps <= 0) return { kind: "tooMany", limit: "maxSteps" };

  const occurrences: Occurrence<never>[] = [];
  for (const [key, durationMs] of durations) {
    if (startMsOf(series, key, calendarZone) >= window.toMs) continue;
    if (startMsOf(series, key + durationMs, calendarZone) <= window.fromMs) continue;
    if (isReplaced(series, key, changes)) continue;
    if (occurrences.length >= maxOccurrences) return { kind: "tooMany", limit: "maxOccurrences" };
    occurrences.push(instanceAt(series, key, durationMs, calendarZone));
  }
  return { kind: "found", occurrences };
}

/** By the original start; by the id too, because two documents cannot share one. */
function isReplaced<E>(series: ReadSeries, key: Key, changes: ReadExceptions<E>): boolean {
  if (changes.replacedKeys.size + changes.replacedIds.size === 0) return false;
  return changes.replacedKeys.has(key) || changes.replacedIds.has(instanceId(series, key));
}

function findNextStart<E>(
  series: ReadSeries,
  changes: ReadExceptions<E>,
  fromMs: number,
  calendarZone: Zone,
): number | null {
  let nextMs = Infinity;
  for (const { startMs } of changes.occurrences) {
    if (startMs >= fromMs) nextMs = Math.min(nextMs, startMs);
  }
  const budget: Budget = { steps: maxSearchSteps };
  const consider = (key: Key) => {
    const startMs = startMsOf(series, key, calendarZone);
    if (startMs >= fromMs && startMs < nextMs && !isReplaced(series, key, changes)) nextMs = startMs;
  };
  for (const key of fixedKeys(series, budget).keys()) consider(key);
  for (const rule of series.rules) {
    for (const key of keysOfRule(series, rule, fromMs, () => nextMs, budget)) consider(key);
  }
  if (budget.steps <= 0) return Math.min(nextMs, fromMs);
  return nextMs === Infinity ? null : nextMs;
}
