import type { AnchoredRule } from "./anchored-rule.ts";
import { dayMs } from "./civil.ts";
import { expandRule } from "./expand-rule.ts";
import type { Budget } from "./expand-rule.ts";
import type { IcalMoment } from "./ical-value.ts";
import { keyOfLocal } from "./series.ts";
import type { Key, ReadSeries } from "./series.ts";
import { toLocal } from "./zone.ts";

/**
 * How far a local time, read as if it were UTC, may be from the instant it means: 15 hours of offset and a skipped day.
 * Searches begin so much earlier and end so much later, and what lies outside is dropped by its exact instant.
 */
const localSlackMs = 2 * dayMs;

/**
 * Keys of one rule of the series, what EXRULE and EXDATE take away left out, from those at `fromKey` on (some earlier
 * ones come too). They ascend, except that the times a gap skips come out up to `localSlackMs` later than their
 * neighbours. Ends some time after `toKey()`, which may shrink meanwhile, and early when the budget is used up.
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

/** The start and the RDATEs, with durations where they bring their own, what EXRULE and EXDATE take away left out. */
export function fixedKeys(series: ReadSeries, budget: Budget): ReadonlyMap<Key, number | null> {
  const keys = new Map<Key, number | null>([[series.startKey, null], ...series.additions]);
  for (const key of keys.keys()) {
    const localMs = series.timing.allDay ? key : toLocal(series.timing.zone, key);
    // To begin with a rule is work too, and a hostile series asks a hundred of them about each of its dates.
    budget.steps -= series.exclusionRules.length;
    const isExcluded = () => exclusionCursor(series, localMs, () => localMs, budget)(localMs);
    if (series.exclusions.has(key) || (budget.steps > 0 && isExcluded())) keys.delete(key);
  }
  return keys;
}

/**
 * The local time from which on occurrences can have `fromKey` or a later key. Of a timed series it is exact where the
 * clock does not change near by: for a rule of seconds, two days of slack would be more than its whole budget.
 */
function earliestLocal({ timing }: ReadSeries, fromKey: Key): number {
  if (timing.allDay) return fromKey - localSlackMs;
  const around = [fromKey - localSlackMs, fromKey, fromKey + localSlackMs];
  return fromKey + Math.min(...around.map(instantMs => timing.zone.offsetAt(instantMs)));
}

/**
 * The last moment of an UNTIL, in the terms of its kind. A date, which RFC 5545 forbids for a timed series, lasts the
 * whole day on the series' own clock: of the possible readings the one that hides nothing.
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

/** Tells whether an EXRULE gives a local time; asked with ascending times from `fromLocalMs` on. */
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
