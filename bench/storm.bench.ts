import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { Timestamp } from "firebase-admin/firestore";
import {
  connect,
  post,
  seedGoogle,
  seededRandom,
  type Harness,
  round,
} from "@firestore-calendar-sync/harness";
import { googleClientOf } from "../stack/client/google-client.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./result.ts";
import type { SyncLog } from "./sync-log.ts";
import { withHarness } from "./with-harness.ts";
import { connectedCalendars, waitUntilLive } from "./world.ts";

const uid = "uid-storm";
const email = "storm@example.com";
const token = "storm-token";

/** 5. Sends a storm of notifications, counts the pulls, and checks that every change arrives. */
export const storm: Benchmark = context =>
  withHarness({ bundle: context.bundle, instances: 2 }, (harness, log) => measure(context, harness, log));

async function measure(
  { quick, say }: BenchmarkContext,
  harness: Harness,
  log: SyncLog,
): Promise<BenchmarkResult> {
  const count = quick ? 10 : 100;
  const notifications = quick ? 500 : 10_000;
  const seconds = quick ? 2 : 10;
  const ids = Array.from({ length: count }, (_, index) =>
    index === 0 ? email : `storm-${index}@example.com`,
  );
  seedGoogle(harness, [{ email, calendars: connectedCalendars(ids) }]);
  await connect(harness, uid, email);
  await waitUntilLive(harness, uid, count);
  // Drops Google's own messages, so that every notification of the storm is sent and counted here.
  await harness.control.setPush({ drop: 1 });
  const calendars = await harness.db.collection(`users/${uid}/calendars`).get();
  const channels = await addChannels(
    harness,
    calendars.docs.map(calendar => ({
      calendarKey: calendar.id,
      accountId: String(calendar.get("accountId")),
      calendarId: String(calendar.get("calendarId")),
    })),
  );
  const google = await googleClientOf(harness.control, email);
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const random = seededRandom(5);
  const after = log.lines.length;
  const begun = performance.now();
  const answers = new Map<number, number>();
  const sending: Promise<void>[] = [];
  const editedAt = new Map<string, number>();
  for (let sent = 0; sent < notifications; sent++) {
    const waitMs = begun + (sent * seconds * 1000) / notifications - performance.now();
    if (waitMs > 1) await new Promise(resolve => setTimeout(resolve, waitMs));
    const target = channels[Math.floor(random() * channels.length)];
    if (target === undefined) continue;
    // One message in twenty is preceded by a real change.
    if (random() < 0.05) {
      await google.events.insert({
        calendarId: target.calendarId,
        requestBody: {
          summary: `Edit ${sent}`,
          start: { date: "2026-12-24" },
          end: { date: "2026-12-25" },
        },
      });
      editedAt.set(`Edit ${sent}`, performance.now());
    }
    sending.push(
      notify(harness, agent, target.channelId).then(status => {
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }),
    );
  }
  await Promise.all(sending);
  const sentMs = performance.now() - begun;
  const currentMs = await waitForAll(harness, editedAt, begun);
  agent.destroy();
  const answered = answers.get(204) ?? 0;
  const others = [...answers].filter(([status]) => status !== 204);
  const lines = log.lines.slice(after);
  const pulls = lines.reduce((sum, line) => sum + line.passes, 0);
  // At most two pulls for each calendar and interval of two seconds, until all changes are stored.
  const bound = count * 2 * Math.ceil(Math.max(sentMs, currentMs) / 2_000);
  say(`storm: ${pulls} pulls, current after ${round(currentMs / 1000)} s`);
  return {
    title: "5. Storm",
    configuration: `${notifications.toLocaleString("en")} notifications over ${count} calendars in ${seconds} s, one in twenty with a real change (${editedAt.size}); two instances, minimum interval 2 s. The run fails if a change does not arrive.`,
    aims: [
      {
        what: "pulls",
        aim: `≤ 2 a calendar and interval: ${bound}`,
        measured: String(pulls),
        ratio: round(pulls / bound).toString(),
        met: pulls <= bound,
      },
      {
        what: "notifications answered 204",
        aim: "all",
        measured: String(answered),
        ratio: round(answered / notifications).toString(),
        met: answered === notifications,
      },
    ],
    tables: [
      {
        columns: [
          "sent within s",
          "all current after s",
          "pulls",
          "notifications a pull",
          "deliveries of tasks",
          "other answers (0: none)",
        ],
        rows: [
          [
            round(sentMs / 1000),
            round(currentMs / 1000),
            pulls,
            round(notifications / pulls),
            lines.length,
            others.map(([status, times]) => `${times} × ${status}`).join(", ") || "–",
          ],
        ],
      },
    ],
  };
}

/** The status of the answer; 0 if there was none. */
async function notify(harness: Harness, agent: Agent, channelId: string): Promise<number> {
  return await post(`${harness.url}/calendarWebhook`, {
    agent,
    headers: {
      "X-Goog-Channel-ID": channelId,
      "X-Goog-Channel-Token": token,
      "X-Goog-Resource-ID": "resource",
      "X-Goog-Resource-State": "exists",
    },
  }).catch(() => 0);
}

interface Target {
  readonly calendarKey: string;
  readonly accountId: string;
  readonly calendarId: string;
}

/** Adds channels with the benchmark's token to the channels that the product has opened. */
async function addChannels(
  { db }: Harness,
  targets: readonly Target[],
): Promise<{ readonly channelId: string; readonly calendarId: string }[]> {
  const batch = db.batch();
  const channels = targets.map(target => {
    const channelId = `${target.calendarKey}-${"s".repeat(22)}`;
    batch.set(db.doc(`calendarSyncWatches/${channelId}`), {
      ...target,
      uid,
      resource: "events",
      tokenHash: createHash("sha256").update(token).digest("base64url"),
      resourceId: null,
      expiresAt: Timestamp.fromMillis(Date.now() + 7 * 86_400_000),
      status: "open",
      createdAt: Timestamp.now(),
    });
    return { channelId, calendarId: target.calendarId };
  });
  await batch.commit();
  return channels;
}

/** Waits until every edit is in Firestore. Returns the time since `begun` in ms. Throws if some edits do not arrive. */
async function waitForAll(
  harness: Harness,
  edits: ReadonlyMap<string, number>,
  begun: number,
): Promise<number> {
  const deadline = performance.now() + 180_000;
  for (;;) {
    const events = await harness.db.collection(`users/${uid}/calendarEvents`).select("summary").get();
    const stored = new Set(events.docs.map(event => String(event.get("summary"))));
    const missing = [...edits.keys()].filter(summary => !stored.has(summary));
    if (missing.length === 0) return performance.now() - begun;
    if (performance.now() > deadline)
      throw new Error(`lost: ${missing.length} changes, such as ${missing[0] ?? ""}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
