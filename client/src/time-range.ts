/** The time from `from` up to, but not including, `to`. `from` is before `to`. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** @throws RangeError if `from` is not before `to`, or one of them is an invalid date. */
export function requireRange(from: Date, to: Date): void {
  if (!(from.getTime() < to.getTime())) throw new RangeError("from must be before to");
}

/** The same time as the fewest ranges, in order: ranges that overlap or touch become one. Empty ranges vanish. */
export function mergeRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const merged: TimeRange[] = [];
  const inOrder = ranges.filter(isNotEmpty).sort((a, b) => a.from.getTime() - b.from.getTime());
  for (const { from, to } of inOrder) {
    const last = merged[merged.length - 1];
    if (!last || last.to < from) merged.push({ from, to });
    else if (last.to < to) merged[merged.length - 1] = { from: last.from, to };
  }
  return merged;
}

/** The part of a range that is in [from, to), or nothing. */
export function clipRange(range: TimeRange, from: Date, to: Date): TimeRange[] {
  return [{ from: range.from < from ? from : range.from, to: range.to > to ? to : range.to }].filter(
    isNotEmpty,
  );
}

/**
 * The parts of `whole` that no range of `taken` covers.
 *
 * @param taken merged, see `mergeRanges`
 */
export function subtractRanges(whole: TimeRange, taken: readonly TimeRange[]): TimeRange[] {
  const left: TimeRange[] = [];
  let from = whole.from;
  for (const range of taken) {
    if (range.to <= from) continue;
    if (range.from >= whole.to) break;
    left.push({ from, to: range.from });
    from = range.to;
  }
  left.push({ from, to: whole.to });
  return left.filter(isNotEmpty);
}

function isNotEmpty({ from, to }: TimeRange): boolean {
  return from < to;
}
