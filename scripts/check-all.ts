/** `npm test`: every check. See help/check-all.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launcherChecks, notRun, runCheck, stackChecks, staticChecks, type Check } from "./checks/checks.ts";
import { findChromium } from "./checks/find-chromium.ts";
import { describeOutcome, listFailures, summarize, type Outcome } from "./checks/outcome.ts";
import { describeFailure } from "../stack/failure.ts";
import { provideFirestoreEmulator } from "../stack/firestore-emulator.ts";
import { agreeToFetchJava, declineToFetchJava } from "../stack/java-offer.ts";
import { exitCodeOf, runSession, withoutStack, type Session } from "../stack/session.ts";

/** Chosen for machines with two cores. */
const atOnce = 2;

function say(line: string): void {
  console.log(line);
}

/** Runs checks, at most `limit` at once, and prints each outcome when it is known. */
async function runAll(checks: readonly Check[], limit: number, session: Session): Promise<Outcome[]> {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const outcome = await runCheck(check, session);
      outcomes.push(outcome);
      for (const line of describeOutcome(outcome)) say(line);
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return outcomes;
}

type Phase = {
  readonly checks: readonly Check[];
  readonly limit: number;
  readonly inStack: boolean;
  readonly environment?: Readonly<Record<string, string>>;
};

/** A phase's outcomes, with a failure for each check that could not be run; or the exit code of an interruption. */
async function runPhase({ checks, limit, inStack, environment = {} }: Phase): Promise<Outcome[] | number> {
  if (checks.length === 0) return [];
  let outcomes: Outcome[] = [];
  let interruption: number | undefined;
  const code = await runSession({
    report: say,
    ...(inStack ? {} : { start: withoutStack }),
    body: async session => {
      const merged = { ...session, environment: { ...session.environment, ...environment } };
      const interrupted = session.stopped.then(({ signal }) => exitCodeOf(signal));
      const done = runAll(checks, limit, merged);
      const first = await Promise.race([done, interrupted]);
      if (typeof first === "number") {
        done.catch(() => undefined);
        interruption = first;
        return first;
      }
      outcomes = first;
      return 0;
    },
  });
  if (interruption !== undefined || code > 128) return interruption ?? code;
  const missing = checks.filter(({ name }) => !outcomes.some(outcome => outcome.name === name));
  return [
    ...outcomes,
    ...missing.map(check => notRun(check, "the stack did not start, or crashed: see above")),
  ];
}

function select(args: readonly string[]): (checks: readonly Check[]) => Check[] {
  const all = [...staticChecks, ...stackChecks, ...launcherChecks];
  const only = args[0] === "--only" ? (args[1] ?? "").split(",") : [];
  const unknown = only.filter(name => !all.some(check => check.name === name));
  if (unknown.length > 0 || (args.length > 0 && only.length === 0)) {
    console.error(readFileSync(join(import.meta.dirname, "help", "check-all.txt"), "utf8"));
    process.exit(args[0] === "--help" || args[0] === "-h" ? 0 : 2);
  }
  return checks => checks.filter(({ name }) => only.length === 0 || only.includes(name));
}

/**
 * Asks for a missing Java now, and not in the middle of the checks. Without it, the checks that need it fail. Returns
 * the exit code of an interruption, otherwise 0.
 */
async function prepareJava(): Promise<number> {
  const prepare = async (): Promise<number> => {
    try {
      await provideFirestoreEmulator(say);
    } catch (error) {
      say(describeFailure(error));
      declineToFetchJava();
    }
    return 0;
  };
  return await runSession({
    report: say,
    start: withoutStack,
    body: async ({ stopped }) =>
      await Promise.race([prepare(), stopped.then(({ signal }) => exitCodeOf(signal))]),
  });
}

async function main(given: readonly string[]): Promise<number> {
  const args = given.filter(argument => argument !== "--yes");
  if (args.length < given.length) agreeToFetchJava();
  const chosen = select(args);
  if (chosen([...stackChecks, ...launcherChecks]).length > 0) {
    const interruption = await prepareJava();
    if (interruption !== 0) return interruption;
  }
  const chromium = findChromium(process.env);
  const browser = chromium === undefined ? undefined : { CHROMIUM_PATH: chromium };
  const phases: Phase[] = [
    { checks: chosen(staticChecks), limit: atOnce, inStack: false },
    { checks: chosen(stackChecks), limit: 1, inStack: true, ...(browser ? { environment: browser } : {}) },
    { checks: chosen(launcherChecks), limit: 1, inStack: false },
  ];
  const outcomes: Outcome[] = [];
  for (const phase of phases) {
    if (phase.inStack && phase.checks.length > 0 && chromium === undefined) {
      say("SKIPPED browser tests: no Chromium or Chrome was found; install one, or name it in CHROMIUM_PATH");
    }
    const result = await runPhase(phase);
    if (typeof result === "number") return result;
    outcomes.push(...result);
  }
  for (const line of listFailures(outcomes)) say(line);
  say(summarize(outcomes));
  return outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
