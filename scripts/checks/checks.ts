import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "../../stack/addresses.ts";
import type { Session } from "../../stack/session.ts";
import { describeEnding } from "../../stack/supervisor.ts";
import { countJestTests, type CountedTests, type Outcome } from "./outcome.ts";

/** A check that `npm test` runs. */
export type Check = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The report that the check writes into a file, in which its tests are counted individually. */
  readonly report?: "jest" | "counted";
};

/** A check that takes longer counts as failed. */
const checkWithinMs = 30 * 60_000;

const jestArgs = ["--color=false", "--json"];

/** These checks need no running stack. They are run two at a time, so the longest come first. */
export const staticChecks: readonly Check[] = [
  {
    name: "unit",
    command: "jest",
    args: ["--selectProjects=unit", "--maxWorkers=2", ...jestArgs],
    report: "jest",
  },
  { name: "lint", command: "npm", args: ["run", "--silent", "check:lint"] },
  { name: "types", command: "npm", args: ["run", "--silent", "check:types"] },
  { name: "unused", command: "npm", args: ["run", "--silent", "check:unused"] },
  { name: "boundaries", command: "npm", args: ["run", "--silent", "check:boundaries"] },
  { name: "format", command: "npm", args: ["run", "--silent", "check:format"] },
];

/** These checks are run one after the other inside one local stack. */
export const stackChecks: readonly Check[] = [
  {
    name: "stack",
    command: "jest",
    args: ["--selectProjects=stack", "--runInBand", ...jestArgs],
    report: "jest",
  },
  { name: "smoke", command: process.execPath, args: [join("tests", "smoke", "run.ts"), "--attach"] },
  {
    name: "commands",
    command: process.execPath,
    args: [join("scripts", "checks", "run-commands.ts")],
    report: "counted",
  },
];

/** These checks start and stop a stack themselves. */
export const launcherChecks: readonly Check[] = [
  { name: "adoption", command: process.execPath, args: [join("tests", "adoption", "run.ts")] },
  { name: "compat", command: process.execPath, args: [join("tests", "compat", "run.ts"), "--quick"] },
  { name: "launcher", command: process.execPath, args: [join("scripts", "checks", "check-launcher.ts")] },
];

/** The arguments with which a check writes its report into a file. */
const reportArguments = {
  jest: (file: string) => [`--outputFile=${file}`],
  counted: (file: string) => ["--report", file],
} as const;

/** Runs a check to its end, and counts its tests. */
export async function runCheck(
  check: Check,
  { supervisor, environment, runFolder }: Session,
): Promise<Outcome> {
  const begun = performance.now();
  const reportFile = join(runFolder, `${check.name}.json`);
  const program = {
    name: check.name,
    command: check.command,
    args:
      check.report === undefined ? check.args : [...check.args, ...reportArguments[check.report](reportFile)],
    cwd: rootFolder,
    environment,
  };
  const { ending, output } = await supervisor.runToEnd(program, checkWithinMs);
  const durationMs = performance.now() - begun;
  const ended = {
    name: check.name,
    failures: [],
    durationMs,
    output: `${output}\n${describeEnding(ending)}`,
  };
  const failed = ending.code === 0 ? 0 : 1;
  if (check.report === undefined) return { ...ended, passed: 1 - failed, failed, skipped: [] };
  try {
    const report: unknown = JSON.parse(readFileSync(reportFile, "utf8"));
    const counted =
      check.report === "jest"
        ? countJestTests(report as Parameters<typeof countJestTests>[0])
        : (report as CountedTests);
    // jest can also fail without a failed test, for example if it finds no tests.
    return { ...ended, ...counted, failed: Math.max(counted.failed, failed) };
  } catch {
    return { ...ended, passed: 0, failed: 1, skipped: [] };
  }
}

/** The outcome of a check that could not be run. */
export function notRun(check: Check, why: string): Outcome {
  return { name: check.name, passed: 0, failed: 1, skipped: [], failures: [], durationMs: 0, output: why };
}
