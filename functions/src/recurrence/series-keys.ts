import type { AnchoredRule } from "./anchored-rule.ts";
import { dayMs } from "./civil.ts";
import { expandRule } from "./expand-rule.ts";
import type { Budget } from "./expand-rule.ts";
import type { IcalMoment } from "./ical-value.ts";
import { keyOfLocal } from "./series.ts";
import type { Key, ReadSeries } from "./series.ts";
import { toLocal } from "./zone.ts";

/**
 * The largest distance between a local time, read as if it were UTC, and its instant: an offset of 15 hours, and a
 * skipped day. Searches begin this much earlier and end this much later; results outside are then removed by their
 * exact instant.
 */
const localSlackMs = 2 * dayMs;

/**
 * Generates the keys of one rule of the series, without the keys excluded by EXRULE and EXDATE, from `fromKey` on (some
 * earlier keys are included). The keys ascend, except that a time in a gap of the clock may come up to `localSlackMs`
 * after later keys. Ends some time after `toKey()`, which may become smaller during the generation, or when the budget
 * is used up.
 */
export function* keysOfRule(
  series: ReadSeries,
  rule: AnchoredRule,
  fromKey: Key,
  toKey: () => Key,
  budget: Budget,
): Generator<Key> {
  const fromLocalMs = earliestLocal(series, fromKey);
  const toLocalMs = () => toKey() + 2 * localSlackMs;
  const isExcluded = exclusionCursor(series, fromLocalMs, toLocalMs, budget);
  for (const localMs of localsUntil(series, rule, fromLocalMs, toLocalMs, budget)) {
    const key = keyOfLocal(series, localMs);
    if (!series.exclusions.has(key) && !isExcluded(localMs)) yield key;
  }
}

/** The keys of the start and the RDATEs, without the excluded ones. The value is the RDATE's own duration, or null. */
export function fixedKeys(series: ReadSeries, budget: Budget): ReadonlyMap<Key, number | null> {
  const keys = new Map<Key, number | null>([[series.startKey, null], ...series.additions]);
  for (const key of keys.keys()) {
    const localMs = series.timing.allDay ? key : toLocal(series.timing.zone, key);
    // Beginning an exclusion rule is work too, and a hostile series has a hundred of them for each of its dates.
    budget.steps -= series.exclusionRules.length;
    const isExcluded = () => exclusionCursor(series, localMs, () => localMs, budget)(localMs);
    if (series.exclusions.has(key) || (budget.steps > 0 && isExcluded())) keys.delete(key);
  }
  return keys;
}

/**
 * The local time from which on occurrences can have `fromKey` or a later key. For a timed series it is exact, except
 * near a change of the clock: for a rule of seconds, a slack of two days would exceed the whole budget.
 */
function earliestLocal({ timing }: ReadSeries, fromKey: Key): number {
  if (timing.allDay) return fromKey - localSlackMs;
  const around = [fromKey - localSlackMs, fromKey, fromKey + localSlackMs];
  return fromKey + Math.min(...around.map(instantMs => timing.zone.offsetAt(instantMs)));
}

/**
 * The last moment of an UNTIL, as an instant or a local time, according to its kind. A date, which RFC 5545 forbids for
 * a timed series, includes the whole local day: of the possible readings, this one hides no occurrence.
 */
function endOf(until: IcalMoment): number {
  if (until.kind === "utc") return until.instantMs;
  return until.kind === "date" ? until.localMs + dayMs - 1 : until.localMs;
}

/** The local times of a rule with its UNTIL applied. */
function* localsUntil(
  series: ReadSeries,
  anchored: AnchoredRule,
  fromLocalMs: number,
  toLocalMs: () => number,
  budget: Budget,
): Generator<number> {
  const { until } = anchored.rule;
  const untilMs = until === null ? Infinity : endOf(until);
  const lastLocalMs = () => Math.min(toLocalMs(), untilMs + localSlackMs);
  for (const localMs of expandRule(anchored, fromLocalMs, lastLocalMs, budget)) {
    if (until !== null) {
      const compared = until.kind === "utc" ? keyOfLocal(series, localMs) : localMs;
      if (compared > untilMs) continue;
    }
    yield localMs;
  }
}

/**
 * Returns a function that is true if an EXRULE generates the local time. Call it with ascending times from
 * `fromLocalMs` on.
 */
function exclusionCursor(
  series: ReadSeries,
  fromLocalMs: number,
  toLocalMs: () => number,
  budget: Budget,
): (localMs: number) => boolean {
  const cursors = series.exclusionRules.map(rule => {
    const locals = localsUntil(series, rule, fromLocalMs, toLocalMs, budget);
    let current = -Infinity;
    return (localMs: number) => {
      while (current < localMs) {
        const next = locals.next();
        current = next.done === true ? Infinity : next.value;
      }
      return current === localMs;
    };
  });
  return localMs => cursors.some(isGiven => isGiven(localMs));
}
