import type { GoogleTime } from "../model/google-time.ts";
import { dayMs } from "./civil.ts";
import type { Budget } from "./expand-rule.ts";
import { readGoogleTime } from "./event-time.ts";
import { instanceId, readInstanceId } from "./instance-id.ts";
import { canBeStored, instanceAt, startMsOf } from "./occurrence.ts";
import type { Occurrence, Window } from "./occurrence.ts";
import { malformed } from "./outcome.ts";
import type { Malformed } from "./outcome.ts";
import { keyOfOriginal, readSeries } from "./series.ts";
import type { Key, ReadSeries, RecurringSeries, Timing } from "./series.ts";
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

/** Says which instance of a series is not where the rule puts it: cancelled, or an event of its own. */
export type SeriesException = {
  readonly id: string;
  readonly originalStartTime: GoogleTime;
};

export type Expansion =
  | {
      readonly kind: "expanded";
      /** Those in the window, by start. */
      readonly occurrences: readonly Occurrence[];
      /**
       * When the first occurrence at or after the window's end starts; null if there is none: the series need not be
       * looked at again until it changes. Where the search took too long it is the window's end: "look again". Where
       * the window holds more than one series may have (`Window.keepFromMs`) it is where the expansion stopped, which
       * may be within the window.
       */
      readonly nextStartMs: number | null;
      /** What of the series could not be read or kept, for the log: names of lines and parts, short quotations. */
      readonly unreadable: readonly string[];
      /**
       * True if a line that generates occurrences could not be read, so that occurrences may be missing
       * (recurrence-lines.ts).
       */
      readonly incomplete: boolean;
    }
  /** The start or the end of the series cannot be read. */
  | Malformed;

/**
 * The occurrences of a series in a window, without those that its exceptions replace. Pure, and never throws on data
 * from Google.
 *
 * - An exception removes the instance at its original start. Where it was moved to is not told here: the caller has it
 *   as an event of its own. One that cannot be read, or whose original start the rule no longer gives, removes nothing.
 * - The start of the series is always its first occurrence, in addition to COUNT, even where the rule does not give
 *   it; only EXDATE, EXRULE or an exception removes it. That is what Google shows
 *   (https://github.com/fmeringdal/rust-rrule/issues/119), and RFC 5545, 3.8.2.4.
 * - What cannot be read of its lines costs only itself; the start, at least, is always shown.
 * - What Firestore cannot hold (before the year 1, after 9999) is left out, one by one.
 *
 * To extend a horizon, give the new part as the window and write those with `startMs >= window.fromMs`: others reach
 * into it from the part that is written already.
 */
export function expandSeries(
  series: RecurringSeries,
  exceptions: readonly SeriesException[],
  window: Window,
  /** The zone of all-day occurrences. Also replaces zones that are missing or unknown. */
  calendarZone: Zone,
): Expansion {
  try {
    return expand(series, exceptions, window, calendarZone);
  } catch {
    // This has never been seen to happen, but one series must not stop the sync of its whole calendar.
    return malformed("threw");
  }
}

function expand(
  series: RecurringSeries,
  exceptions: readonly SeriesException[],
  window: Window,
  calendarZone: Zone,
): Expansion {
  const read = readSeries(series, calendarZone);
  if (read.kind === "malformed") return read;

  const replaced = readExceptions(exceptions, read.value.timing);
  let { instances, stoppedMs } = instancesIn(read.value, replaced, window, calendarZone);
  if (stoppedMs !== null && window.keepFromMs !== undefined && window.keepFromMs > window.fromMs) {
    const later = { ...window, fromMs: window.keepFromMs };
    ({ instances, stoppedMs } = instancesIn(read.value, replaced, later, calendarZone));
    stoppedMs ??= window.toMs;
  }
  const { unreadable, incomplete } = read.value;
  return {
    kind: "expanded",
    occurrences: instances.toSorted((a, b) => a.startMs - b.startMs),
    nextStartMs: stoppedMs ?? findNextStart(read.value, replaced, window.toMs, calendarZone),
    unreadable: stoppedMs === null ? unreadable : [...unreadable, tooMany],
    incomplete,
  };
}

/** Instances that are not shown, by their original starts; by their ids too, because two documents cannot share one. */
type Replaced = { readonly keys: ReadonlySet<Key>; readonly ids: ReadonlySet<string> };

function readExceptions(exceptions: readonly SeriesException[], timing: Timing): Replaced {
  const keys = new Set<Key>();
  const ids = new Set<string>();
  for (const { id, originalStartTime } of exceptions) {
    const given = readGoogleTime(originalStartTime, "originalStartTime");
    const told = given.kind === "parsed" ? undefined : readInstanceId(id)?.originalStart;
    const original = told === undefined ? given : readGoogleTime(told, "id");
    if (original.kind === "malformed") continue;
    const key = keyOfOriginal(original.value, timing);
    if (key !== null) keys.add(key);
    ids.add(id);
  }
  return { keys, ids };
}

const tooMany = `more than ${maxOccurrences} occurrences, or too much work: the first ones are kept`;

/** `stoppedMs`: where the first occurrence that is left out may be; null if there is none. */
type InstancesFound = { readonly instances: readonly Occurrence[]; readonly stoppedMs: number | null };

/** The unchanged instances in the window, the first ones where they are too many. */
function instancesIn(
  series: ReadSeries,
  replaced: Replaced,
  window: Window,
  calendarZone: Zone,
): InstancesFound {
  const { durations, stoppedAt } = keysIn(series, window);
  let stoppedMs = stoppedAt;
  const instances: Occurrence[] = [];
  for (const [key, durationMs] of durations) {
    const startMs = startMsOf(series, key, calendarZone);
    if (startMs >= window.toMs) continue;
    // One that takes no time is seen for a millisecond, as in the documents.
    const endMs = startMsOf(series, key + durationMs, calendarZone);
    if (Math.max(endMs, startMs + 1) <= window.fromMs) continue;
    if (isReplaced(series, key, replaced) || !canBeStored(series, key, durationMs, calendarZone)) continue;
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

function isReplaced(series: ReadSeries, key: Key, { keys, ids }: Replaced): boolean {
  if (keys.size + ids.size === 0) return false;
  return keys.has(key) || ids.has(instanceId(series.family, series.timing.allDay, key));
}

function findNextStart(
  series: ReadSeries,
  replaced: Replaced,
  fromMs: number,
  calendarZone: Zone,
): number | null {
  let nextMs = Infinity;
  const budget: Budget = { steps: maxSearchSteps };
  const consider = (key: Key) => {
    const startMs = startMsOf(series, key, calendarZone);
    if (startMs >= fromMs && startMs < nextMs && !isReplaced(series, key, replaced)) nextMs = startMs;
  };
  for (const key of fixedKeys(series, budget).keys()) consider(key);
  for (const rule of series.rules) {
    for (const key of keysOfRule(series, rule, fromMs, () => nextMs, budget)) consider(key);
  }
  if (budget.steps <= 0) return Math.min(nextMs, fromMs);
  return nextMs === Infinity ? null : nextMs;
}
