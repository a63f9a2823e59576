import type { Clock } from "./ports/clock.port.ts";
import type { Log } from "./ports/log.port.ts";

const quietMs = 60_000;

/** `Log.alarm` by way of `Log.error`: what happens to everybody at once must not fill the log. */
export function createAlarm(error: Log["error"], clock: Pick<Clock, "now">): Log["alarm"] {
  const lastAtMs = new Map<string, number>();
  return (event, fields) => {
    const nowMs = clock.now();
    const last = lastAtMs.get(event);
    if (last !== undefined && nowMs - last < quietMs) return;
    lastAtMs.set(event, nowMs);
    error(event, { ...fields, event });
  };
}
