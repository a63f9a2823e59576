import type { CallCounter } from "../ports/quota.port.ts";

/** Counts in memory only. */
export class CountedCalls implements CallCounter {
  total = 0;

  count(calls: number): void {
    this.total += calls;
  }
}
