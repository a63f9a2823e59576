import { createLimitedAlarms } from "../limited-alarms.ts";
import { type CallCounter, callShards, type CallStore } from "../ports/quota.port.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import { quotaDay } from "./quota-day.ts";

const callsPerWrite = 100;
const writeIntervalMs = 60_000;

/** The operator can compare the days of a week. */
const keepMs = 7 * 86_400_000;

export interface CallCounterPorts {
  readonly store: Pick<CallStore, "add">;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Counts in memory. The counts are written with the first call after a minute without a write, or with every hundredth
 * call, one write at a time. An instance has CPU time only during a request (Cloud Run, "CPU allocation"), so the write
 * begins together with a call to Google, for whose answer the request waits longer than for a write.
 *
 * Lost when an instance ends: the calls of the minute after its last write, fewer than 100, and a write that was cut
 * off. A failed write does not affect the caller; its calls are written with the next one. If only its answer was lost,
 * they count twice, which stretches background work too early and never too late.
 */
export function createCallCounter({ store, clock, random, log }: CallCounterPorts): CallCounter {
  /** The calls that are not stored, by day. */
  const waiting = new Map<string, number>();
  let callsSinceWrite = 0;
  let wroteAtMs = Number.NEGATIVE_INFINITY;
  let writing = false;
  const add = (day: string, calls: number) => waiting.set(day, (waiting.get(day) ?? 0) + calls);
  const warn = createLimitedAlarms(clock, (event, fields) => {
    log.warn(event, fields);
  });

  const write = async (nowMs: number): Promise<void> => {
    writing = true;
    callsSinceWrite = 0;
    wroteAtMs = nowMs;
    // More than one day only after midnight and after failures.
    for (const [day, calls] of [...waiting]) {
      waiting.delete(day);
      try {
        await store.add(day, Math.floor(random() * callShards), calls, nowMs + keepMs);
      } catch (error) {
        add(day, calls);
        warn("calendar calls not stored", {
          day,
          calls,
          error: error instanceof Error ? error.message : "unknown",
        });
      }
    }
    writing = false;
  };

  return {
    count: calls => {
      const nowMs = clock.now();
      add(quotaDay(nowMs), calls);
      callsSinceWrite += calls;
      const isDue = callsSinceWrite >= callsPerWrite || nowMs - wroteAtMs >= writeIntervalMs;
      if (isDue && !writing) void write(nowMs);
    },
  };
}
