import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DeployedFunction, FromInstance, ToInstance } from "./messages.ts";

export interface InstanceOptions {
  readonly bundle: string;
  /** The served functions; if empty, all functions of the bundle. */
  readonly functions?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments for Node, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  /** Receives each line that the instance prints. */
  readonly onLine: (line: string) => void;
  /** Called with the last output if the instance ends without a request. */
  readonly onCrash?: (lastWords: string) => void;
}

/** A process that serves functions. */
export interface Instance {
  readonly port: number;
  readonly pid: number;
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  isAlive(): boolean;
  send(message: ToInstance): void;
  memory(): Promise<{ readonly rssBytes: number; readonly maxRssBytes: number }>;
  /** CPU time used so far, in ms. */
  cpuMs(): Promise<number>;
  /** By default SIGKILL, which interrupts all work. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

const startWithinMs = 60_000;

/** Starts an instance; resolves when the instance listens. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const program = join(import.meta.dirname, "serve-functions.ts");
  const [only, ...others] = options.functions ?? [];
  const child = spawn(
    process.execPath,
    [...(options.nodeArgs ?? []), program, options.bundle, ...(options.functions ?? [])],
    {
      // The .env files with params of the developer's machine are for the Emulator Suite, which reads them from there.
      cwd: join(options.bundle, "..", ".."),
      env: {
        PATH: process.env["PATH"],
        ...options.environment,
        // As in production: an instance that serves one function reads the file of this function only.
        ...(only !== undefined && others.length === 0 && { FUNCTION_TARGET: only }),
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", line => {
      tail.push(line);
      if (tail.length > 20) tail.shift();
      options.onLine(line);
    });
  }
  const ended = new Promise<void>(resolve => {
    child.once("exit", () => {
      resolve();
    });
  });
  const ready = await messageOf(child, "ready", startWithinMs).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`an instance did not start: ${String(error)}\n${tail.join("\n")}`);
  });
  let asked = false;
  void ended.then(() => {
    if (!asked) options.onCrash?.(`code ${child.exitCode ?? "none"}\n${tail.join("\n")}`);
  });
  return {
    port: ready.port,
    pid: child.pid ?? 0,
    functions: ready.functions,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    send: message => {
      if (child.connected) child.send(message);
    },
    memory: async () => {
      const answer = messageOf(child, "memory", 10_000);
      child.send({ kind: "memory" });
      return await answer;
    },
    cpuMs: async () => {
      const answer = messageOf(child, "cpu", 10_000);
      child.send({ kind: "cpu" });
      const { userMicros, systemMicros } = await answer;
      return (userMicros + systemMicros) / 1000;
    },
    kill: async (signal = "SIGKILL") => {
      asked = true;
      child.kill(signal);
      await ended;
    },
  };
}

async function messageOf<K extends FromInstance["kind"]>(
  child: ChildProcess,
  kind: K,
  withinMs: number,
): Promise<Extract<FromInstance, { kind: K }>> {
  return await new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      child.off("error", onError);
    };
    const onMessage = (message: unknown): void => {
      const told = message as FromInstance;
      if (told.kind !== kind) return;
      stop();
      resolve(told as Extract<FromInstance, { kind: K }>);
    };
    const onExit = (): void => {
      stop();
      reject(new Error("it ended"));
    };
    const onError = (error: Error): void => {
      stop();
      reject(error);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`nothing was heard within ${withinMs} ms`));
    }, withinMs);
    child.on("message", onMessage);
    child.once("exit", onExit);
    child.once("error", onError);
  });
}
