import type { Clock, Log } from "./ports/runtime.port.ts";

const intervalMs = 60_000;

/**
 * Lets each event through at most once a minute: a fault of the project is met by every calendar at once, and is one
 * fault. The next line says how many were left out before it.
 */
export function createLimitedAlarms(clock: Clock, write: Log["alarm"]): Log["alarm"] {
  const written = new Map<string, { readonly atMs: number; suppressed: number }>();
  return (event, fields) => {
    const nowMs = clock.now();
    const last = written.get(event);
    // A clock that jumped back must not silence anything.
    if (last !== undefined && nowMs >= last.atMs && nowMs - last.atMs < intervalMs) {
      last.suppressed += 1;
      return;
    }
    written.set(event, { atMs: nowMs, suppressed: 0 });
    const suppressed = last?.suppressed ?? 0;
    write(event, { ...fields, ...(suppressed > 0 && { suppressed }) });
  };
}
