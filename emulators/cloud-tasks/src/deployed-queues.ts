import { createRequire } from "node:module";
import type { QueueSettings } from "./task-queue.ts";

/** The queue of a task queue function, as firebase-functions deploys it. */
export interface DeployedQueue {
  /** Missing fields have Cloud Tasks' defaults. */
  readonly settings: Partial<QueueSettings>;
  readonly timeoutSeconds: number;
}

/** The fields of firebase-functions' own description of a function that are read here. */
export interface Endpoint {
  readonly timeoutSeconds?: unknown;
  readonly taskQueueTrigger?: {
    readonly retryConfig?: Readonly<Record<string, unknown>>;
    readonly rateLimits?: Readonly<Record<string, unknown>>;
  };
}

/** A function without a value of its own has one minute (firebase.google.com/docs/functions/manage-functions). */
const defaultTimeoutSeconds = 60;

/** A function's time limit. */
export function timeoutSecondsOf({ timeoutSeconds }: Endpoint): number {
  return typeof timeoutSeconds === "number" ? timeoutSeconds : defaultTimeoutSeconds;
}

/** The queue of a function; undefined if the function has none. A setting that is a param is left out. */
export function queueOf(endpoint: Endpoint): DeployedQueue | undefined {
  const { taskQueueTrigger } = endpoint;
  if (taskQueueTrigger === undefined) return undefined;
  const set = Object.entries({ ...taskQueueTrigger.retryConfig, ...taskQueueTrigger.rateLimits });
  return {
    settings: Object.fromEntries(set.filter(([, value]) => typeof value === "number")),
    timeoutSeconds: timeoutSecondsOf(endpoint),
  };
}

/** The queues of all functions that `bundle` (a file of CommonJS) exports, by the function's name. */
export function deployedQueues(bundle: string): Map<string, DeployedQueue> {
  const exported = createRequire(import.meta.url)(bundle) as Readonly<Record<string, unknown>>;
  const queues = new Map<string, DeployedQueue>();
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== "function" || !("__endpoint" in value)) continue;
    const queue = queueOf(value.__endpoint as Endpoint);
    if (queue !== undefined) queues.set(name, queue);
  }
  return queues;
}
