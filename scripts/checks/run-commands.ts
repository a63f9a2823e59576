/**
 * Runs the short forms of the commands that the documents name (short-commands.ts), in the stack around it:
 *
 *     npm run stack -- node scripts/checks/run-commands.ts [--report FILE] [TEXT]
 *
 * TEXT selects the commands that contain it. Prints a line for each; exit code 1 if one failed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addressesAt, rootFolder } from "../../stack/addresses.ts";
import { describeFailure } from "../../stack/failure.ts";
import { exitCodeOf, runSession, withoutStack, type Session } from "../../stack/session.ts";
import { describeEnding } from "../../stack/supervisor.ts";
import type { ShortCommand } from "./command.ts";
import { findChromium } from "./find-chromium.ts";
import type { CountedTests } from "./outcome.ts";
import { shortCommands } from "./short-commands.ts";

type Result = {
  readonly name: string;
  readonly outcome: "ok" | "FAILED" | "SKIPPED";
  /** Why it failed or was skipped. */
  readonly detail: string;
};

const shownLines = 40;
const stackVariables: readonly string[] = [...Object.keys(addressesAt(0).environment), "STACK_LOGS"];
const chromium = findChromium(process.env);
const browser = chromium === undefined ? {} : { CHROMIUM_PATH: chromium };

async function runShort(command: ShortCommand, { supervisor }: Session): Promise<Result> {
  const name = command.run.join(" ");
  if (command.needs === "stack and browser" && chromium === undefined)
    return { name, outcome: "SKIPPED", detail: "no Chromium or Chrome was found" };
  const folder = mkdtempSync(join(tmpdir(), "command-"));
  const [program, ...args] = command.run;
  // A command that somebody runs in a clone does not find the variables of a stack.
  const unset =
    command.needs === "nothing" ? stackVariables.map(variable => [variable, undefined] as const) : [];
  try {
    const running = {
      name: name.replaceAll(/[^\w.-]+/g, "-").slice(0, 100),
      command: program,
      args: args.map(word => (word === "FOLDER" ? folder : word)),
      cwd: rootFolder,
      environment: { ...Object.fromEntries<string | undefined>(unset), ...browser, ...command.environment },
    };
    const { ending, output } = await supervisor.runToEnd(running, command.withinSeconds * 1000);
    const problem =
      ending.code !== command.exitCode
        ? `${describeEnding(ending)}, not with code ${command.exitCode} within ${command.withinSeconds} s`
        : command.prints.test(output)
          ? undefined
          : `its output does not match ${String(command.prints)}`;
    if (problem === undefined) return { name, outcome: "ok", detail: "" };
    const tail = output.trimEnd().split("\n").slice(-shownLines);
    return { name, outcome: "FAILED", detail: [problem, ...tail].join("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs commands one after the other, and prints each result when it is known. */
async function runInTurn(commands: readonly ShortCommand[], session: Session): Promise<Result[]> {
  const results: Result[] = [];
  for (const command of commands) {
    const begun = performance.now();
    const result = await runShort(command, session);
    results.push(result);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(6);
    console.log(`${result.outcome.padEnd(7)} ${seconds} s  ${result.name}`);
    if (result.detail !== "") console.log(result.detail.replaceAll(/^/gm, "          "));
  }
  return results;
}

function count(results: readonly Result[]): CountedTests {
  const of = (wanted: Result["outcome"]): readonly Result[] =>
    results.filter(({ outcome }) => outcome === wanted);
  return {
    passed: of("ok").length,
    failed: of("FAILED").length,
    skipped: of("SKIPPED").map(({ name, detail }) => `${name} (${detail})`),
    failures: of("FAILED").map(({ name, detail }) => ({ test: name, message: detail })),
  };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { report: { type: "string" } },
  });
  const chosen = shortCommands.filter(({ run }) => run.join(" ").includes(positionals[0] ?? ""));
  const inStack = chosen.filter(({ needs }) => needs !== "nothing");
  if (chosen.length === 0 || (inStack.length > 0 && process.env["FIRESTORE_EMULATOR_HOST"] === undefined)) {
    console.error("usage: npm run stack -- node scripts/checks/run-commands.ts [--report FILE] [TEXT]");
    return 2;
  }
  return await runSession({
    report: line => {
      console.log(line);
    },
    // The stack is around this program.
    start: withoutStack,
    body: async session => {
      // Two at a time, because most machines of CI have two cores.
      const both = Promise.all([
        runInTurn(inStack, session),
        runInTurn(
          chosen.filter(({ needs }) => needs === "nothing"),
          session,
        ),
      ]);
      const first = await Promise.race([both, session.stopped]);
      if ("signal" in first) {
        both.catch(() => undefined);
        return exitCodeOf(first.signal);
      }
      const counted = count(first.flat());
      if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(counted));
      return counted.failed > 0 ? 1 : 0;
    },
  });
}

try {
  process.exit(await main());
} catch (error) {
  console.error(describeFailure(error));
  process.exit(1);
}
