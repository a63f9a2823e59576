import type { Clock, Log } from "./ports/runtime.port.ts";

const intervalMs = 60_000;

/**
 * Writes each event at most once a minute, because a fault of the project affects all calendars at the same time. The
 * next line of an event contains the number of suppressed lines.
 */
export function createLimitedAlarms(clock: Clock, write: Log["alarm"]): Log["alarm"] {
  // One entry for each event's name, and all names are constants of this code.
  const written = new Map<string, { readonly atMs: number; suppressed: number }>();
  return (event, fields) => {
    const nowMs = clock.now();
    const last = written.get(event);
    // If the clock was set back, nothing must be suppressed.
    if (last !== undefined && nowMs >= last.atMs && nowMs - last.atMs < intervalMs) {
      last.suppressed += 1;
      return;
    }
    written.set(event, { atMs: nowMs, suppressed: 0 });
    const suppressed = last?.suppressed ?? 0;
    write(event, { ...fields, ...(suppressed > 0 && { suppressed }) });
  };
}
