import { type Stretch, stretchOf } from "../model/stretch.ts";
import type { CallStore } from "../ports/quota.port.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import { quotaDay } from "./quota-day.ts";

export interface StretchRoundPorts {
  readonly calls: Pick<CallStore, "usedOn">;
  /** The calls of a day that Google does not charge. 0: no threshold. */
  readonly threshold: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Decides at the beginning of a scheduled round how its work is stretched, and logs the day's calls. If they cannot be
 * read, the work is not stretched: missing changes are worse than charged calls.
 */
export async function stretchRound({ calls, threshold, clock, log }: StretchRoundPorts): Promise<Stretch> {
  const day = quotaDay(clock.now());
  let used: number;
  try {
    used = await calls.usedOn(day);
  } catch (error) {
    log.warn("calendar calls not read", { day, error: error instanceof Error ? error.message : "unknown" });
    return "none";
  }
  const stretched = stretchOf(used, threshold);
  const share = threshold === 0 ? null : used / threshold;
  const fields = { day, used, threshold, share, stretched };
  log.info("calendar calls", fields);
  if (stretched !== "none")
    log.warn("background work is stretched, because most of the day's calendar calls are used", fields);
  return stretched;
}
