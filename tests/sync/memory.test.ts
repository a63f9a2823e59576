import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

/*
 * The function has 512 MiB. The nightly run imports 100,000 events in a heap of 256 MiB (EVENTS=100000). By default,
 * both numbers are smaller; an engine that kept all written events in memory would exceed that heap too.
 */
const events = Number(process.env["EVENTS"] ?? 40_000);
const heapMiB = events > 40_000 ? 256 : 128;

test("an import, and a full sync after it, keep no more in memory than what identifies an event", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`--max-old-space-size=${heapMiB}`, join(import.meta.dirname, "large-import.ts")],
    { env: { ...process.env, EVENTS: String(events), NODE_OPTIONS: "" }, timeout: 120_000 },
  );
  const result = JSON.parse(stdout) as { first: number; again: number; peakMiB: number };
  expect(result).toMatchObject({ first: events, again: 0 });
  expect(result.peakMiB).toBeLessThan(512);
}, 130_000);
