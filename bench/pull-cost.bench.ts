import type { Timestamp } from "firebase-admin/firestore";
import { call, connect, seedGoogle, type Harness } from "@firestore-calendar-sync/harness";
import { googleClientOf } from "../stack/client/google-client.ts";
import type { AimRow, Benchmark, BenchmarkResult } from "./result.ts";
import type { SyncLine, SyncLog } from "./sync-log.ts";
import { withHarness } from "./with-harness.ts";
import { manyEvents, waitUntilLive } from "./world.ts";

const uid = "uid-pull";
const email = "pull@example.com";

/** The operations of one delivery: from its log line, from Google's request log, and from Firestore. */
interface Counted {
  readonly line: SyncLine;
  /** Calls of events.list that the local Google logged. */
  readonly listCalls: number;
  /** Documents with a new update time. A document that was written twice counts once. */
  readonly documentsChanged: number;
  readonly eventsChanged: number;
}

/** 4. Counts the API calls, reads and writes of a pull. */
export const pullCost: Benchmark = async ({ bundle, quick }) => {
  const size = quick ? 500 : 10_000;
  const counted = await withHarness({ bundle }, (harness, log) => countPulls(harness, log, size));
  const params = { CHANGE_FEED: "true" };
  const withFeed = await withHarness({ bundle, params }, (harness, log) => countPulls(harness, log, 500));
  return report(size, counted, withFeed);
};

interface CountedPulls {
  readonly nothing: Counted;
  readonly one: Counted;
  readonly full: Counted;
}

async function countPulls(harness: Harness, log: SyncLog, size: number): Promise<CountedPulls> {
  const calendar = { id: email, summary: "Pull", timeZone: "Europe/Berlin", primary: true };
  seedGoogle(harness, [{ email, calendars: [{ ...calendar, events: manyEvents(size) }] }]);
  await connect(harness, uid, email);
  await waitUntilLive(harness, uid, 1);
  const calendars = await harness.db.collection(`users/${uid}/calendars`).get();
  const calendarKey = calendars.docs[0]?.id ?? "";
  // Waits for the pull after the opening of the channel, which is not measured.
  await new Promise(resolve => setTimeout(resolve, 3_000));

  const count = async (begin: () => Promise<unknown>): Promise<Counted> => {
    // Waits longer than the minimum interval between two pulls, so that the measured pull starts at once.
    await new Promise(resolve => setTimeout(resolve, 2_500));
    const before = await harness.db.doc(`calendarSyncStates/${calendarKey}`).get();
    const since = before.updateTime;
    const after = log.lines.length;
    const fromMs = Date.now();
    await begin();
    const line = await log.next(({ passes, outcome }) => passes > 0 && outcome === "synced", after);
    const requests = await harness.control.requests();
    const listCalls = requests.filter(
      ({ at, method, path }) => at >= fromMs && method === "GET" && path.endsWith("/events"),
    ).length;
    const { all, events } = await changedSince(harness, since);
    return { line, listCalls, documentsChanged: all, eventsChanged: events };
  };

  const task = (cause: string): Promise<void> => createTask(harness, calendarKey, cause);
  const nothing = await count(() => task("backup"));
  const google = await googleClientOf(harness.control, email);
  const one = await count(() =>
    google.events.patch({ calendarId: email, eventId: "event000001", requestBody: { summary: "Changed" } }),
  );
  const full = await count(() => call(harness, uid, "syncNow", { calendarKey, full: true }));
  return { nothing, one, full };
}

function report(size: number, { nothing, one, full }: CountedPulls, withFeed: CountedPulls): BenchmarkResult {
  const aim = (what: string, text: string, value: number, limit: number): AimRow => ({
    what,
    aim: text,
    measured: String(value),
    ratio: limit === 0 ? "–" : (value / limit).toFixed(2),
    met: value <= limit,
  });
  const row = (what: string, { line, listCalls, documentsChanged, eventsChanged }: Counted) => [
    what,
    line.apiCalls,
    listCalls,
    line.reads,
    line.writes,
    documentsChanged,
    eventsChanged,
  ];
  return {
    title: "4. What a pull costs",
    configuration: `A calendar of ${size.toLocaleString("en")} single events. Reads and writes are from the log line of the delivery. Calls of events.list are also counted in Google's request log, and changed documents by their update times, so a document that was written twice counts once.`,
    aims: [
      aim("pull without changes: API calls", "1", nothing.listCalls, 1),
      aim("pull without changes: reads", "≤ 3", nothing.line.reads, 3),
      aim("pull without changes: writes", "≤ 2", nothing.line.writes, 2),
      aim("pull with one change: API calls", "1", one.listCalls, 1),
      aim("pull with one change: reads", "≤ 3", one.line.reads, 3),
      aim("pull with one change: writes", "≤ 4", one.line.writes, 4),
      aim("the same with the change feed: reads", "≤ 3", withFeed.one.line.reads, 3),
      aim("the same with the change feed: writes", "one more", withFeed.one.line.writes, one.line.writes + 1),
      aim(`full sync of ${size.toLocaleString("en")} unchanged: event writes`, "0", full.eventsChanged, 0),
    ],
    tables: [
      {
        columns: [
          "what",
          "API calls",
          "seen by Google",
          "reads",
          "writes",
          "documents changed",
          "events changed",
        ],
        rows: [
          row("no change", nothing),
          row("one change", one),
          row("no change, with the change feed", withFeed.nothing),
          row("one change, with the change feed", withFeed.one),
          row(`full sync, ${size} unchanged`, full),
        ],
      },
    ],
    numbers: {
      idleReads: nothing.line.reads,
      idleWrites: nothing.line.writes,
      changeReads: one.line.reads,
      changeWrites: one.line.writes,
      feedWrites: withFeed.one.line.writes,
      idleMs: nothing.line.durationMs,
      changeMs: one.line.durationMs,
    },
  };
}

async function changedSince(
  { db }: Harness,
  since: Timestamp | undefined,
): Promise<{ readonly all: number; readonly events: number }> {
  const isNewer = (updateTime: Timestamp): boolean =>
    since === undefined || updateTime.valueOf() > since.valueOf();
  const [states, calendars, events, series, shownSeries, changes] = await Promise.all([
    db.collection("calendarSyncStates").get(),
    db.collection(`users/${uid}/calendars`).get(),
    db.collection(`users/${uid}/calendarEvents`).get(),
    db.collectionGroup("calendarSyncSeries").get(),
    db.collection(`users/${uid}/calendarSeries`).get(),
    db.collection("calendarSyncChanges").get(),
  ]);
  const newer = [states, calendars, events, series, shownSeries, changes].map(
    ({ docs }) => docs.filter(({ updateTime }) => isNewer(updateTime)).length,
  );
  return { all: newer.reduce((sum, each) => sum + each, 0), events: newer[2] ?? 0 };
}

/** Creates a task like those of the schedules, but due at once. */
async function createTask(harness: Harness, calendarKey: string, cause: string): Promise<void> {
  const state = await harness.db.doc(`calendarSyncStates/${calendarKey}`).get();
  const body = JSON.stringify({ data: { calendarKey, epoch: Number(state.get("epoch")), cause } });
  const queue = `projects/${harness.projectId}/locations/us-central1/queues/syncCalendar`;
  const name = `${queue}/tasks/${calendarKey}-bench-${Date.now()}`;
  const httpRequest = {
    body: Buffer.from(body).toString("base64"),
    headers: { "Content-Type": "application/json" },
  };
  const answer = await fetch(`http://${harness.tasks.host}/v2/${queue}/tasks`, {
    method: "POST",
    body: JSON.stringify({ task: { name, httpRequest } }),
  });
  if (!answer.ok) throw new Error(`the task was refused: ${answer.status}`);
}
