import { join } from "node:path";
import { connect, seedGoogle, type Harness, median, round } from "@firestore-calendar-sync/harness";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./result.ts";
import { withHarness } from "./with-harness.ts";
import { manyEvents, waitUntilLive } from "./world.ts";

const uid = "uid-import";
const email = "import@example.com";
const warmUpEmail = "warm-up@example.com";
const mebibyte = 1024 * 1024;
/**
 * The number of events that the product's instance has imported before the measurement. The floor's instance has read
 * all its documents before it.
 */
const warmUpEvents = 1_000;
/** The memory of an instance of `syncCalendar`, in MiB, and the old space that Node gives itself in it. */
const givenMiB = 1_024;
const oldSpaceMiB = givenMiB / 2;

interface Run {
  readonly durationMs: number;
  readonly peakBytes: number;
  readonly floorMs: number;
}

/**
 * 3. Imports large calendars, and compares with fetching the same pages and writing the same documents without logic.
 */
export const importEvents: Benchmark = async context => {
  const sizes = context.quick ? [1_000] : [10_000, 50_000, 100_000];
  const runsOf = (size: number): number => (context.quick ? 1 : size <= 10_000 ? 7 : size <= 50_000 ? 3 : 1);
  const bySize = new Map<number, Run[]>();
  for (const size of sizes) {
    const runs: Run[] = [];
    for (let run = 0; run < runsOf(size); run++) runs.push(await importOnce(context, size));
    bySize.set(size, runs);
  }
  return summarize(bySize);
};

function summarize(bySize: ReadonlyMap<number, readonly Run[]>): BenchmarkResult {
  const medians = [...bySize].map(([size, runs]) => ({
    size,
    runs: runs.length,
    durationMs: median(runs.map(({ durationMs }) => durationMs)),
    floorMs: median(runs.map(({ floorMs }) => floorMs)),
    ratio: median(runs.map(({ durationMs, floorMs }) => durationMs / floorMs)),
    peakMiB: median(runs.map(({ peakBytes }) => peakBytes)) / mebibyte,
  }));
  const first = medians[0];
  const last = medians.at(-1);
  const growth = (last?.peakMiB ?? NaN) / (first?.peakMiB ?? NaN);
  return {
    title: "3. Import",
    configuration:
      "A calendar of single events, in pages of 2,500. Each run has a new instance, Firestore and Google. Before the measurement, 10,000 writes warm up " +
      `Firestore, and the import of another user's ${warmUpEvents} events warms up the instance. The floor fetches the same pages and writes the same documents without logic, after the import, in the same run and the same Firestore. The product's ` +
      `instance has an old space of ${oldSpaceMiB} MiB, Node's default for syncCalendar's ${givenMiB} MiB; the floor's instance has no limit. The pull after the opening of the channel is part of the import; the pause before it is not.`,
    aims: [
      ...medians.map(({ size, durationMs, ratio }) => ({
        what: `${size.toLocaleString("en")} events`,
        aim: "≤ 1.25 × the floor's time",
        measured: `${round(durationMs / 1000)} s`,
        ratio: round(ratio).toString(),
        met: ratio <= 1.25,
      })),
      {
        what: `peak memory, largest to smallest`,
        aim: "≤ 1.5 ×",
        measured: `${round(last?.peakMiB ?? NaN)} MiB`,
        ratio: round(growth).toString(),
        met: growth <= 1.5,
      },
      {
        what: "peak memory of the instance",
        aim: `< 85 % of ${givenMiB} MiB`,
        measured: `${round(last?.peakMiB ?? NaN)} MiB`,
        ratio: round((last?.peakMiB ?? NaN) / givenMiB).toString(),
        met: (last?.peakMiB ?? NaN) < 0.85 * givenMiB,
      },
    ],
    tables: [
      {
        columns: ["events", "runs", "s", "floor s", "ratio", "events/s", "peak MiB"],
        rows: medians.map(({ size, runs, durationMs, floorMs, ratio, peakMiB }) => [
          size,
          runs,
          round(durationMs / 1000),
          round(floorMs / 1000),
          round(ratio),
          round((size * 1000) / durationMs),
          round(peakMiB),
        ]),
      },
    ],
  };
}

async function importOnce({ bundle, quick, say }: BenchmarkContext, size: number): Promise<Run> {
  const nodeArgs = [`--max-old-space-size=${oldSpaceMiB}`];
  // The channel that is opened during the import causes another pull. The pause before that pull is not part of the
  // work.
  const params = { MIN_PULL_INTERVAL_MS: "0" };
  return await withHarness({ bundle, nodeArgs, params }, async (harness, log) => {
    const calendar = { id: email, summary: "Import", timeZone: "Europe/Berlin", primary: true };
    seedGoogle(harness, [
      { email: warmUpEmail, calendars: [{ ...calendar, id: warmUpEmail, events: manyEvents(warmUpEvents) }] },
      { email, calendars: [{ ...calendar, events: manyEvents(size) }] },
    ]);
    await warmUp(harness, quick ? 500 : 10_000);
    // Prevents notifications during the import.
    await harness.control.setPush({ paused: true });
    await connect(harness, "uid-warm-up", warmUpEmail);
    await waitUntilLive(harness, "uid-warm-up", 1);
    const before = log.lines.length;
    await connect(harness, uid, email);
    const line = await log.next(({ outcome, passes }) => outcome === "synced" && passes > 0, before);
    if (line.written !== size) throw new Error(`${line.written} of ${size} events were written`);
    const memory = await harness.instances.all[0]?.memory();
    await harness.instances.close();
    const floorMs = await measureFloor(harness, size);
    const ratio = line.durationMs / floorMs;
    say(
      `import of ${size}: ${round(line.durationMs)} ms, floor ${round(floorMs)} ms, ratio ${round(ratio)}, ` +
        `peak ${round((memory?.maxRssBytes ?? 0) / mebibyte)} MiB`,
    );
    return { durationMs: line.durationMs, floorMs, peakBytes: memory?.maxRssBytes ?? NaN };
  });
}

/**
 * The Firestore emulator is several times slower in its first seconds. Without this, the import would run in a cold
 * emulator and the floor in a warm one.
 */
async function warmUp({ db }: Harness, documents: number): Promise<void> {
  const writer = db.bulkWriter({ throttling: false });
  for (const [index, event] of manyEvents(documents).entries())
    void writer.set(db.doc(`warm/up/calendarEvents/${index}`), event);
  await writer.close();
}

/** Measures the floor in a separate process, with the same Firestore project and the same Google. */
async function measureFloor(harness: Harness, size: number): Promise<number> {
  const floor = await harness.instances.startOther({
    bundle: join(import.meta.dirname, "floor", "floor-functions.ts"),
    functions: ["importFloor", "importFloorPrepare"],
    // The floor keeps all documents in memory, so it has no limit. Only its time is measured.
    nodeArgs: [],
  });
  try {
    const { access_token: token } = await harness.control.tokens(email);
    const base = `http://127.0.0.1:${floor.port}`;
    const prepared = (await json(`${base}/importFloorPrepare?uid=${uid}`)) as { readonly documents: number };
    if (prepared.documents !== size) throw new Error(`${prepared.documents} documents for the floor`);
    const query = new URLSearchParams({ calendarId: email, token, into: "users/floor/calendarEvents" });
    const answer = (await json(`${base}/importFloor?${query.toString()}`)) as {
      readonly durationMs: number;
      readonly written: number;
    };
    if (answer.written !== size) throw new Error(`the floor wrote ${answer.written} documents`);
    return answer.durationMs;
  } finally {
    await floor.kill();
  }
}

async function json(url: string): Promise<unknown> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the floor answered ${answer.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text);
}
