import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Part } from "../supervisor.ts";

const folder = import.meta.dirname;

/** A part that listens on a port; see stand-in-part.ts for what `behaviour` may say. */
export function standInPart(port: number, behaviour: readonly string[] = []): Part {
  return {
    name: "stand-in",
    command: process.execPath,
    args: [join(folder, "stand-in-part.ts"), String(port), ...behaviour],
    cwd: folder,
    services: [{ name: "stand-in", purpose: "a test", port }],
    readyOutput: /stand-in ready/,
    readyWithinMs: 20_000,
  };
}

/** A port that nothing listens on. */
export async function findFreePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port"));
        else resolve(address.port);
      });
    });
  });
}

/** Waits until `condition` gives something other than undefined or false; fails after `withinMs`. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await delay(20);
  }
}

/** Whether a process exists; one that has ended but was not yet waited for does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}
