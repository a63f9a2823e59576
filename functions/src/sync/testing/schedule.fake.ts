/** Chooses the next action: returns an index into `weights`. */
export type Choose = (weights: readonly number[]) => number;

/** The same seed makes the same choices (mulberry32, which is in the public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Chooses at random by weight. */
export function randomChoice(random: () => number): Choose {
  return weights => {
    let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return index;
    }
    return weights.length - 1;
  };
}

/**
 * Plays every sequence of choices once: after each schedule, the last choice with an alternative is changed. Weights
 * are ignored.
 *
 * @param run plays one schedule
 * @returns the number of schedules; undefined if there are more than `limit`
 */
export async function everySchedule(
  run: (choose: Choose) => Promise<void>,
  limit: number,
): Promise<number | undefined> {
  let prefix: number[] = [];
  for (let schedules = 1; schedules <= limit; schedules++) {
    const taken: { index: number; of: number }[] = [];
    await run(weights => {
      const index = prefix[taken.length] ?? 0;
      taken.push({ index, of: weights.length });
      return index;
    });
    while (taken.length > 0 && (taken.at(-1)?.index ?? 0) + 1 >= (taken.at(-1)?.of ?? 0)) taken.pop();
    const last = taken.pop();
    if (last === undefined) return schedules;
    prefix = [...taken.map(({ index }) => index), last.index + 1];
  }
  return undefined;
}
