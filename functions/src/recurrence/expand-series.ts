import { dayMs } from "./civil.ts";
import type { Budget } from "./expand-rule.ts";
import { readExceptions } from "./exceptions.ts";
import type { ReadExceptions, SeriesException, SkippedException } from "./exceptions.ts";
import { canBeStored, instanceAt, instanceId, isInWindow, startMsOf } from "./occurrence.ts";
import type { Occurrence, Window } from "./occurrence.ts";
import { malformed } from "./outcome.ts";
import type { Malformed } from "./outcome.ts";
import { readSeries } from "./series.ts";
import type { Key, ReadSeries, RecurringSeries } from "./series.ts";
import { fixedKeys, keysOfRule } from "./series-keys.ts";
import type { Zone } from "./zone.ts";

/**
 * The most occurrences of one series in one window; the first ones are kept. Enough for two years of an hourly event.
 * Limited because each becomes a document, and anyone who sends an invitation can write the rules.
 */
const maxOccurrences = 20_000;

/**
 * The most examined days and generated times for one series in one call: a few tenths of a second at worst. A daily
 * series needs 900; a COUNT of workdays that began in 1970 needs 40,000.
 */
const maxSteps = 200_000;

/** The same limit for the search after the window: 50 years for a rule whose occurrences may be on any day. */
const maxSearchSteps = 20_000;

export type Expansion<E> =
  | {
      readonly kind: "expanded";
      /** Those in the window, by start. */
      readonly occurrences: readonly Occurrence<E>[];
      /**
       * When the first occurrence at or after the window's end starts; null if there is none: the series need not be
       * looked at again until it changes. Where the search took too long it is the window's end: "look again". Of a
       * truncated one it is where the expansion stopped, which may be within the window.
       */
      readonly nextStartMs: number | null;
      /** Exceptions that could not be understood: the instance that each stands for stays as the series has it. */
      readonly skipped: readonly SkippedException[];
      /** What of the series could not be read or kept, for the log: names of lines and parts, short quotations. */
      readonly unreadable: readonly string[];
      /**
       * True if a line that generates occurrences could not be read, so that occurrences may be missing
       * (recurrence-lines.ts).
       */
      readonly incomplete: boolean;
      /** The window holds more than one series may have: see `Window.keepFromMs`. */
      readonly truncated: boolean;
    }
  /** The series has no start or end. Its exceptions can still be shown, each by itself: `placeEvent`. */
  | Malformed;

/**
 * The occurrences of a series in a window, its exceptions in their places. Pure, and never throws on data from Google.
 *
 * - An exception takes the place of the instance at its original start, wherever it has been moved: into the window,
 *   out of it, or within. A cancelled one removes that instance.
 * - An exception whose original start the rule no longer gives is an event of its own at Google and is kept.
 * - The start of the series is always its first occurrence, in addition to COUNT, even where the rule does not give
 *   it; only EXDATE, EXRULE or an exception removes it. That is what Google shows
 *   (https://github.com/fmeringdal/rust-rrule/issues/119), and RFC 5545, 3.8.2.4.
 * - What cannot be read of its lines costs only itself; the start, at least, is always shown.
 * - What Firestore cannot hold (before the year 1, after 9999) is left out, one by one.
 * - A cancelled series has no occurrences and no exceptions.
 *
 * To extend a horizon, give the new part as the window and write those with `startMs >= window.fromMs`: others reach
 * into it from the part that is written already.
 */
export function expandSeries<E extends SeriesException>(
  series: RecurringSeries,
  exceptions: readonly E[],
  window: Window,
  /** The zone of all-day occurrences. Also replaces zones that are missing or unknown. */
  calendarZone: Zone,
): Expansion<E> {
  try {
    return expand(series, exceptions, window, calendarZone);
  } catch {
    // This has never been seen to happen, but one series must not stop the sync of its whole calendar.
    return malformed("threw");
  }
}

function expand<E extends SeriesException>(
  series: RecurringSeries,
  exceptions: readonly E[],
  window: Window,
  calendarZone: Zone,
): Expansion<E> {
  if (series.status === "cancelled") {
    const nothing = { occurrences: [], skipped: [], unreadable: [], incomplete: false, truncated: false };
    return { kind: "expanded", nextStartMs: null, ...nothing };
  }
  const read = readSeries(series, calendarZone);
  if (read.kind === "malformed") return read;

  const changes = readExceptions(exceptions, read.value.timing, calendarZone);
  let { instances, stoppedMs } = instancesIn(read.value, changes, window, calendarZone);
  if (stoppedMs !== null && window.keepFromMs !== undefined && window.keepFromMs > window.fromMs) {
    const later = { ...window, fromMs: window.keepFromMs };
    ({ instances, stoppedMs } = instancesIn(read.value, changes, later, calendarZone));
    stoppedMs ??= window.toMs;
  }
  const occurrences: Occurrence<E>[] = changes.occurrences.filter(moved => isInWindow(moved, window));
  occurrences.push(...instances);
  occurrences.sort((a, b) => a.startMs - b.startMs);
  const { unreadable, incomplete } = read.value;
  return {
    kind: "expanded",
    occurrences,
    nextStartMs: stoppedMs ?? findNextStart(read.value, changes, window.toMs, calendarZone),
    skipped: changes.skipped,
    unreadable: stoppedMs === null ? unreadable : [...unreadable, tooMany],
    incomplete,
    truncated: stoppedMs !== null,
  };
}

const tooMany = `more than ${maxOccurrences} occurrences, or too much work: the first ones are kept`;

/** `stoppedMs`: where the first occurrence that is left out may be; null if there is none. */
type InstancesFound = { readonly instances: readonly Occurrence<never>[]; readonly stoppedMs: number | null };

/** The unchanged instances in the window, the first ones where they are too many. */
function instancesIn<E>(
  series: ReadSeries,
  changes: ReadExceptions<E>,
  window: Window,
  calendarZone: Zone,
): InstancesFound {
  const { durations, stoppedAt } = keysIn(series, window);
  let stoppedMs = stoppedAt;
  const instances: Occurrence<never>[] = [];
  for (const [key, durationMs] of durations) {
    const startMs = startMsOf(series, key, calendarZone);
    if (startMs >= window.toMs) continue;
    // One that takes no time is seen for a millisecond, as in the documents.
    const endMs = startMsOf(series, key + durationMs, calendarZone);
    if (Math.max(endMs, startMs + 1) <= window.fromMs) continue;
    if (isReplaced(series, key, changes) || !canBeStored(series, key, durationMs, calendarZone)) continue;
    instances.push(instanceAt(series, key, durationMs, calendarZone));
  }
  if (instances.length > maxOccurrences) {
    instances.sort((a, b) => a.startMs - b.startMs);
    stoppedMs = Math.min(stoppedMs ?? Infinity, instances[maxOccurrences]?.startMs ?? Infinity);
    instances.length = maxOccurrences;
  }
  return { instances, stoppedMs };
}

/**
 * The keys in the window. Each rule gets a share of the remaining steps, so that one rule cannot use up the steps of
 * the others.
 */
function keysIn(
  series: ReadSeries,
  window: Window,
): { readonly durations: ReadonlyMap<Key, number>; readonly stoppedAt: number | null } {
  const durations = new Map<Key, number>();
  let stoppedAt: number | null = null;
  let steps = maxSteps;
  // Days of an all-day series begin with those of the calendar's zone, which is applied later.
  const slackMs = series.timing.allDay ? 2 * dayMs : 0;
  const fromKey = window.fromMs - series.durationMs - slackMs;
  for (const [index, rule] of series.rules.entries()) {
    const share = Math.ceil(steps / (series.rules.length - index));
    const budget: Budget = { steps: share };
    let lastKey = -Infinity;
    let kept = 0;
    for (const key of keysOfRule(series, rule, fromKey, () => window.toMs, budget)) {
      lastKey = Math.max(lastKey, key);
      if (key < fromKey || key >= window.toMs + slackMs) continue;
      durations.set(key, series.durationMs);
      kept += 1;
      if (kept > maxKeysOfRule) break;
    }
    if (budget.steps <= 0 || kept > maxKeysOfRule) {
      stoppedAt = Math.min(stoppedAt ?? Infinity, Math.max(lastKey, window.fromMs));
    }
    steps -= share - budget.steps;
  }
  // RDATEs come last, because a PERIOD's own duration replaces the duration of the series.
  for (const [key, durationMs] of fixedKeys(series, { steps: maxSteps })) {
    durations.set(key, durationMs ?? series.durationMs);
  }
  return { durations, stoppedAt };
}

/**
 * Some keys belong to replaced instances or to the days around the window, so twice as many keys are generated as
 * occurrences may be kept.
 */
const maxKeysOfRule = 2 * maxOccurrences;

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
