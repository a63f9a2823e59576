import type { EventDocument } from "./documents.ts";
import { at, event } from "./documents.fixture.ts";
import type { TimeRange } from "./time-range.ts";

/** Repeatable numbers from 0 up to, but not including, 1. */
export type Random = () => number;

/** A multiplicative generator (Park and Miller). The same seed gives the same numbers. */
export function seeded(seed: number): Random {
  let state = (seed * 7919 + 1) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** From 0 up to, but not including, `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function oneOf<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[below(random, values.length)] ?? values[0];
}

export function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map(value => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

export function timed(fromMs: number, toMs: number, changes: Partial<EventDocument> = {}): EventDocument {
  return {
    ...event,
    startAt: at(fromMs),
    // As the functions store it: never empty.
    endAt: at(Math.max(toMs, fromMs + 1)),
    start: { dateTime: new Date(fromMs).toISOString() },
    end: { dateTime: new Date(toMs).toISOString() },
    ...changes,
  };
}

/** An all-day event, as a calendar in UTC stores it. */
export function allDay(first: string, end: string, changes: Partial<EventDocument> = {}): EventDocument {
  const fromMs = Date.parse(`${first}T00:00Z`);
  return {
    ...event,
    startAt: at(fromMs),
    endAt: at(Math.max(Date.parse(`${end}T00:00Z`), fromMs + 1)),
    start: { date: first },
    end: { date: end },
    allDay: true,
    ...changes,
  };
}

/** The ranges that do not begin after the end of the range before them. */
export function touching(ranges: readonly TimeRange[]): TimeRange[] {
  return ranges.filter(({ from }, n) => {
    const before = ranges[n - 1];
    return before !== undefined && from <= before.to;
  });
}
