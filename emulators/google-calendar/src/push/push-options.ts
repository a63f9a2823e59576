/** How notifications are delivered (`POST /_emulator/push`); the defaults are a perfect day at Google. */
export interface PushOptions {
  /** Nothing is sent; it waits. */
  paused: boolean;
  /** Share of messages that are lost (0 to 1). */
  drop: number;
  /** Share of messages that are sent twice (0 to 1). */
  duplicate: number;
  /** Each message waits for a random time in this range, in ms. */
  delayMs: readonly [number, number];
  /** Messages of one channel overtake one another. */
  reorder: boolean;
  /** Changes of one resource within this time make one message, in ms; 0 sends each. */
  coalesceMs: number;
  /** The first wait before a refused message is tried again, in ms; doubled each time. */
  retryBaseMs: number;
  /** Attempts for one message, the first one included. */
  maxAttempts: number;
}

/** Everything is delivered once, at once, in order. */
export const PERFECT_PUSH: PushOptions = {
  paused: false,
  drop: 0,
  duplicate: 0,
  delayMs: [0, 0],
  reorder: false,
  coalesceMs: 0,
  retryBaseMs: 1_000,
  maxAttempts: 8,
};
