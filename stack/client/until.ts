import { setTimeout as delay } from "node:timers/promises";

/** The pause between two attempts. */
const everyMs = 50;

/**
 * Calls `find` until it returns a value other than undefined or false. On a time-out the error names the awaited
 * condition.
 */
export async function until<T>(
  what: string,
  find: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 90_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await delay(everyMs);
  }
}
