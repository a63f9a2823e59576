import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Every process that a run starts has this variable in its environment. Its children inherit the variable even in
 * process groups of their own (firebase-tools starts Java detached), so all of them can be found. Runs can be nested:
 * the value is a list of run ids.
 */
export const markVariable = "FCS_STACK_RUNS";

/** The launcher sends this to its watchdog after it has cleaned up. */
export const goodbye = "bye\n";

/** The value that marks a child of run `runId`. `inherited` is the current process's own value. */
export function markWith(runId: string, inherited: string | undefined): string {
  return inherited === undefined || inherited === "" ? runId : `${inherited}:${runId}`;
}

/** The ids of the running processes that belong to the run, without the current process. */
export function findMarked(runId: string): number[] {
  const found: number[] = [];
  for (const { pid, environment } of listEnvironments()) {
    if (pid !== process.pid && environment.includes(markVariable) && marks(environment).includes(runId))
      found.push(pid);
  }
  return found;
}

function marks(environment: string): string[] {
  const value = new RegExp(`(?:^|[\\0\\s])${markVariable}=([^\\0\\s]*)`).exec(environment)?.[1];
  return value?.split(":") ?? [];
}

function listEnvironments(): { pid: number; environment: string }[] {
  if (process.platform === "linux") {
    const pids = readdirSync("/proc").filter(name => /^\d+$/.test(name));
    return pids.map(pid => ({ pid: Number(pid), environment: readEnvironment(pid) }));
  }
  const answer = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  return answer.split("\n").map(line => ({ pid: Number.parseInt(line, 10), environment: line }));
}

/** Empty for a process that has ended (zombies too), or that belongs to another user. */
function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

/** Time limits for ending a run. */
export type EndOptions = {
  /** SIGKILL follows SIGTERM after this time. 0: SIGKILL at once. */
  readonly graceMs: number;
  /** The function returns after this time even if processes remain. */
  readonly withinMs: number;
};

/** Ends every process of the run and waits until all have ended. Returns the ids of the processes that have not. */
export async function endMarked(runId: string, { graceMs, withinMs }: EndOptions): Promise<number[]> {
  const begun = performance.now();
  const asked = new Set<number>();
  for (;;) {
    const alive = findMarked(runId);
    const elapsedMs = performance.now() - begun;
    if (alive.length === 0 || elapsedMs > withinMs) return alive;
    for (const pid of alive) {
      if (elapsedMs >= graceMs) sendSignal(pid, "SIGKILL");
      else if (!asked.has(pid)) sendSignal(pid, "SIGTERM");
      asked.add(pid);
    }
    await delay(50);
  }
}

/**
 * Sends a signal to a process, or to its group if the id is negative. Returns false if the signal could not be sent.
 * Signal 0 only checks whether the process exists.
 */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
