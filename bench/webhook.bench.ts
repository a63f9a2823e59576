import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { join } from "node:path";
import { Timestamp } from "firebase-admin/firestore";
import { post, type Harness, median, quantile, round } from "@firestore-calendar-sync/harness";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./result.ts";
import { withHarness } from "./with-harness.ts";

const token = "benchmark-token";
const calendars = 100;

/** What Google sends when the calendar of this channel, which `seed` has created, has changed. */
export const notificationOf = (channelId: string) => ({
  "X-Goog-Channel-ID": channelId,
  "X-Goog-Channel-Token": token,
  "X-Goog-Resource-ID": "resource",
  "X-Goog-Resource-State": "exists",
});

const concurrencies = [1, 50, 200];

interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the instance per notification. */
  readonly cpuMs: number;
}

/**
 * 1. Measures the notifications per second at the webhook, and compares with a function that only makes the two reads
 * and creates the task.
 */
export const webhook: Benchmark = context =>
  withHarness({ bundle: context.bundle, functions: ["calendarWebhook"], swallowTasks: true }, harness =>
    withHarness(
      {
        bundle: join(import.meta.dirname, "floor", "floor-functions.ts"),
        functions: ["notificationFloor"],
        swallowTasks: true,
        firestoreHost: harness.firestoreHost,
      },
      floor => compare(context, harness, floor),
    ),
  );

async function compare(
  { quick, say }: BenchmarkContext,
  harness: Harness,
  floor: Harness,
): Promise<BenchmarkResult> {
  const channels = await seed(harness);
  await seed(floor);
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 1 : 4;
  const targets = [
    { name: "webhook", of: harness, path: "calendarWebhook" },
    { name: "floor", of: floor, path: "notificationFloor" },
  ] as const;
  for (const { of, path } of targets) await load(of, path, channels, 20, 1);
  const rows: (string | number)[][] = [];
  const ratios: { readonly concurrency: number; readonly rate: number; readonly cpu: number }[] = [];
  for (const concurrency of concurrencies) {
    const measured = { webhook: [] as Load[], floor: [] as Load[] };
    for (let turn = 0; turn < rounds; turn++) {
      // The targets run in turns, each equally often first, so that other load on the machine affects both.
      for (const { name, of, path } of turn % 2 === 0 ? targets : targets.toReversed())
        measured[name].push(await load(of, path, channels, concurrency, seconds));
    }
    const of = (name: "webhook" | "floor", field: keyof Load) =>
      median(measured[name].map(each => each[field]));
    for (const { name } of targets) {
      rows.push([
        concurrency,
        name,
        round(of(name, "perSecond")),
        round(of(name, "p50Ms")),
        round(of(name, "p99Ms")),
        round(of(name, "cpuMs")),
      ]);
    }
    const ratio = {
      concurrency,
      rate: of("webhook", "perSecond") / of("floor", "perSecond"),
      cpu: of("webhook", "cpuMs") / of("floor", "cpuMs"),
    };
    ratios.push(ratio);
    say(`webhook at ${concurrency}: ${round(ratio.rate)} of the floor's rate`);
  }
  const rateAt200 = rows.find(([concurrency, name]) => concurrency === 200 && name === "webhook")?.[2];
  const cpuAt50 = Number(rows.find(([concurrency, name]) => concurrency === 50 && name === "webhook")?.[5]);
  return {
    title: "1. Webhook",
    configuration:
      `One instance each of the webhook and of the floor, ${calendars} calendars, ${rounds} rounds of ${seconds} s in turns; the table contains medians. ` +
      "The floor only makes the same two reads and creates the same task. Every notification creates a task, because no name is in use; the task server accepts each task and drops it.",
    aims: ratios.map(({ concurrency, rate }) => ({
      what: `notifications/s at ${concurrency} concurrent`,
      aim: "≥ 0.9 of the floor",
      measured: `${String(rows.find(([at, name]) => at === concurrency && name === "webhook")?.[2])}/s`,
      ratio: round(rate).toString(),
      met: rate >= 0.9,
    })),
    tables: [{ columns: ["concurrent", "which", "per second", "p50 ms", "p99 ms", "CPU ms each"], rows }],
    numbers: { webhookPerSecond: Number(rateAt200), webhookCpuMs: cpuAt50 },
  };
}

/** Creates calendars, each with a channel that has the benchmark's token. Returns the ids of the channels. */
export async function seed(harness: Harness): Promise<string[]> {
  const { db } = harness;
  const channels: string[] = [];
  const batch = db.batch();
  const now = Date.now();
  for (let index = 0; index < calendars; index++) {
    const calendarKey = `bench${String(index).padStart(17, "0")}`;
    const channelId = `${calendarKey}-${"c".repeat(22)}`;
    channels.push(channelId);
    batch.set(db.doc(`calendarSyncStates/${calendarKey}`), idleState(calendarKey, now));
    batch.set(db.doc(`calendarSyncWatches/${channelId}`), {
      uid: "bench",
      accountId: "a".repeat(22),
      resource: "events",
      calendarKey,
      calendarId: `${calendarKey}@example.com`,
      tokenHash: createHash("sha256").update(token).digest("base64url"),
      resourceId: null,
      expiresAt: Timestamp.fromMillis(now + 7 * 86_400_000),
      status: "open",
      createdAt: Timestamp.fromMillis(now),
    });
  }
  await batch.commit();
  return channels;
}

/** The state of a calendar without pending changes. */
export function idleState(calendarKey: string, nowMs: number): object {
  return {
    uid: "bench",
    accountId: "a".repeat(22),
    calendarId: `${calendarKey}@example.com`,
    active: true,
    timeZone: "Europe/Berlin",
    pushUnsupported: false,
    syncToken: "x".repeat(40),
    queryVersion: 1,
    windowStart: Timestamp.fromMillis(nowMs - 30 * 86_400_000),
    horizon: Timestamp.fromMillis(nowMs + 400 * 86_400_000),
    horizonPendingFrom: null,
    openSeries: true,
    epoch: nowMs,
    coveredEpoch: nowMs - 1,
    pendingEpoch: nowMs - 1,
    lease: null,
    pulledAt: Timestamp.fromMillis(nowMs - 3_600_000),
    failure: null,
    resyncEpoch: nowMs - 1,
    shown: { phase: "live", at: Timestamp.fromMillis(nowMs) },
    progress: null,
    lastRun: null,
  };
}

async function load(
  harness: Harness,
  path: string,
  channels: readonly string[],
  concurrency: number,
  seconds: number,
): Promise<Load> {
  const instance = harness.instances.all[0];
  if (instance === undefined) throw new Error("no instance");
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies: number[] = [];
  const cpuBefore = await instance.cpuMs();
  const begun = performance.now();
  const until = begun + seconds * 1000;
  let sent = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const channelId = channels[sent++ % channels.length] ?? "";
      const at = performance.now();
      const status = await post(`http://127.0.0.1:${instance.port}/${path}`, {
        agent,
        headers: notificationOf(channelId),
      });
      if (status !== 204) throw new Error(`${path} answered ${status}`);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  const elapsedMs = performance.now() - begun;
  const cpuMs = ((await instance.cpuMs()) - cpuBefore) / latencies.length;
  agent.destroy();
  return {
    perSecond: (latencies.length * 1000) / elapsedMs,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMs,
  };
}
