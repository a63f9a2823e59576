import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "./result.ts";
import { median, round } from "@firestore-calendar-sync/harness";

/**
 * The cost of loading modules in a fresh process. On a busy machine the CPU time is more precise than the elapsed time.
 */
interface Load {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

const program = (requires: readonly string[]): string => `
  const begun = performance.now();
  for (const name of ${JSON.stringify(requires)}) require(name);
  const { user, system } = process.cpuUsage();
  const rssMiB = process.memoryUsage.rss() / 1048576;
  console.log(JSON.stringify({ wallMs: performance.now() - begun, cpuMs: (user + system) / 1000, rssMiB }));
  process.exit(0);
`;

/**
 * 7. Imports the bundle in fresh processes. One file contains all functions, so the import is the same for each of
 * them. An instance that calls Google later loads Google's client from a second file; a separate row measures that.
 */
export const coldStart: Benchmark = async ({ bundle, quick, say }) => {
  const runs = quick ? 3 : 61;
  const folder = join(bundle, "..", "..");
  const cache = mkdtempSync(join(tmpdir(), "compile-cache-"));
  const run = (requires: readonly string[], cached: boolean): Load => {
    const printed = execFileSync(process.execPath, ["-e", program(requires)], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        GCLOUD_PROJECT: "demo-calendar-sync",
        FIREBASE_CONFIG: '{"projectId":"demo-calendar-sync"}',
        ...(cached && { NODE_COMPILE_CACHE: cache }),
      },
    });
    return JSON.parse(printed.trim().split("\n").at(-1) ?? "{}") as Load;
  };
  const what = {
    bundle: [bundle],
    "bundle and Google's client": [bundle, join(folder, "dist", "google-client.cjs")],
    floor: [
      "firebase-functions/https",
      "firebase-functions/tasks",
      "firebase-functions/scheduler",
      "firebase-admin/app",
      "firebase-admin/firestore",
    ],
  } as const;
  const loads = new Map<string, Load[]>();
  try {
    // These runs fill the cache.
    for (const requires of Object.values(what)) run(requires, true);
    for (let turn = 0; turn < runs; turn++) {
      for (const cached of [false, true]) {
        for (const [name, requires] of Object.entries(what)) {
          const key = `${name}, ${cached ? "with" : "without"} compile cache`;
          loads.set(key, [...(loads.get(key) ?? []), run(requires, cached)]);
        }
      }
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  const medianOf = (key: string, field: keyof Load): number =>
    median((loads.get(key) ?? []).map(load => load[field]));
  const ratio = (cache: string, field: keyof Load): number =>
    medianOf(`bundle, ${cache} compile cache`, field) / medianOf(`floor, ${cache} compile cache`, field);
  say(
    `cold start: ${round(ratio("without", "wallMs"))} × the floor, ${round(ratio("with", "wallMs"))} × with cache`,
  );
  return await Promise.resolve({
    title: "7. Cold start",
    configuration: `Imports the bundle in a fresh process, ${runs} times for each row, in turns; the table contains medians. The floor imports only firebase-functions (https, tasks, scheduler) and firebase-admin (app, firestore). One bundle contains all functions, so the import is the same for each of them. Functions that call Google (syncCalendar, maintainWatch, …, but not the webhook) load Google's client at their first call.`,
    aims: ["without", "with"].map(cache => ({
      what: `${cache} compile cache`,
      aim: "≤ 1.3 × the floor",
      measured: `${round(medianOf(`bundle, ${cache} compile cache`, "wallMs"))} ms`,
      ratio: round(ratio(cache, "wallMs")).toString(),
      met: ratio(cache, "wallMs") <= 1.3,
    })),
    tables: [
      {
        columns: ["what", "ms", "CPU ms", "MiB"],
        rows: [...loads.keys()].map(key => [
          key,
          round(medianOf(key, "wallMs")),
          round(medianOf(key, "cpuMs")),
          round(medianOf(key, "rssMiB")),
        ]),
      },
    ],
  });
};
