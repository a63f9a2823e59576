import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { host, type Service } from "./addresses.ts";
import { StackFailure } from "./failure.ts";
import { endMarked, goodbye, markVariable, markWith, sendSignal } from "./marked-processes.ts";
import { accepts, waitUntilFree } from "./ports.ts";
import { readLog, tailOfLog } from "./run-folder.ts";

/** A program with its arguments and environment. */
export type Program = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment of this process. `undefined` removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** A program that runs as long as the stack does. */
export type Part = Program & {
  /** The part is ready when all of these accept connections and its output matches `readyOutput`. */
  readonly services: readonly Service[];
  /** Undefined if the output does not matter. */
  readonly readyOutput?: RegExp;
  readonly readyWithinMs: number;
};

export type SupervisorOptions = {
  /** The folder of the logs. */
  readonly folder: string;
  /** Receives messages for the user, one line at a time. */
  readonly report: (line: string) => void;
  /** The time that a part has to end after each signal. It receives SIGTERM twice, then SIGKILL. */
  readonly graceMs?: number;
};

/** The exit code of a process, or the signal that ended it. */
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

type Running = { readonly name: string; readonly child: ChildProcess; readonly ended: Promise<Ending> };

const tailLines = 30;

/**
 * Starts programs, each in a process group of its own with its output in a log, watches them, and ends all of them: on
 * request, and through a watchdog process if this process itself is killed.
 */
export class Supervisor {
  /** Resolves with a description if a part that was ready ends without a request. */
  readonly crashed: Promise<StackFailure>;
  readonly #folder: string;
  readonly #report: (line: string) => void;
  readonly #graceMs: number;
  readonly #runId = randomBytes(9).toString("base64url");
  readonly #begun = performance.now();
  readonly #running: Running[] = [];
  readonly #services: Service[] = [];
  readonly #watchdog: ChildProcess;
  #announceCrash: (failure: StackFailure) => void = () => undefined;
  #stopping: Promise<void> | undefined;

  constructor({ folder, report, graceMs = 2000 }: SupervisorOptions) {
    this.#folder = folder;
    this.#report = report;
    this.#graceMs = graceMs;
    this.crashed = new Promise(resolve => {
      this.#announceCrash = resolve;
    });
    this.#watchdog = spawn(process.execPath, [join(import.meta.dirname, "watchdog.ts"), this.#runId], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.#watchdog.on("error", error => {
      this.#announceCrash(new StackFailure(`the watchdog could not be started: ${error.message}`));
    });
    // The watchdog may have ended before `goodbye` is written.
    this.#watchdog.stdin?.on("error", () => undefined);
  }

  /** Seconds since the supervisor was created, as text. */
  get elapsed(): string {
    return `${((performance.now() - this.#begun) / 1000).toFixed(1)} s`;
  }

  /** Starts a part; resolves when it is ready. Throws if it ends before that or takes too long. */
  async start(part: Part): Promise<void> {
    const running = this.#spawnLogged(part);
    this.#services.push(...part.services);
    let ending: Ending | undefined;
    void running.ended.then(how => {
      ending = how;
    });
    const waiting = new Set(part.services);
    const deadline = performance.now() + part.readyWithinMs;
    let outputSeen = part.readyOutput === undefined;
    while (waiting.size > 0 || !outputSeen) {
      for (const service of [...waiting]) {
        if (!(await accepts(service.port))) continue;
        waiting.delete(service);
        this.#report(
          `  ${service.name.padEnd(16)} http://${host}:${service.port}  ready after ${this.elapsed}`,
        );
      }
      outputSeen ||= part.readyOutput?.test(readLog(this.#logOf(part.name))) === true;
      if (this.#stopping !== undefined)
        throw new StackFailure(`${part.name}: the stack was stopped while it started`);
      if (ending !== undefined)
        throw this.#failureOf(part.name, `ended while it started (${describeEnding(ending)})`);
      if (performance.now() > deadline) {
        throw this.#failureOf(part.name, `was not ready within ${Math.round(part.readyWithinMs / 1000)} s`);
      }
      if (waiting.size > 0 || !outputSeen) await delay(100);
    }
    const crash = (how: Ending): void => {
      if (this.#stopping !== undefined) return;
      this.#announceCrash(this.#failureOf(part.name, `crashed (${describeEnding(how)})`));
    };
    void running.ended.then(crash);
  }

  /** Runs a program to its end; returns its output. Throws if its exit code is not 0. */
  async run(program: Program): Promise<string> {
    const { ending, output } = await this.runToEnd(program);
    if (ending.code !== 0) throw this.#failureOf(program.name, `failed (${describeEnding(ending)})`);
    return output;
  }

  /**
   * Runs a program to its end; returns how it ended, and its output. A program that takes longer than `withinMs` is
   * killed with its whole process group.
   */
  async runToEnd(
    program: Program,
    withinMs = 120_000,
  ): Promise<{ readonly ending: Ending; readonly output: string }> {
    const running = this.#spawnLogged(program);
    if (!(await isSettledWithin(running.ended, withinMs))) signalTo(running, "SIGKILL");
    const ending = await running.ended;
    // The system may now give the process id to an unrelated process.
    this.#running.splice(this.#running.indexOf(running), 1);
    if (this.#stopping !== undefined)
      throw new StackFailure(`${program.name}: the stack was stopped while it ran`);
    return { ending, output: readLog(this.#logOf(program.name)) };
  }

  /** Runs a program in the terminal of this process; returns the child and a promise of how it ends. */
  runInForeground(program: Program): { readonly child: ChildProcess; readonly ended: Promise<Ending> } {
    const child = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: this.#environmentOf(program),
      stdio: "inherit",
    });
    const running = { name: program.name, child, ended: endingOf(child, program.name) };
    this.#running.push(running);
    return running;
  }

  /** A failure of a part with the last lines of its log, each prefixed with the part's name. */
  #failureOf(name: string, sentence: string): StackFailure {
    const log = this.#logOf(name);
    const tail = tailOfLog(log, tailLines).map(line => `[${name}] ${line}`);
    return new StackFailure([...tail, `${name} ${sentence}; its log: ${log}`].join("\n"));
  }

  /** Ends all parts and programs, and waits until their processes have ended and the ports are free. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#endEverything();
    await this.#stopping;
  }

  async #endEverything(): Promise<void> {
    const everyone = Promise.all(this.#running.map(async ({ ended }) => await ended));
    // After a second signal firebase-tools does not wait for functions that are still running.
    let inTime = false;
    for (const signal of ["SIGTERM", "SIGTERM", "SIGKILL"] as const) {
      for (const running of this.#running) signalTo(running, signal);
      inTime = await isSettledWithin(everyone, this.#graceMs);
      if (inTime) break;
    }
    // Ends the remaining children of the parts and programs.
    const left = await endMarked(this.#runId, { graceMs: this.#graceMs, withinMs: 15_000 });
    const taken = await waitUntilFree(this.#services, 5000);
    if (left.length > 0) this.#report(`these processes would not end: ${left.join(", ")}`);
    for (const service of taken) this.#report(`port ${service.port} (${service.name}) is still taken`);
    await this.#dismissWatchdog();
  }

  async #dismissWatchdog(): Promise<void> {
    const gone = new Promise<void>(resolve => {
      if (this.#watchdog.exitCode !== null || this.#watchdog.pid === undefined) resolve();
      this.#watchdog.once("exit", () => {
        resolve();
      });
    });
    this.#watchdog.stdin?.end(goodbye);
    await gone;
  }

  #spawnLogged(program: Program): Running {
    if (this.#stopping !== undefined) throw new StackFailure(`${program.name}: the stack is being stopped`);
    const log = openSync(this.#logOf(program.name), "a");
    try {
      const child = spawn(program.command, program.args, {
        cwd: program.cwd,
        env: this.#environmentOf(program),
        stdio: ["ignore", log, log],
        detached: true,
      });
      const running = { name: program.name, child, ended: endingOf(child, program.name) };
      this.#running.push(running);
      return running;
    } finally {
      closeSync(log);
    }
  }

  #logOf(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  #environmentOf(program: Program): NodeJS.ProcessEnv {
    const merged = { ...process.env, ...program.environment };
    merged[markVariable] = markWith(this.#runId, process.env[markVariable]);
    return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  }
}

/** Never rejects. If a program could not be started, the code is 127, as in a shell. */
async function endingOf(child: ChildProcess, name: string): Promise<Ending> {
  return await new Promise(resolve => {
    child.once("error", error => {
      process.stderr.write(`${name} could not be started: ${error.message}\n`);
      resolve({ code: 127, signal: null });
    });
    child.once("exit", (code, signal) => {
      resolve({ code, signal });
    });
  });
}

async function isSettledWithin(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  const patience = new AbortController();
  const late = delay(withinMs, false, { signal: patience.signal }).catch(() => false);
  const settled = await Promise.race([work.then(() => true), late]);
  patience.abort();
  return settled;
}

/**
 * Sends the signal to the whole process group, if there is one. A group can outlive its first process, so the signal is
 * sent even if that process has ended.
 */
function signalTo({ child }: Running, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (sendSignal(-child.pid, signal)) return;
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

/** "exit code 3" or "signal SIGKILL". */
export function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
}
