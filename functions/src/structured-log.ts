import { createLimitedAlarms } from "./limited-alarms.ts";
import type { Clock, Log } from "./ports/runtime.port.ts";

/** One line for Cloud Logging: `severity` becomes the entry's severity, all other fields its `jsonPayload`. */
export interface LogEntry {
  readonly severity: "INFO" | "WARNING" | "ERROR";
  readonly message: string;
  readonly [field: string]: unknown;
}

/**
 * Writes every message as it is, so that filters can compare it (docs/runbook.md, `ops/`). `logger.error` of
 * firebase-functions would replace the message of an error by a stack trace that begins with `Error: `
 * (firebase-functions#1337, #1681).
 */
export function createLog(clock: Clock, write: (entry: LogEntry) => void): Log {
  const line =
    (severity: LogEntry["severity"]): Log["info"] =>
    (message, fields) => {
      write({ ...fields, severity, message });
    };
  const error = line("ERROR");
  return {
    info: line("INFO"),
    warn: line("WARNING"),
    error,
    alarm: createLimitedAlarms(clock, (event, fields) => {
      error("alarm", { ...fields, event });
    }),
  };
}
