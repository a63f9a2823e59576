/** Calls that run side by side. */
export interface FanOut {
  /** The number of calls that have not ended. */
  readonly running: number;
  /**
   * Waits until fewer than the limit are running, then starts the call without waiting for its end. The call has to
   * handle its own errors.
   */
  start(call: () => Promise<void>): Promise<void>;
  /** Waits until no call is running. */
  settled(): Promise<void>;
}

/**
 * Runs at most `limit` calls at once. The caller of `start` waits while there is no room, so a long survey is read only
 * as fast as its calls end.
 */
export function createFanOut(limit: number): FanOut {
  const running = new Set<Promise<void>>();
  return {
    get running() {
      return running.size;
    },
    start: async call => {
      while (running.size >= limit) await Promise.race(running);
      const started: Promise<void> = call().finally(() => running.delete(started));
      running.add(started);
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}
