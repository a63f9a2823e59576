/** `npm run chaos`: everything goes wrong, then everything must be right. See help/chaos.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeReport, runChaos } from "../tests/chaos/run-chaos.ts";
import { functionsBundle } from "./stack/build.ts";
import { buildFunctions } from "./stack/build-functions.ts";
import { describeFailure } from "./stack/failure.ts";

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

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      minutes: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  const seeds = seedsOf(values.seed);
  const minutes = Number(values.minutes);
  if (values.help) return usage(0);
  if (seeds.length === 0 || !(minutes > 0 && minutes <= 600)) return usage(2);
  buildFunctions();
  const failing: number[] = [];
  for (const seed of seeds) {
    const report = await runChaos({ bundle: functionsBundle, seed, minutes });
    console.log(describeReport(report));
    if (report.violations.length > 0) failing.push(seed);
  }
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
