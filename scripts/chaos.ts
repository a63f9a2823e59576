/** `npm run chaos`: injects faults of every kind, then checks that the data is correct. See help/chaos.txt. */
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  addUp,
  describeCounts,
  describeReport,
  runChaos,
  type ChaosReport,
} from "../tests/chaos/run-chaos.ts";
import { functionsBundle } from "../stack/build.ts";
import { buildFunctions } from "../stack/build-functions.ts";
import { describeFailure } from "../stack/failure.ts";

function usage(code: number): number {
  console.error(readFileSync(join(import.meta.dirname, "help", "chaos.txt"), "utf8"));
  return code;
}

/** "3" or "1-20". */
function seedsOf(text: string): number[] {
  const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (first === undefined) return [];
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function describeTogether(reports: readonly ChaosReport[]): string {
  const settled = reports.map(({ settledMs }) => settledMs / 1000).sort((a, b) => a - b);
  const [median, longest] = [settled[Math.floor(settled.length / 2)], settled.at(-1)];
  return [
    `together: ${describeCounts(addUp(reports.map(({ happened }) => happened)))}`,
    `  ${describeCounts(addUp(reports.map(({ counts }) => counts)))}`,
    `  at rest after ${median?.toFixed(1) ?? ""} s (median), ${longest?.toFixed(1) ?? ""} s (longest)`,
  ].join("\n");
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      minutes: { type: "string", default: "1" },
      log: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const seeds = seedsOf(values.seed);
  const minutes = Number(values.minutes);
  if (values.help) return usage(0);
  if (seeds.length === 0 || !(minutes > 0 && minutes <= 600)) return usage(2);
  buildFunctions();
  const file = values.log === undefined ? undefined : createWriteStream(values.log);
  const log = (line: string): void => {
    file?.write(`${(performance.now() / 1000).toFixed(3)} ${line}\n`);
  };
  const reports: ChaosReport[] = [];
  const failing: number[] = [];
  for (const seed of seeds) {
    try {
      const report = await runChaos({ bundle: functionsBundle, seed, minutes, log });
      console.log(describeReport(report));
      reports.push(report);
      if (report.violations.length > 0) failing.push(seed);
    } catch (error) {
      // If the machine is too busy to start everything in time, the other seeds are still run.
      console.log(`seed ${seed}: could not be run: ${describeFailure(error)}`);
      failing.push(seed);
    }
  }
  if (reports.length > 1) console.log(describeTogether(reports));
  if (failing.length === 0) {
    console.log(`${seeds.length} seeds, ${minutes} minutes each: Firestore equals Google after all of them`);
    return 0;
  }
  for (const seed of failing) console.log(`again: npm run chaos -- --seed ${seed} --minutes ${minutes}`);
  return 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.exit(
  await main().catch((error: unknown) => {
    console.error(describeFailure(error));
    return 1;
  }),
);
