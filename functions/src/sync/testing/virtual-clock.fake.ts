import type { Clock } from "../../ports/runtime.port.ts";

/** A Monday, far from any daylight-saving change. */
export const startMs = Date.parse("2026-01-05T08:00:00Z");

/** Time that only passes when a test says so, or when somebody sleeps. */
export class VirtualClock implements Clock {
  nowMs = startMs;

  now(): number {
    return this.nowMs;
  }

  /** Nobody waits in a test: the time is simply later. */
  sleep(ms: number): Promise<void> {
    this.nowMs += ms;
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.nowMs += ms;
  }
}
