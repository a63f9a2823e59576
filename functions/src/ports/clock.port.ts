/** Time, as everything outside adapters sees it: tests own it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Gives `length` random characters of `A-Za-z0-9_-`, unpredictable (132 bits at 22 characters). */
export type NewId = (length: number) => string;
