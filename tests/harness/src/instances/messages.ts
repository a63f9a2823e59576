import type { QueueSettings } from "../tasks/task-queue.ts";

/** A deployed function, with the fields that the harness needs to call it. */
export interface DeployedFunction {
  readonly kind: "http" | "task" | "schedule";
  readonly timeoutSeconds?: number;
  /** Only for a task queue function. */
  readonly queue?: Partial<QueueSettings>;
}

/** From an instance to the harness. */
export type FromInstance =
  | {
      readonly kind: "ready";
      readonly port: number;
      readonly functions: Readonly<Record<string, DeployedFunction>>;
    }
  | { readonly kind: "memory"; readonly rssBytes: number; readonly maxRssBytes: number }
  | { readonly kind: "cpu"; readonly userMicros: number; readonly systemMicros: number };

/** From the harness to an instance. */
export type ToInstance =
  | { readonly kind: "clock"; readonly offsetMs: number }
  | { readonly kind: "memory" }
  | { readonly kind: "cpu" };
