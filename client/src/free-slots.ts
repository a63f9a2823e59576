import { clipRange, mergeRanges, requireRange, subtractRanges, type TimeRange } from "./time-range.ts";
import { workingTimes, type WorkingHours } from "./working-hours.ts";

export interface SlotOptions {
  /** Shorter gaps are left out. */
  readonly minMinutes?: number | undefined;
  /** Only times within these hours are free. Without them, all times are. */
  readonly workingHours?: WorkingHours | undefined;
}

/**
 * The times in [from, to) at which nothing of `busy` is, each as long as possible, in order.
 *
 * @param busy in any order; may overlap. See `busyIntervals`.
 * @throws RangeError if `from` is not before `to`, or the working hours are not valid
 */
export function freeSlots(
  busy: readonly TimeRange[],
  from: Date,
  to: Date,
  options: SlotOptions = {},
): TimeRange[] {
  requireRange(from, to);
  const { minMinutes = 0, workingHours } = options;
  const taken = mergeRanges(busy);
  const possible = workingHours ? workingTimes(workingHours, from, to) : [{ from, to }];
  return possible
    .flatMap(range => clipRange(range, from, to))
    .flatMap(range => subtractRanges(range, taken))
    .filter(slot => slot.to.getTime() - slot.from.getTime() >= minMinutes * 60_000);
}
