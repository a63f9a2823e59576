import { constants } from "node:os";
import { join } from "node:path";
import { setInterval as every } from "node:timers";
import { addressesAt, rootFolder, type StackAddresses } from "./addresses.ts";
import { describeFailure } from "./failure.ts";
import { createRunFolder } from "./run-folder.ts";
import type { StackOptions } from "./stack-options.ts";
import { startStack } from "./start-stack.ts";
import { Supervisor } from "./supervisor.ts";

/** An external request to end: Ctrl-C, a signal, a closed terminal, or the end of the parent process. */
type StopRequest = { readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" };

/** The context of a program that runs inside the stack. */
export type Session = {
  readonly supervisor: Supervisor;
  readonly addresses: StackAddresses;
  /** The environment variables for programs that use the stack. */
  readonly environment: Readonly<Record<string, string>>;
  readonly runFolder: string;
  /** Resolves at the first request to end. */
  readonly stopped: Promise<StopRequest>;
};

export type SessionOptions = Partial<StackOptions> & {
  readonly report: (line: string) => void;
  /** The work to do in the stack; returns the exit code. It must observe `stopped` itself. */
  readonly body: (session: Session) => Promise<number>;
  /** Tests of the session replace this with a smaller stack. */
  readonly start?: typeof startStack;
  /** Contains the logs of the last runs. */
  readonly stateFolder?: string;
};

/** For `start`: work that needs no stack, or that runs in one already. */
export const withoutStack: typeof startStack = async () => await Promise.resolve({});

/** The exit code that shells use for a program ended by a signal. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Starts the stack, runs `body` in it, ends all processes, and returns the exit code: the result of `body`; 1 after a
 * failure or a crash of a part; 128 + n if signal n arrived while the stack was starting.
 */
export async function runSession(options: SessionOptions): Promise<number> {
  const {
    portOffset = 0,
    suiteQueue = false,
    report,
    body,
    start = startStack,
    stateFolder = join(rootFolder, ".stack"),
  } = options;
  const addresses = addressesAt(portOffset);
  const stopped = nextStopRequest();
  const runFolder = createRunFolder(stateFolder);
  const supervisor = new Supervisor({ folder: runFolder, report });
  const untilDone = async (): Promise<number> => {
    const started = start({ addresses, suiteQueue, supervisor, runFolder, report });
    const early = await Promise.race([started, stopped]);
    if (isStopRequest(early)) {
      started.catch(() => undefined);
      return exitCodeOf(early.signal);
    }
    return await body({ supervisor, addresses, environment: early, runFolder, stopped });
  };
  const work = untilDone();
  try {
    const outcome = await Promise.race([work, supervisor.crashed]);
    if (typeof outcome === "number") return outcome;
    work.catch(() => undefined);
    report(describeFailure(outcome));
    return 1;
  } catch (error) {
    report(describeFailure(error));
    return 1;
  } finally {
    await supervisor.stop();
  }
}

function isStopRequest(value: Readonly<Record<string, string>> | StopRequest): value is StopRequest {
  return "signal" in value;
}

/** The interval for checking that the parent process still exists. */
const parentCheckMs = 500;

function nextStopRequest(): Promise<StopRequest> {
  // Output fails if the terminal was closed or the reader has ended. The processes must still be cleaned up.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  return new Promise(resolve => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        resolve({ signal });
      });
    }
    const bootstrap = Number(process.env["FCS_BOOTSTRAP_PID"]);
    if (process.ppid !== bootstrap) return;
    every(() => {
      if (process.ppid !== bootstrap) resolve({ signal: "SIGTERM" });
    }, parentCheckMs).unref();
  });
}
