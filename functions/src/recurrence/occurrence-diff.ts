/** What has to be written so that the documents of a series are as wanted. */
export type OccurrenceDiff<T> = {
  /** New ones and those that differ, in the order of `wanted`. */
  readonly put: readonly T[];
  /** Ids of those that are no longer wanted. */
  readonly remove: readonly string[];
};

/**
 * Compares what is there with what is wanted, by id. `isSame` decides which differences cost a write. "There" may be
 * what is stored, or, without reading anything, what the series gave before it changed.
 */
export function diffOccurrences<T extends { readonly eventId: string }>(
  there: readonly T[],
  wanted: readonly T[],
  isSame: (before: T, after: T) => boolean,
): OccurrenceDiff<T> {
  const before = new Map(there.map(item => [item.eventId, item]));
  const put: T[] = [];
  for (const item of wanted) {
    const known = before.get(item.eventId);
    if (known === undefined || !isSame(known, item)) put.push(item);
    before.delete(item.eventId);
  }
  return { put, remove: [...before.keys()] };
}
