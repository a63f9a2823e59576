/** Time, as everything outside adapters sees it: tests own it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Gives `length` random characters of `A-Za-z0-9_-`, unpredictable (132 bits at 22 characters). */
export type NewId = (length: number) => string;

/** Structured log lines. Fields hold ids, counts and reasons; never event content, never a token. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /**
   * Something that only the operator can mend: `severity: ERROR` and a stable `event` to build alerts on
   * (docs/runbook.md, "Alarms"). At most one line a minute, event and instance, however often it is raised.
   */
  alarm(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
