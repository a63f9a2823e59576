import { constants } from "node:os";
import { join } from "node:path";
import { setInterval as every } from "node:timers";
import { addressesAt, rootFolder, type StackAddresses } from "./addresses.ts";
import { describeFailure } from "./failure.ts";
import { createRunFolder } from "./run-folder.ts";
import { startStack } from "./start-stack.ts";
import { Supervisor } from "./supervisor.ts";

/** A request from outside to end: Ctrl-C, a signal, a closed terminal, or the end of the process that started us. */
type StopRequest = { readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" };

/** What a program that runs inside the stack is given. */
export type Session = {
  readonly supervisor: Supervisor;
  readonly addresses: StackAddresses;
  /** The environment for programs that use the stack. */
  readonly environment: Readonly<Record<string, string>>;
  readonly runFolder: string;
  /** Resolves at the first request to end. */
  readonly stopped: Promise<StopRequest>;
};

export type SessionOptions = {
  /** Moves all ports of the stack; 0 when left out. */
  readonly portOffset?: number;
  readonly report: (line: string) => void;
  /** Does its work in the stack and returns the exit code. It must watch `stopped` by itself. */
  readonly body: (session: Session) => Promise<number>;
  /** For tests of the session itself: starts something smaller. */
  readonly start?: typeof startStack;
  /** Holds the logs of the last runs. */
  readonly stateFolder?: string;
};

/** The exit code of a program that a signal has ended, as shells give it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Starts the stack, runs `body` in it, ends everything, and returns the exit code: that of `body`; 1 when
 * something failed or a part of the stack crashed; 128 + n when signal n came while the stack was starting.
 */
export async function runSession(options: SessionOptions): Promise<number> {
  const {
    portOffset = 0,
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
    const started = start({ addresses, supervisor, runFolder, report });
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

/** How often we look whether the process that started us is still there. */
const parentCheckMs = 500;

function nextStopRequest(): Promise<StopRequest> {
  // A terminal that was closed, or a reader that has gone, is no reason to leave processes behind.
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
