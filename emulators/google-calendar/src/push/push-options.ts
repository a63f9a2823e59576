/** How notifications are delivered (`POST /_emulator/push`). By default nothing is lost, repeated or delayed. */
export interface PushOptions {
  /** If true, messages stay in the queue. */
  paused: boolean;
  /** Share of messages that are lost (0 to 1). */
  drop: number;
  /** Share of messages that are sent twice (0 to 1). */
  duplicate: number;
  /** Range of the random delay of each message, in ms. */
  delayMs: readonly [number, number];
  /** If true, messages of one channel can overtake each other. */
  reorder: boolean;
  /** Changes of one resource within this time, in ms, cause one message. 0: every change causes a message. */
  coalesceMs: number;
  /** Delay before the first retry, in ms. It doubles with every retry. */
  retryBaseMs: number;
  /** The most attempts per message, including the first. */
  maxAttempts: number;
}

/** Delivers every message once, immediately and in order. */
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
