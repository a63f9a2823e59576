import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, connect, seedGoogle, type Harness } from "@firestore-calendar-sync/harness";
import { googleClientOf } from "../stack/client/google-client.ts";
import { listenerBytes } from "./cost/listener-size.ts";
import { storedBytes, type IndexRules, type StoredFields } from "./cost/storage-size.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./result.ts";
import type { SyncLog } from "./sync-log.ts";
import { withHarness } from "./with-harness.ts";
import { manyEvents, waitUntilLive } from "./world.ts";

const uid = "uid-storage-of-28-characters";
const email = "storage@example.com";
const seriesCount = 10;
/** Ten weekly series have about 570 occurrences in 400 days. */
const singleEvents = 430;

/** 11. Counts the bytes that one calendar stores, sends to a listener and logs. */
export const storage: Benchmark = async context => {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    if (line.startsWith('{"') && line.includes('"severity":')) lines.push(line);
  };
  return await withHarness(
    { bundle: context.bundle },
    async (harness, log) => await measure(context, harness, log, lines),
    onLine,
  );
};

interface Sizes {
  readonly what: string;
  readonly documents: number;
  readonly documentBytes: number;
  readonly indexBytes: number;
}

async function measure(
  { say }: BenchmarkContext,
  harness: Harness,
  log: SyncLog,
  lines: readonly string[],
): Promise<BenchmarkResult> {
  const calendar = { id: email, summary: "Storage", timeZone: "Europe/Berlin", primary: true };
  seedGoogle(harness, [
    { email, calendars: [{ ...calendar, events: [...manyEvents(singleEvents), ...series()] }] },
  ]);
  await connect(harness, uid, email);
  await waitUntilLive(harness, uid, 1);
  const calendars = await harness.db.collection(`users/${uid}/calendars`).get();
  const calendarKey = calendars.docs[0]?.id ?? "";

  /** The bytes of the line about the pull that `begin` causes. */
  const logged = async (begin: () => Promise<unknown>): Promise<number> => {
    // Waits longer than the minimum interval between two pulls, and for the pull after the opening of the channel.
    await new Promise(resolve => setTimeout(resolve, 3_000));
    const after = lines.length;
    const syncs = log.lines.length;
    await begin();
    await log.next(({ passes, outcome }) => passes > 0 && outcome === "synced", syncs);
    return bytesOf(ofMessage("sync", lines.slice(after)).slice(0, 1));
  };
  const idle = await logged(() => call(harness, uid, "syncNow", { calendarKey }));
  const google = await googleClientOf(harness.control, email);
  const change = await logged(() =>
    google.events.patch({ calendarId: email, eventId: "event000001", requestBody: { summary: "Changed" } }),
  );
  say(`${lines.length} lines logged`);

  const sizes = await stored(harness);
  const [events] = sizes;
  const firstOf = (message: string): number => bytesOf(ofMessage(message, lines).slice(0, 1));
  const logBytes = {
    changeLogBytes: change,
    idleLogBytes: idle,
    watchLogBytes: firstOf("watch opened"),
    listLogBytes: firstOf("calendar list synced"),
  };
  const event = await harness.db.doc(`users/${uid}/calendarEvents/${calendarKey}_event000001`).get();
  const sum = (of: readonly Sizes[]): number =>
    of.reduce((total, { documentBytes, indexBytes }) => total + documentBytes + indexBytes, 0);
  const perEvent = (bytes: number): number => Math.round(bytes / Math.max(1, events?.documents ?? 0));
  return {
    title: "11. What a calendar stores and logs",
    configuration: `A calendar of ${singleEvents} single events and ${seriesCount} weekly series, with a text of 160 characters and two guests each, and the documents that the product wrote. Bytes as Firestore bills them (bench/cost/storage-size.ts), with the index entries of firestore.indexes.json. Log lines as the functions printed them.`,
    aims: [],
    tables: [
      {
        columns: ["documents of", "documents", "bytes", "bytes of index entries"],
        rows: sizes.map(({ what, documents, documentBytes, indexBytes }) => [
          what,
          documents,
          documentBytes,
          indexBytes,
        ]),
      },
      {
        columns: ["log line of", "bytes"],
        rows: [
          ["a pull with a change", logBytes.changeLogBytes],
          ["a pull without changes", logBytes.idleLogBytes],
          ["an opened channel", logBytes.watchLogBytes],
          ["a synced list", logBytes.listLogBytes],
        ],
      },
    ],
    numbers: {
      occurrences: events?.documents ?? 0,
      eventBytes: perEvent(events?.documentBytes ?? 0),
      eventIndexBytes: perEvent(events?.indexBytes ?? 0),
      eventListenerBytes: listenerBytes(event.ref.path, event.data() as StoredFields),
      calendarBytes: sum(sizes.filter(({ what }) => what.startsWith("a calendar"))),
      accountBytes: sum(sizes.filter(({ what }) => what.startsWith("an account"))),
      ...logBytes,
    },
  };
}

function series(): object[] {
  return manyEvents(seriesCount).map((event, index) => ({
    ...event,
    id: `series${String(index).padStart(6, "0")}`,
    recurrence: ["RRULE:FREQ=WEEKLY"],
  }));
}

function ofMessage(message: string, lines: readonly string[]): readonly string[] {
  return lines.filter(line => line.includes(`"message":"${message}"`));
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
}

/** The sizes of all documents, by their owner. */
async function stored({ db }: Harness): Promise<readonly Sizes[]> {
  const rules = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "firestore.indexes.json"), "utf8"),
  ) as IndexRules;
  const watches = db.collection("calendarSyncWatches");
  const queries = {
    events: db.collection(`users/${uid}/calendarEvents`),
    "a calendar: state": db.collection("calendarSyncStates"),
    "a calendar: series": db.collectionGroup("calendarSyncSeries"),
    "a calendar: shown to the user": db.collection(`users/${uid}/calendars`),
    "a calendar: channel": watches.where("resource", "==", "events"),
    "an account: list": db.collection("calendarSyncLists"),
    "an account: credentials": db.collection("calendarSyncCredentials"),
    "an account: shown to the user": db.collection(`users/${uid}/calendarAccounts`),
    "an account: channel": watches.where("resource", "==", "calendarList"),
  };
  const sizes: Sizes[] = [];
  for (const [what, query] of Object.entries(queries)) {
    const { docs } = await query.get();
    const bytes = docs.map(snapshot => storedBytes(snapshot.ref.path, snapshot.data(), rules));
    sizes.push({
      what,
      documents: docs.length,
      documentBytes: bytes.reduce((total, { document }) => total + document, 0),
      indexBytes: bytes.reduce((total, { indexEntries }) => total + indexEntries, 0),
    });
  }
  return sizes;
}
