import { spreadOf } from "./spread.ts";

/** The part of the periodic work that a round does. `none`: all of it; the work is not stretched. */
export type Stretch = "none" | "half" | "quarter";

/** The share of the day's threshold from which background work is stretched. */
export const stretchedFrom = 0.8;

/**
 * How background work is stretched when `used` of the day's `threshold` calls are used. A threshold of 0 means that
 * there is none.
 */
export function stretchOf(used: number, threshold: number): Stretch {
  if (threshold === 0 || used < threshold * stretchedFrom) return "none";
  return used < threshold ? "half" : "quarter";
}

/** A round of so many does the same work again. */
export const roundsPerTurn: Readonly<Record<Stretch, number>> = { none: 1, half: 2, quarter: 4 };

/**
 * True if a backup round takes this calendar. Of four consecutive rounds at least one takes it, even if the stretch
 * changes between them: the rounds in which a quarter takes it are among those in which a half takes it.
 *
 * @param round increases by one with each round
 */
export function isInTurn(calendarKey: string, round: number, stretch: Stretch): boolean {
  const rounds = roundsPerTurn[stretch];
  // Not the hash of the key alone, from which the calendar's time within a round follows: the time must not depend on
  // the turn.
  return spreadOf(`turn ${calendarKey}`, rounds) === round % rounds;
}
