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

/**
 * An instance of a series that was cancelled, moved or edited. If it was not cancelled, Google sends it as a separate
 * event.
 */
export type SeriesException = {
  readonly id: string;
  readonly originalStartTime: GoogleTime;
};

export type Expansion =
  | {
      readonly kind: "expanded";
      /** The occurrences in the window, in the order of their starts. */
      readonly occurrences: readonly Occurrence[];
      /**
       * Start of the first occurrence at or after the window's end. Null if there is none: the series need not be
       * expanded again until it changes. If the search took too long, it is the window's end, so that the series is
       * expanded again. If the series was truncated, it is the point where the expansion stopped, which may be within
       * the window.
       */
      readonly nextStartMs: number | null;
      /** Values that could not be read or kept, for the log: names of lines and parts, short quotations. */
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
 * Returns the occurrences of a series in a window, without the instances that its exceptions replace. Pure, and never
 * throws on data from Google.
 *
 * - An exception removes the instance at its original start. The result does not contain the place it was moved to,
 *   because the caller has the exception as a separate event. An exception that cannot be read, or whose original start
 *   is not an occurrence of the rules any more, removes nothing.
 * - The start of the series is always its first occurrence, in addition to COUNT, even if the rule does not generate
 *   it. Only EXDATE, EXRULE or an exception removes it. Google shows it
 *   (https://github.com/fmeringdal/rust-rrule/issues/119), and RFC 5545, 3.8.2.4, requires it.
 * - If a line or value cannot be read, only that line or value is left out, and the start is still shown.
 * - Occurrences that Firestore cannot store (before the year 1, after 9999) are left out individually.
 *
 * To extend a horizon, pass the new part as the window and write the occurrences with `startMs >= window.fromMs`. The
 * others begin in the part that is already written.
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

/**
 * Instances that are not shown. Compares the original start, and also the id, because two documents cannot have the
 * same id.
 */
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

/** `stoppedMs`: the earliest possible start of the first occurrence that was left out; null if none was left out. */
type InstancesFound = { readonly instances: readonly Occurrence[]; readonly stoppedMs: number | null };

/** Returns the unchanged instances in the window; if there are too many, the first ones. */
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
    // An event without a duration counts as one millisecond long, as in the documents.
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
