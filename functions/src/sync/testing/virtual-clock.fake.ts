import type { Clock } from "../../ports/runtime.port.ts";

/** A Monday, far from any daylight-saving change. */
export const startMs = Date.parse("2026-01-05T08:00:00Z");

/** A clock that advances only through a test or through `sleep`. */
export class VirtualClock implements Clock {
  nowMs = startMs;

  now(): number {
    return this.nowMs;
  }

  /** Returns at once and advances the clock by `ms`. */
  sleep(ms: number): Promise<void> {
    this.nowMs += ms;
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.nowMs += ms;
  }
}
