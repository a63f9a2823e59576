import { createCallCounter } from "../functions/src/quota/call-counter.ts";
import type { Benchmark } from "./result.ts";
import { round } from "@firestore-calendar-sync/harness";

const calls = 100_000;
/** The calls of one instance in a minute. */
const paces = [6_000, 600, 100, 60, 10, 1] as const;

/** Counts calls at one pace, in virtual time. `unstored`: the most calls that were in memory only. */
async function countAt(pace: number): Promise<{ writes: number; unstored: number; cpuMs: number }> {
  let nowMs = Date.parse("2026-01-05T08:00:00Z");
  let writes = 0;
  let stored = 0;
  let unstored = 0;
  const counter = createCallCounter({
    store: {
      add: (_day, _shard, added) => {
        writes += 1;
        stored += added;
        return Promise.resolve();
      },
    },
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
    random: () => 0.5,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined, alarm: () => undefined },
  });
  const before = process.cpuUsage();
  for (let n = 1; n <= calls; n++) {
    counter.count(1);
    // The write ends before the next call.
    await new Promise(setImmediate);
    unstored = Math.max(unstored, n - stored);
    nowMs += 60_000 / pace;
  }
  const { user, system } = process.cpuUsage(before);
  return { writes, unstored, cpuMs: (user + system) / 1000 };
}

/** 13. Counts calls to Google at several paces. Aim: at most 10 writes for 1,000 calls of a busy instance. */
export const callCount: Benchmark = async ({ say }) => {
  const rows = [];
  for (const pace of paces) rows.push({ pace, ...(await countAt(pace)) });
  const perThousand = (writes: number) => (writes / calls) * 1_000;
  const busy = perThousand(rows[0]?.writes ?? NaN);
  say(`call-count: ${round(busy)} writes for 1,000 calls`);
  return {
    title: "13. Counting calls to Google",
    configuration: `${calls.toLocaleString("en")} calls of one instance at each pace, in virtual time, with a store that answers at once; CPU time of the process.`,
    aims: [
      {
        what: "writes for 1,000 calls, 6,000 calls a minute",
        aim: "≤ 10.1",
        measured: round(busy).toString(),
        ratio: round(busy / 10.1).toString(),
        met: busy <= 10.1,
      },
    ],
    tables: [
      {
        columns: [
          "calls a minute",
          "writes for 1,000 calls",
          "writes a day",
          "most calls not stored",
          "µs a call",
        ],
        rows: rows.map(({ pace, writes, unstored, cpuMs }) => [
          pace,
          round(perThousand(writes)),
          Math.round((writes / calls) * pace * 1_440),
          unstored,
          round((cpuMs / calls) * 1_000),
        ]),
      },
    ],
    notes: ["A day's count is read with 10 reads by each scheduled round, five times a day."],
  };
};
