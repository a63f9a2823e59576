import { Timestamp } from "firebase-admin/firestore";
import type { Harness } from "@firestore-calendar-sync/harness";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./result.ts";
import { round } from "@firestore-calendar-sync/harness";
import { idleState } from "./webhook.bench.ts";
import { withHarness } from "./with-harness.ts";

/** The CPU time of a round. The rest of its time it waits for Firestore and Cloud Tasks. */
const cpuSecondsAllowed = 120;

/** 6. Creates a task for each of 100,000 calendars. */
export const fanOut: Benchmark = context =>
  withHarness(
    { bundle: context.bundle, functions: ["backupSync", "renewWatches"], swallowTasks: true },
    harness => measure(context, harness),
  );

async function measure({ quick, say }: BenchmarkContext, harness: Harness): Promise<BenchmarkResult> {
  const calendars = quick ? 1_000 : 100_000;
  await seed(harness, calendars);
  say(`fan-out: ${calendars} calendars are there`);
  const rows: (string | number)[][] = [];
  const seconds: number[] = [];
  const limits: number[] = [];
  for (const [name, queue] of [
    ["backupSync", "syncCalendar"],
    ["renewWatches", "maintainWatch"],
  ] as const) {
    const instance = await harness.instances.replaceAll();
    const created = (): number => harness.tasks.queues.get(queue)?.stats.created ?? 0;
    const before = created();
    const cpuBefore = await instance.cpuMs();
    const begun = performance.now();
    const status = await harness.runSchedule(name);
    const took = (performance.now() - begun) / 1000;
    if (status !== 200) throw new Error(`${name} answered ${status}`);
    const { maxRssBytes } = await instance.memory();
    const cpuSeconds = ((await instance.cpuMs()) - cpuBefore) / 1000;
    const tasks = created() - before;
    seconds.push(took);
    limits.push(harness.instances.functions[name]?.timeoutSeconds ?? 0);
    rows.push([
      name,
      tasks,
      round(took),
      round(tasks / took),
      round(cpuSeconds),
      round(maxRssBytes / 1024 / 1024),
    ]);
    say(`${name}: ${tasks} tasks in ${round(took)} s`);
  }
  return {
    title: "6. Fan-out",
    configuration: `${calendars.toLocaleString("en")} active calendars, each with a channel that ends tomorrow; one instance; the task server answers at once.`,
    aims: rows.flatMap(([name, tasks, , , cpuSeconds], index) => [
      {
        what: `${String(name)}, ${calendars.toLocaleString("en")} calendars`,
        aim: `a third of the time-out (${limits[index] ?? 0} s), one task each`,
        measured: `${round(seconds[index] ?? NaN)} s, ${String(tasks)} tasks`,
        ratio: round((seconds[index] ?? NaN) / (limits[index] ?? NaN)).toString(),
        met: (seconds[index] ?? Infinity) < (limits[index] ?? 0) / 3 && tasks === calendars,
      },
      {
        what: `${String(name)}: CPU time of the instance`,
        aim: `≤ ${cpuSecondsAllowed} s`,
        measured: `${String(cpuSeconds)} s`,
        ratio: round(Number(cpuSeconds) / cpuSecondsAllowed).toString(),
        met: Number(cpuSeconds) <= cpuSecondsAllowed,
      },
    ]),
    tables: [{ columns: ["function", "tasks", "s", "tasks/s", "CPU s", "peak MiB"], rows }],
    notes: [
      "Production adds the round trip to Cloud Tasks. With 100 concurrent creations, the limit is 5,000 tasks a second if a creation takes 20 ms, " +
        "and 1,000 a second if it takes 100 ms: 100,000 tasks then take at least 100 s.",
    ],
  };
}

async function seed({ db }: Harness, calendars: number): Promise<void> {
  const writer = db.bulkWriter({ throttling: false });
  const nowMs = Date.now();
  for (let index = 0; index < calendars; index++) {
    const calendarKey = `bench${String(index).padStart(17, "0")}`;
    void writer.set(db.doc(`calendarSyncStates/${calendarKey}`), idleState(calendarKey, nowMs));
    void writer.set(db.doc(`calendarSyncWatches/${calendarKey}-${"c".repeat(22)}`), {
      uid: "bench",
      accountId: "a".repeat(22),
      resource: "events",
      calendarKey,
      calendarId: `${calendarKey}@example.com`,
      tokenHash: "x",
      resourceId: "resource",
      expiresAt: Timestamp.fromMillis(nowMs + 86_400_000),
      status: "open",
      createdAt: Timestamp.fromMillis(nowMs - 6 * 86_400_000),
    });
    // Limits the number of pending writes in the memory of this process.
    if (index % 5_000 === 4_999) await writer.flush();
  }
  await writer.close();
}
