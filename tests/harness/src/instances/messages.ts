import type { DeployedQueue } from "cloud-tasks-emulator";

/** A deployed function, with what the harness needs to call it. */
export type DeployedFunction =
  | { readonly kind: "http" | "schedule"; readonly timeoutSeconds: number }
  | ({ readonly kind: "task" } & DeployedQueue);

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
