import { call, connect, type Harness, round, seedGoogle } from "@firestore-calendar-sync/harness";
import type { Benchmark, BenchmarkContext } from "./result.ts";
import type { SyncLine } from "./sync-log.ts";
import { withHarness } from "./with-harness.ts";
import { manyEvents, waitUntilLive } from "./world.ts";

const mebibyte = 1024 * 1024;
/** The memory of an instance of `syncCalendar`, in MiB, and the old space that Node gives itself in it. */
const givenMiB = 1_024;
const oldSpaceMiB = givenMiB / 2;
const warmUpEmail = "warm-up@example.com";

interface Round {
  readonly imports: number;
  readonly seconds: number;
  readonly msPerEvent: number;
  readonly peakMiB: number;
}

/** 10. Many imports at once in one instance, which must not run out of memory. */
export const manyImports: Benchmark = async context => {
  const counts = context.quick ? [1, 3] : [1, 4, 12, 20, 40];
  const events = context.quick ? 1_000 : 10_000;
  const rounds: Round[] = [];
  for (const imports of counts) rounds.push(await importAtOnce(context, imports, events));
  const alone = rounds[0]?.msPerEvent ?? NaN;
  return {
    title: "10. Many imports at once",
    configuration:
      `N connected users with an empty calendar each get ${events.toLocaleString("en")} single events at Google, and ask for a full sync at the same moment; all full syncs ` +
      `run in one instance with an old space of ${oldSpaceMiB} MiB, as Node gives itself in the ${givenMiB} MiB of syncCalendar. A fresh instance, Firestore ` +
      "and Google for each N. The time is from the first import's begin until the last import's end, divided by all events.",
    aims: rounds.flatMap(({ imports, msPerEvent, peakMiB }) => [
      {
        what: `peak memory, ${imports} at once`,
        aim: `< 85 % of ${givenMiB} MiB`,
        measured: `${round(peakMiB)} MiB`,
        ratio: round(peakMiB / givenMiB).toString(),
        met: peakMiB < 0.85 * givenMiB,
      },
      ...(imports === 1
        ? []
        : [
            {
              what: `time per event, ${imports} at once`,
              aim: "≤ 1.3 × one alone",
              measured: `${round(msPerEvent)} ms`,
              ratio: round(msPerEvent / alone).toString(),
              met: msPerEvent <= 1.3 * alone,
            },
          ]),
    ]),
    tables: [
      {
        columns: ["imports", "s", "ms per event", "peak MiB"],
        rows: rounds.map(({ imports, seconds, msPerEvent, peakMiB }) => [
          imports,
          round(seconds),
          round(msPerEvent),
          round(peakMiB),
        ]),
      },
    ],
  };
};

async function importAtOnce(
  { bundle, say }: BenchmarkContext,
  imports: number,
  events: number,
): Promise<Round> {
  const nodeArgs = [`--max-old-space-size=${oldSpaceMiB}`];
  const params = { MIN_PULL_INTERVAL_MS: "0" };
  return await withHarness({ bundle, nodeArgs, params }, async (harness, log) => {
    const emails = Array.from({ length: imports }, (_, index) => `user${index}@example.com`);
    seedGoogle(harness, [
      calendarOf(warmUpEmail, manyEvents(1_000)),
      ...emails.map(email => calendarOf(email, [])),
    ]);
    await harness.control.setPush({ paused: true });
    for (const email of [warmUpEmail, ...emails]) {
      await connect(harness, `uid-${email}`, email);
      await waitUntilLive(harness, `uid-${email}`, 1);
    }
    const seeded = manyEvents(events);
    seedGoogle(
      harness,
      [warmUpEmail, ...emails].map(email => calendarOf(email, seeded)),
    );
    const before = log.lines.length;
    const startMs = performance.now();
    await Promise.all(
      emails.map(async email => {
        await syncFully(harness, email);
      }),
    );
    const isImport = ({ outcome, written }: SyncLine): boolean => outcome === "synced" && written === events;
    while (log.lines.slice(before).filter(isImport).length < imports) {
      await log.next(isImport, log.lines.length);
    }
    const seconds = (performance.now() - startMs) / 1_000;
    const [instance] = harness.instances.all;
    if (instance === undefined || harness.instances.all.length !== 1) throw new Error("the instance is gone");
    const peakMiB = (await instance.memory()).maxRssBytes / mebibyte;
    const msPerEvent = (seconds * 1_000) / (imports * events);
    say(
      `${imports} imports: ${round(seconds)} s, ${round(msPerEvent)} ms per event, peak ${round(peakMiB)} MiB`,
    );
    return { imports, seconds, msPerEvent, peakMiB };
  });
}

/** Asks for a full sync, as an app does for its user. */
async function syncFully(harness: Harness, email: string): Promise<void> {
  const calendars = await harness.db.collection(`users/uid-${email}/calendars`).get();
  for (const { id } of calendars.docs)
    await call(harness, `uid-${email}`, "syncNow", { calendarKey: id, full: true });
}

function calendarOf(email: string, events: object[]) {
  return {
    email,
    calendars: [{ id: email, summary: "Import", timeZone: "Europe/Berlin", primary: true, events }],
  };
}
