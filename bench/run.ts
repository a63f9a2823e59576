/** `npm run bench`: runs the benchmarks. See scripts/help/bench.txt. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { toMarkdown, type Benchmark, type BenchmarkResult } from "./result.ts";
import { rootFolder } from "../stack/addresses.ts";
import { functionsBundle } from "../stack/build.ts";
import { describeFailure } from "../stack/failure.ts";
import { buildFunctions } from "../stack/build-functions.ts";

const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  webhook: async () => (await import("./webhook.bench.ts")).webhook,
  latency: async () => (await import("./latency.bench.ts")).latency,
  import: async () => (await import("./import.bench.ts")).importEvents,
  "pull-cost": async () => (await import("./pull-cost.bench.ts")).pullCost,
  storm: async () => (await import("./storm.bench.ts")).storm,
  "fan-out": async () => (await import("./fan-out.bench.ts")).fanOut,
  "cold-start": async () => (await import("./cold-start.bench.ts")).coldStart,
  recurrence: async () => (await import("./recurrence.bench.ts")).recurrence,
  designs: async () => (await import("./designs.bench.ts")).designs,
  "many-imports": async () => (await import("./many-imports.bench.ts")).manyImports,
  day: async () => (await import("./day.bench.ts")).day,
  storage: async () => (await import("./storage.bench.ts")).storage,
  "call-count": async () => (await import("./call-count.bench.ts")).callCount,
};

const resultsFile = join(rootFolder, "bench", "results.json");
const documentFile = join(rootFolder, "docs", "benchmarks.md");

type Stored = Record<string, BenchmarkResult & { readonly measuredAt: string; readonly machine: string }>;

function readResults(): Stored {
  return existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, "utf8")) as Stored) : {};
}

/** Writes the document from the stored results, so that a single benchmark can be repeated. */
function writeDocument(results: Stored): void {
  const parts = Object.keys(benchmarks).flatMap(name => {
    const result = results[name];
    if (result === undefined) return [];
    const { measuredAt, machine } = result;
    return [toMarkdown(result), `_Measured ${measuredAt} on ${machine}._`];
  });
  const aims = Object.values(results).flatMap(result => result.aims);
  const met = aims.filter(aim => aim.met).length;
  const head = [
    "# Benchmarks",
    "Written by `npm run bench -- --write` from `bench/results.json`; `bench/` contains the code of each measurement. Google's functions framework serves the deployed bundle, with Google's Firestore emulator, the local Google Calendar and a task server with Cloud Tasks' semantics (`tests/harness`), all on one machine. Absolute numbers are valid for this machine only, so compare the ratios to the floors, which were measured in the same runs.",
    `**${met} of ${aims.length} aims met.** The limits of the others, and the attempts to improve them: [improvements](improvements.md).`,
  ];
  mkdirSync(join(rootFolder, "docs"), { recursive: true });
  writeFileSync(documentFile, `${[...head, ...parts].join("\n\n")}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = new Set(args.filter(argument => argument.startsWith("--")));
  const names = args.filter(argument => !argument.startsWith("--"));
  const known =
    names.every(name => name in benchmarks) &&
    [...options].every(option => option === "--quick" || option === "--write");
  if (!known) {
    console.error(readFileSync(join(rootFolder, "scripts", "help", "bench.txt"), "utf8"));
    return options.has("--help") ? 0 : 2;
  }
  const quick = options.has("--quick");
  const say = (line: string): void => {
    console.log(`  ${line}`);
  };
  buildFunctions();
  const results = readResults();
  let missed = 0;
  for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
    const benchmark = await benchmarks[name]?.();
    if (benchmark === undefined) continue;
    console.log(`${name} …`);
    const result = await benchmark({ bundle: functionsBundle, quick, say });
    console.log(`\n${toMarkdown(result)}\n`);
    missed += result.aims.filter(aim => !aim.met).length;
    const [cpu] = cpus();
    const machine = `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
    results[name] = { ...result, measuredAt: new Date().toISOString().slice(0, 10), machine };
    if (options.has("--write")) {
      writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
      writeDocument(results);
      execFileSync("prettier", ["--write", "--log-level=warn", resultsFile, documentFile]);
    }
  }
  console.log(missed === 0 ? "every aim was met" : `${missed} aims were missed`);
  return 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(describeFailure(error));
    return 1;
  }),
);
