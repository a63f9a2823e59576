/**
 * Computes docs/cost.md from list prices and the operations that `npm run bench -- --write pull-cost designs` counted.
 *
 * Usage: node bench/cost.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "./result.ts";

const root = join(import.meta.dirname, "..");

/** List prices in US dollars, without the free tiers. The document names the sources. */
const price = {
  read: 0.06 / 100_000,
  write: 0.18 / 100_000,
  taskOperation: 0.4 / 1e6,
  request: 0.4 / 1e6,
  vcpuSecond: 0.000024,
  gibSecond: 0.0000025,
} as const;

const days = 30;
/**
 * Cloud Run bills in steps of 100 ms. Concurrent requests share an instance, but here each has its own, so the result
 * is an upper bound.
 */
const webhookSeconds = 0.1;
const pullSeconds = 0.3;
const gib = { webhook: 0.25, pull: 0.5 } as const;

interface Operations {
  readonly reads: number;
  readonly writes: number;
  readonly taskOperations: number;
  readonly requests: number;
  readonly vcpuSeconds: number;
  readonly gibSeconds: number;
  readonly googleCalls: number;
}

const nothing: Operations = {
  reads: 0,
  writes: 0,
  taskOperations: 0,
  requests: 0,
  vcpuSeconds: 0,
  gibSeconds: 0,
  googleCalls: 0,
};

function plus(a: Operations, b: Operations, times = 1): Operations {
  const sum = (field: keyof Operations): number => a[field] + b[field] * times;
  return {
    reads: sum("reads"),
    writes: sum("writes"),
    taskOperations: sum("taskOperations"),
    requests: sum("requests"),
    vcpuSeconds: sum("vcpuSeconds"),
    gibSeconds: sum("gibSeconds"),
    googleCalls: sum("googleCalls"),
  };
}

function dollars(operations: Operations): number {
  return (
    operations.reads * price.read +
    operations.writes * price.write +
    operations.taskOperations * price.taskOperation +
    operations.requests * price.request +
    operations.vcpuSeconds * price.vcpuSecond +
    operations.gibSeconds * price.gibSecond
  );
}

const results = JSON.parse(readFileSync(join(import.meta.dirname, "results.json"), "utf8")) as Readonly<
  Record<string, { readonly numbers?: Readonly<Record<string, number>>; readonly measuredAt: string }>
>;
const counted = (name: string, benchmark = "pull-cost"): number => {
  const value = results[benchmark]?.numbers?.[name];
  if (value === undefined) throw new Error(`measure first: ${name} (npm run bench -- --write ${benchmark})`);
  return value;
};

const webhook: Operations = {
  ...nothing,
  reads: 2,
  taskOperations: 1,
  requests: 1,
  vcpuSeconds: webhookSeconds,
  gibSeconds: webhookSeconds * gib.webhook,
};
/** A delivery of a task with a pull. */
const pull = (reads: number, writes: number): Operations => ({
  ...nothing,
  reads,
  writes,
  taskOperations: 1,
  requests: 1,
  vcpuSeconds: pullSeconds,
  gibSeconds: pullSeconds * gib.pull,
  googleCalls: 1,
});
const changePull = pull(counted("changeReads"), counted("changeWrites"));
const idlePull = pull(counted("idleReads"), counted("idleWrites"));
/** The cost of a schedule for one calendar: a read and a task. */
const scheduled: Operations = { ...nothing, reads: 1, taskOperations: 1 };
/**
 * A channel is replaced every five days. The five writes record the new channel, store Google's answer, mark the
 * channel as open, and retire and close the old one. The calendar is read four times, with two documents each, the
 * channels twice, and the new channel once. A pull follows.
 */
const renewal: Operations = plus({ ...plus(scheduled, pull(13, 5)), googleCalls: 2 }, idlePull);

/** The operations of one calendar in a month, by part. */
function ours(editsADay: number): Readonly<Record<string, Operations>> {
  return {
    notifications: plus(nothing, webhook, editsADay * days),
    pulls: plus(nothing, changePull, editsADay * days),
    "backup sync, 4 a day": plus(nothing, plus(scheduled, idlePull), 4 * days),
    "horizon, 1 a day": plus(nothing, plus(scheduled, { ...pull(4, 3), googleCalls: 0 }), days),
    channels: plus(plus(nothing, { ...nothing, reads: 2 }, days), renewal, days / 5),
  };
}

function total(parts: Readonly<Record<string, Operations>>): Operations {
  return Object.values(parts).reduce((sum, part) => plus(sum, part), nothing);
}

/** A poll every minute, each with a task like a pull. The writes of changed events are added. */
const polling = (editsADay: number): Operations =>
  plus(
    plus(
      nothing,
      {
        ...pull(counted("pollIdleReads", "designs"), counted("pollIdleWrites", "designs")),
        // The creation and the delivery of the task.
        taskOperations: 2,
        googleCalls: counted("pollIdleCalls", "designs"),
      },
      24 * 60 * days,
    ),
    { ...nothing, writes: 1 },
    editsADay * days,
  );

const naiveEvents = counted("naiveEvents", "designs");
const naiveSeconds = webhookSeconds * Math.ceil(counted("naiveEditMs", "designs") / 1000 / webhookSeconds);
/** The webhook itself lists all events and writes all of them again, without a task. */
const naive = (editsADay: number): Operations =>
  plus(
    nothing,
    {
      reads: counted("naiveEditReads", "designs"),
      writes: counted("naiveEditWrites", "designs"),
      taskOperations: 0,
      requests: 1,
      vcpuSeconds: naiveSeconds,
      gibSeconds: naiveSeconds * gib.pull,
      googleCalls: counted("naiveEditCalls", "designs"),
    },
    editsADay * days,
  );

const money = (value: number): string => `$${value.toFixed(2)}`;
const edits = [10, 50, 200] as const;
const perThousand = (operations: Operations): string => money(dollars(operations) * 1000);

const byPart = {
  columns: ["part", ...edits.map(each => `${each} edits a day`)],
  rows: [
    ...Object.keys(ours(1)).map(part => [
      part,
      ...edits.map(each => perThousand(ours(each)[part] ?? nothing)),
    ]),
    ["**all**", ...edits.map(each => `**${perThousand(total(ours(each)))}**`)],
    ["poll every minute", ...edits.map(each => perThousand(polling(each)))],
    [`naive push (${naiveEvents} events rewritten)`, ...edits.map(each => perThousand(naive(each)))],
  ],
};
const byResource = {
  columns: ["for 1,000 calendars and month", ...edits.map(each => `${each} edits a day`)],
  rows: (["reads", "writes", "taskOperations", "requests", "googleCalls"] as const).map(field => [
    field,
    ...edits.map(each => Math.round(total(ours(each))[field] * 1000).toLocaleString("en")),
  ]),
};

/** The limits per second that apply to a whole project, and the share that one calendar uses at 50 edits a day. */
const load = total(ours(50));
const seconds = days * 86_400;
const limits: readonly (readonly [string, number, number])[] = [
  ["Google Calendar: 10,000 requests a minute a project", 10_000 / 60, load.googleCalls / seconds],
  ["Cloud Tasks: 500 dispatches a second a queue (syncCalendar)", 500, (50 + 4 + 1) / 86_400],
  // Every six hours the backup runs, and its tasks are spread over one hour.
  ["Google Calendar in a backup's hour", 10_000 / 60, 1 / 3_600 + (50 * 1) / 86_400],
  ["syncCalendar in a backup's hour", 500, 1 / 3_600 + 50 / 86_400],
];
const growth = {
  columns: [
    "limit",
    "one calendar uses a second",
    "calendars until it is met",
    "1 million",
    "10 million",
    "100 million",
  ],
  rows: limits.map(([name, limit, use]) => [
    name,
    use.toExponential(2),
    Math.floor(limit / use).toLocaleString("en"),
    ...[1e6, 1e7, 1e8].map(count => `${((count * use) / limit).toFixed(1)} ×`),
  ]),
};
const first = limits.toSorted((a, b) => a[1] / a[2] - b[1] / b[2])[0];

const document = `# Cost

Written by \`node bench/cost.ts\` from the operations counted by \`npm run bench -- --write pull-cost designs\` (${results["pull-cost"]?.measuredAt ?? ""}) and list prices,
without any free tier. Counted: the reads and writes of a pull, with a change (${counted("changeReads")} reads, ${counted("changeWrites")} writes) and without one (${counted("idleReads")} and ${counted("idleWrites")}).
From the code: two reads and a task for a notification, a read and a task for each calendar of a schedule.
Assumed: each edit causes one notification and one pull (a burst causes fewer), with ${webhookSeconds * 1000} ms of an instance for a notification and
${pullSeconds * 1000} ms for a pull, without sharing (up to 80 requests can share an instance); 4 reads and 3 writes a day for horizon and retention; a channel
is replaced every five days with 13 reads and 5 writes, and a pull follows. The clients' reads are not included: one read for each changed document and listener.

## Dollars for 1,000 calendars and month

${markdownTable(byPart)}

The two other designs were run on the same harness with the same edits ([benchmarks.md](benchmarks.md), part 9). The poll every minute reads
the state, asks Google, and writes the token. The naive push design lists and rewrites all ${naiveEvents} events of a calendar at each
notification, which takes ${naiveSeconds.toFixed(1)} s of an instance. A burst of edits increases the difference to naive push, because this project combines the notifications of a burst.

${markdownTable(byResource)}

## Prices

| what | US dollars | source |
| --- | --- | --- |
| Firestore | $0.06 reads, $0.18 writes for 100,000 (US multi-region) | firebase.google.com/docs/firestore/pricing |
| Cloud Tasks | $0.40 for a million operations (creations and delivery attempts) | cloud.google.com/tasks/pricing, read in November 2026 |
| Cloud Run functions | $0.000024 a vCPU-second, $0.0000025 a GiB-second, $0.40 for a million requests (tier 1, billed by request) | cloud.google.com/run/pricing; not read again for this document, so check the page before you rely on these prices |

## Growth, at 50 edits a day

${markdownTable(growth)}

The lowest limit: **${first?.[0] ?? ""}**, at about ${Math.floor((first?.[1] ?? 0) / (first?.[2] ?? 1)).toLocaleString("en")} calendars. The last three columns contain
the load as a multiple of the limit. Google Calendar's quota applies to a project and is raised on request. syncCalendar's queue
can be split by the hash of the calendar. A backup can be spread over its whole interval of six hours. Firestore's limit for new traffic (500 writes a second, plus
50 % every five minutes) matters for imports after a launch, but not for the steady state: ${((1e6 * load.writes) / seconds).toFixed(0)} writes a second at a million calendars.
`;
writeFileSync(join(root, "docs", "cost.md"), document);
