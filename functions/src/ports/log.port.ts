/** Structured log lines. Fields hold ids, counts and reasons; never event content, never a token. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /**
   * For the operator: an error under a name that alerts can be built on and that never changes. At most one line a
   * minute, event and instance.
   */
  alarm(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
