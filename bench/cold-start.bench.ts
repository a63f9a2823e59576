import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { median, post, round, type Harness } from "@firestore-calendar-sync/harness";
import type { AimRow, Benchmark, BenchmarkContext, Table } from "./result.ts";
import { notificationOf, seed } from "./webhook.bench.ts";
import { withHarness } from "./with-harness.ts";

/**
 * The cost of loading modules in a fresh process. On a busy machine the CPU time is more precise than the elapsed time.
 */
interface Load {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

/** What a fresh process loads, and for which function. */
interface Subject {
  readonly name: string;
  readonly requires: readonly string[];
  readonly target?: string;
}

const program = (requires: readonly string[]): string => `
  const begun = performance.now();
  const loaded = ${JSON.stringify(requires)}.map(name => require(name));
  const wallMs = performance.now() - begun;
  const { user, system } = process.cpuUsage();
  const rssMiB = process.memoryUsage.rss() / 1048576;
  const exported = Object.keys(loaded[0]);
  console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, rssMiB, exported }));
  process.exit(0);
`;

const webhookName = "calendarWebhook";

/** The Firebase modules without which no function of ours could do its work. */
const floor: Subject = {
  name: "floor",
  requires: [
    "firebase-functions/https",
    "firebase-functions/tasks",
    "firebase-functions/scheduler",
    "firebase-admin/app",
    "firebase-admin/firestore",
  ],
};

const imports = {
  webhook: { aim: "≤ 1.1 × the floor", limit: 1.1 },
  others: { aim: "≤ 1.2 × the floor", limit: 1.2 },
};
const answers = { aim: "≤ 1.3 × the floor's", limit: 1.3 };

/**
 * 7. Imports each function in fresh processes, and sends a first notification to fresh instances of the webhook. An
 * instance that calls Google later loads Google's client from another file; a separate row measures that.
 */
export const coldStart: Benchmark = async context => {
  const runs = context.quick ? 3 : 31;
  const imported = importAll(context.bundle, runs, context.say);
  const firstRuns = context.quick ? 3 : 21;
  const first = await firstAnswers(context, firstRuns);
  return {
    title: "7. Cold start",
    configuration:
      `Imports each function in a fresh process as an instance of it does (FUNCTION_TARGET), ${runs} times without and with Node's compile cache, in turns; the tables contain medians. ` +
      "The floor is the same for all functions: it imports only firebase-functions (https, tasks, scheduler) and firebase-admin (app, firestore). The scheduled functions need less of it, because they load no web server. " +
      "Functions that call Google load Google's client at their first call; a separate row shows its cost for syncCalendar. " +
      `First notification: ${firstRuns} fresh instances each of the webhook and of a function that only makes the same two reads and creates the same task, in turns.`,
    aims: [...imported.aims, ...first.aims],
    tables: [imported.table, first.table],
  };
};

function importAll(bundle: string, runs: number, say: BenchmarkContext["say"]) {
  const folder = join(bundle, "..", "..");
  const cache = mkdtempSync(join(tmpdir(), "compile-cache-"));
  const run = ({ requires, target }: Subject, cached: boolean) => {
    const printed = execFileSync(process.execPath, ["-e", program(requires)], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        GCLOUD_PROJECT: "demo-calendar-sync",
        FIREBASE_CONFIG: '{"projectId":"demo-calendar-sync"}',
        ...(target !== undefined && { FUNCTION_TARGET: target }),
        ...(cached && { NODE_COMPILE_CACHE: cache }),
      },
    });
    const measured: unknown = JSON.parse(printed.trim().split("\n").at(-1) ?? "{}");
    return measured as Load & { readonly exported: readonly string[] };
  };
  const names = run({ name: "all functions", requires: [bundle] }, false).exported;
  const subjects: readonly Subject[] = [
    floor,
    ...names.map(name => ({ name, requires: [bundle], target: name })),
    {
      name: "syncCalendar and Google's client",
      requires: [bundle, join(folder, "dist", "google-client.cjs")],
      target: "syncCalendar",
    },
    { name: "all functions", requires: [bundle] },
  ];
  const loads = new Map<string, { readonly without: Load[]; readonly cached: Load[] }>(
    subjects.map(({ name }) => [name, { without: [], cached: [] }]),
  );
  try {
    // These runs fill the cache.
    for (const subject of subjects) run(subject, true);
    for (let turn = 0; turn < runs; turn++) {
      for (const subject of subjects) {
        loads.get(subject.name)?.without.push(run(subject, false));
        loads.get(subject.name)?.cached.push(run(subject, true));
      }
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  const medianOf = (name: string, cache: "without" | "cached", field: keyof Load): number =>
    median((loads.get(name)?.[cache] ?? []).map(load => load[field]));
  const ratioOf = (name: string, cache: "without" | "cached"): number =>
    medianOf(name, cache, "wallMs") / medianOf(floor.name, cache, "wallMs");
  const aims = names.flatMap((name): AimRow[] => {
    const { aim, limit } = name === webhookName ? imports.webhook : imports.others;
    return (["without", "cached"] as const).map(cache => ({
      what: `import of ${name}${cache === "cached" ? ", compile cache" : ""}`,
      aim,
      measured: `${round(medianOf(name, cache, "wallMs"))} ms`,
      ratio: round(ratioOf(name, cache)).toString(),
      met: ratioOf(name, cache) <= limit,
    }));
  });
  for (const name of names)
    say(
      `${name}: ${round(ratioOf(name, "without"))} × the floor, ${round(ratioOf(name, "cached"))} × with cache`,
    );
  const table: Table = {
    columns: ["import of", "ms", "× floor", "CPU ms", "MiB", "ms, cache", "× floor, cache", "CPU ms, cache"],
    rows: subjects.map(({ name }) => [
      name,
      round(medianOf(name, "without", "wallMs")),
      round(ratioOf(name, "without")),
      round(medianOf(name, "without", "cpuMs")),
      round(medianOf(name, "without", "rssMiB")),
      round(medianOf(name, "cached", "wallMs")),
      round(ratioOf(name, "cached")),
      round(medianOf(name, "cached", "cpuMs")),
    ]),
  };
  return { aims, table };
}

interface FirstAnswer {
  /** From the start of the process to its answer. */
  readonly fromStartMs: number;
  readonly requestMs: number;
}

async function firstAnswers({ bundle, say }: BenchmarkContext, runs: number) {
  const floorBundle = compileFloor();
  const targets = [
    { bundle, name: webhookName },
    { bundle: floorBundle, name: "notificationFloor" },
  ] as const;
  const measured = { calendarWebhook: [] as FirstAnswer[], notificationFloor: [] as FirstAnswer[] };
  await withHarness({ bundle, functions: [webhookName], swallowTasks: true }, async harness => {
    const [channelId = ""] = await seed(harness);
    // The emulators are warm afterwards.
    for (const target of targets) await firstAnswerOf(harness, target, channelId);
    for (let turn = 0; turn < runs; turn++) {
      for (const target of turn % 2 === 0 ? targets : targets.toReversed())
        measured[target.name].push(await firstAnswerOf(harness, target, channelId));
    }
  });
  const medianOf = (name: keyof typeof measured, field: keyof FirstAnswer): number =>
    median(measured[name].map(each => each[field]));
  const aimOf = (what: string, field: keyof FirstAnswer): AimRow => {
    const ratio = medianOf(webhookName, field) / medianOf("notificationFloor", field);
    say(`${what}: ${round(medianOf(webhookName, field))} ms, ${round(ratio)} × the floor's`);
    return {
      what,
      aim: answers.aim,
      measured: `${round(medianOf(webhookName, field))} ms`,
      ratio: round(ratio).toString(),
      met: ratio <= answers.limit,
    };
  };
  const table: Table = {
    columns: ["first notification of a fresh instance", "request ms", "from the start ms"],
    rows: targets.map(({ name }) => [
      name,
      round(medianOf(name, "requestMs")),
      round(medianOf(name, "fromStartMs")),
    ]),
  };
  return {
    aims: [
      aimOf("answer to the first notification", "requestMs"),
      aimOf("the same, from the start of the process", "fromStartMs"),
    ],
    table,
  };
}

/**
 * The floor as CommonJS, like the product. As an ES module, it would load all of google-gax before its first request,
 * because the ES modules of firebase-admin read each export of the Firestore client.
 */
function compileFloor(): string {
  const folder = join(import.meta.dirname, "floor");
  const { outputText } = ts.transpileModule(readFileSync(join(folder, "floor-functions.ts"), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2024 },
  });
  const compiled = join(folder, "dist", "floor-functions.cjs");
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(compiled, outputText);
  return compiled;
}

/** Starts an instance and measures its first request. */
async function firstAnswerOf(
  { instances }: Harness,
  { bundle, name }: { readonly bundle: string; readonly name: string },
  channelId: string,
): Promise<FirstAnswer> {
  const begun = performance.now();
  const instance = await instances.startOther({ bundle, functions: [name] });
  const agent = new Agent();
  try {
    const sent = performance.now();
    const status = await post(`http://127.0.0.1:${instance.port}/${name}`, {
      agent,
      headers: notificationOf(channelId),
    });
    const answered = performance.now();
    if (status !== 204) throw new Error(`${name} answered ${status}`);
    return { fromStartMs: answered - begun, requestMs: answered - sent };
  } finally {
    agent.destroy();
    await instance.kill();
  }
}
