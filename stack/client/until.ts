import { setTimeout as delay } from "node:timers/promises";

/** Between two looks. */
const everyMs = 50;

/** Asks until `find` gives something other than undefined or false; the error says what was awaited. */
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
