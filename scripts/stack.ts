/** `npm run stack -- COMMAND…`: runs COMMAND in a new, empty local stack. See help/stack.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { agreeToFetchJava } from "../stack/java-offer.ts";
import { exitCodeOf, runSession, type Session } from "../stack/session.ts";
import { takeStackOptions } from "../stack/stack-options.ts";

/** Messages of the stack go to standard error, because standard output belongs to the command. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Signals within this time after the last one are the same request, delivered by both the terminal and npm. */
const sameRequestMs = 1000;

async function runCommand(command: string, args: readonly string[], session: Session): Promise<number> {
  const { child, ended } = session.supervisor.runInForeground({
    name: command,
    command,
    args,
    cwd: process.cwd(),
    environment: session.environment,
  });
  let endedYet = false;
  void ended.then(() => {
    endedYet = true;
  });
  const passOn = async (): Promise<void> => {
    const { signal } = await session.stopped;
    // The terminal sends Ctrl-C to the command directly. The command decides when and how to end.
    const reachedItByItself = signal === "SIGINT" && process.stdin.isTTY;
    if (!reachedItByItself) child.kill(signal);
    await delay(sameRequestMs);
    if (endedYet) return;
    for (const again of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(again, () => {
        report(`ending ${command} by force`);
        child.kill("SIGKILL");
      });
    }
  };
  void passOn();
  const { code, signal } = await ended;
  return signal === null ? (code ?? 1) : exitCodeOf(signal);
}

const taken = takeStackOptions(process.argv.slice(2));
if ("problem" in taken) {
  report(taken.problem);
  process.exit(2);
}
const { rest, yes, ...options } = taken;
if (yes) agreeToFetchJava();
const [command, ...args] = rest;
if (command === undefined || command === "--help" || command === "-h") {
  report(readFileSync(join(import.meta.dirname, "help", "stack.txt"), "utf8"));
  process.exit(command === undefined ? 2 : 0);
}
const body = async (session: Session): Promise<number> => await runCommand(command, args, session);
process.exit(await runSession({ ...options, report, body }));
