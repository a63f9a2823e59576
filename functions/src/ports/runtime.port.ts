/** The time. All code except adapters reads it here, so that tests can control it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Returns `length` random, unpredictable characters of `A-Za-z0-9_-` (132 bits for 22 characters). */
export type NewId = (length: number) => string;

/** Structured log lines. Fields contain ids, counts and reasons, never event content and never tokens. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /**
   * Reports a fault that only the operator can repair, with `severity: ERROR` and a stable `event` for alert rules
   * (docs/runbook.md, "Alarms"). At most one line per minute, event and instance is written.
   */
  alarm(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
