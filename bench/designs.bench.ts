import { join } from "node:path";
import { connect, seedGoogle, type Harness, round } from "@firestore-calendar-sync/harness";
import { googleClientOf } from "../stack/client/google-client.ts";
import type { Operations } from "./designs/other-designs.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./result.ts";
import type { SyncLog } from "./sync-log.ts";
import { withHarness } from "./with-harness.ts";
import { manyEvents, waitUntilLive } from "./world.ts";

const uid = "uid-designs";
const email = "designs@example.com";
/** The assumed number of events of an active calendar between 30 days ago and 400 days ahead. */
const events = 500;
/** Longer than the minimum interval between two pulls, so that each edit has its own pull. */
const apartMs = 2_500;

/** Makes the edits of one measurement. Each call of `edit` makes one edit and waits for Google's answer. */
type Edits = (edit: () => Promise<unknown>) => Promise<void>;

interface Scenario {
  readonly name: "apart" | "burst";
  readonly edits: number;
  readonly make: Edits;
}

/** 9. Counts the operations for the same edits in three designs: the product, a poll every minute, and naive push. */
export const designs: Benchmark = context =>
  withHarness({ bundle: context.bundle }, (harness, log) => measure(context, harness, log));

async function measure(
  { quick, say }: BenchmarkContext,
  harness: Harness,
  log: SyncLog,
): Promise<BenchmarkResult> {
  const calendar = { id: email, summary: "Designs", timeZone: "Europe/Berlin", primary: true };
  seedGoogle(harness, [{ email, calendars: [{ ...calendar, events: manyEvents(events) }] }]);
  const count = quick ? 3 : 20;
  const scenarios: readonly Scenario[] = [
    { name: "apart", edits: count, make: edit => repeat(count, edit, apartMs) },
    { name: "burst", edits: count, make: edit => repeat(count, edit, 1_000 / count) },
  ];
  const google = await googleClientOf(harness.control, email);
  let summary = 0;
  const edit = async (): Promise<unknown> => {
    summary += 1;
    const requestBody = { summary: `Edit ${summary}` };
    return await google.events.patch({ calendarId: email, eventId: "event000001", requestBody });
  };

  await connect(harness, uid, email);
  await waitUntilLive(harness, uid, 1);
  const counts: Record<string, Record<Scenario["name"], Operations>> = {};
  counts["this project"] = await each(scenarios, async ({ make }) => {
    const before = log.lines.length;
    const notified = await notifications(harness);
    await make(edit);
    await quiet(harness, () => log.lines.length);
    const lines = log.lines.slice(before);
    const sum = (field: "apiCalls" | "reads" | "writes" | "durationMs"): number =>
      lines.reduce((total, line) => total + line[field], 0);
    const webhooks = (await notifications(harness)) - notified;
    return {
      runs: lines.reduce((total, { passes }) => total + passes, 0),
      apiCalls: sum("apiCalls"),
      // A notification reads the channel and the calendar's state (functions/src/sync/notification.ts).
      reads: sum("reads") + 2 * webhooks,
      writes: sum("writes"),
      busyMs: sum("durationMs"),
    };
  });
  say("this project: done");
  await harness.instances.close();

  const other = await harness.instances.startOther({
    bundle: join(import.meta.dirname, "designs", "other-designs.ts"),
    functions: ["poll", "naivePush", "takeOperations"],
  });
  let idle: Operations;
  try {
    const root = `http://127.0.0.1:${other.port}`;
    const { access_token: token } = await harness.control.tokens(email);
    const address = (name: string): string =>
      `${root}/${name}?${new URLSearchParams({ calendarId: email, token, into: `designs/${name}/events` }).toString()}`;
    const take = async (): Promise<Operations> =>
      (await (await fetch(`${root}/takeOperations`)).json()) as Operations;

    await fetch(address("poll"));
    await take();
    await fetch(address("poll"));
    idle = await take();
    // The cost of a poll does not depend on its time, so the benchmark does not wait for the minute. Edits that are
    // apart are followed by a poll each, a burst by one poll.
    counts["poll every minute"] = await each(scenarios, async ({ name, make }) => {
      await make(async () => {
        await edit();
        if (name === "apart") await fetch(address("poll"));
      });
      if (name === "burst") await fetch(address("poll"));
      return await take();
    });
    say("poll every minute: done");

    await google.events.watch({
      calendarId: email,
      requestBody: { id: "naive-channel", type: "web_hook", address: address("naivePush") },
    });
    counts["naive push"] = await each(scenarios, async ({ make }) => {
      await make(edit);
      let operations = await take();
      await quiet(harness, async () => {
        operations = plus(operations, await take());
        return operations.runs;
      });
      return operations;
    });
    say("naive push: done");
  } finally {
    await other.kill();
  }
  return summarize(counts, idle, count);
}

function plus(a: Operations, b: Operations): Operations {
  return {
    runs: a.runs + b.runs,
    apiCalls: a.apiCalls + b.apiCalls,
    reads: a.reads + b.reads,
    writes: a.writes + b.writes,
    busyMs: a.busyMs + b.busyMs,
  };
}

async function each(
  scenarios: readonly Scenario[],
  run: (scenario: Scenario) => Promise<Operations>,
): Promise<Record<Scenario["name"], Operations>> {
  const results = {} as Record<Scenario["name"], Operations>;
  for (const scenario of scenarios) {
    // Separates this scenario from the operations before it.
    await new Promise(resolve => setTimeout(resolve, apartMs));
    results[scenario.name] = await run(scenario);
  }
  return results;
}

async function repeat(times: number, run: () => Promise<unknown>, everyMs: number): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    const begun = performance.now();
    await run();
    await new Promise(resolve => setTimeout(resolve, Math.max(0, everyMs - (performance.now() - begun))));
  }
}

/** The number of change notifications that Google has sent and that were answered. */
async function notifications(harness: Harness): Promise<number> {
  const channels = await harness.control.channels();
  return channels
    .flatMap(({ deliveries }) => deliveries)
    .filter(({ state, status }) => state === "exists" && status !== undefined).length;
}

/** Waits until the counter is unchanged for three intervals, and no notification or task is waiting or running. */
async function quiet(harness: Harness, counter: () => number | Promise<number>): Promise<void> {
  const deadline = performance.now() + 120_000;
  let last = await counter();
  for (let calm = 0; calm < 3;) {
    if (performance.now() > deadline) throw new Error("the design never came to rest");
    await new Promise(resolve => setTimeout(resolve, apartMs));
    const now = await counter();
    const waiting = (await harness.control.channels()).some(
      channel => channel.stoppedAt === undefined && channel.waiting > 0,
    );
    calm = now === last && !waiting && harness.tasks.running() === 0 ? calm + 1 : 0;
    last = now;
  }
}

function summarize(
  counts: Readonly<Record<string, Record<Scenario["name"], Operations>>>,
  idle: Operations,
  edits: number,
): BenchmarkResult {
  const row = (design: string, scenario: Scenario["name"]): (string | number)[] => {
    const operations = counts[design]?.[scenario];
    const of = (field: keyof Operations): number => round((operations?.[field] ?? NaN) / edits);
    return [design, of("runs"), of("apiCalls"), of("reads"), of("writes"), of("busyMs")];
  };
  const columns = ["an edit costs", "runs", "API calls", "reads", "writes", "ms of work"];
  const naive = counts["naive push"]?.apart;
  return {
    title: "9. Other designs",
    configuration:
      `The same ${edits} edits of a calendar of ${events} events: first ${apartMs / 1000} s apart, then within a second. All numbers are divided by the ` +
      "number of edits. The product's numbers are from its log, plus two reads for each notification; the other designs count their own operations (bench/designs).",
    aims: [],
    tables: [
      { columns: columns.with(0, "edits apart"), rows: Object.keys(counts).map(name => row(name, "apart")) },
      {
        columns: columns.with(0, "edits in a burst"),
        rows: Object.keys(counts).map(name => row(name, "burst")),
      },
    ],
    notes: [
      `A poll that finds nothing makes ${idle.apiCalls} API call, ${idle.reads} read and ${idle.writes} write: 1,440 times a day, even without any change.`,
    ],
    numbers: {
      pollIdleReads: idle.reads,
      pollIdleWrites: idle.writes,
      pollIdleCalls: idle.apiCalls,
      naiveEditReads: (naive?.reads ?? NaN) / edits,
      naiveEditWrites: (naive?.writes ?? NaN) / edits,
      naiveEditCalls: (naive?.apiCalls ?? NaN) / edits,
      naiveEditMs: (naive?.busyMs ?? NaN) / edits,
      naiveEvents: events,
    },
  };
}
