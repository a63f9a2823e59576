import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootFolder } from "../stack/addresses.ts";

export type Retries = {
  readonly maxAttempts: number;
  readonly maxRetrySeconds: number;
  readonly minBackoffSeconds: number;
  readonly maxBackoffSeconds: number;
  readonly maxDoublings: number;
};
export type Queue = {
  readonly retryConfig: Retries;
  readonly rateLimits: {
    readonly maxConcurrentDispatches: number;
    readonly maxDispatchesPerSecond: number | string;
  };
};
/** What the Firebase CLI reads about a function (functions.yaml). */
export type Endpoint = {
  readonly entryPoint: string;
  /** An expression of a param: true if the function is not deployed. */
  readonly omit?: string;
  readonly availableMemoryMb: number;
  readonly cpu: number;
  readonly concurrency: number;
  readonly maxInstances: number | string;
  readonly timeoutSeconds: number;
  readonly secretEnvironmentVariables?: readonly { readonly key: string }[];
  readonly httpsTrigger?: { readonly invoker: readonly string[] };
  readonly callableTrigger?: object;
  readonly scheduleTrigger?: {
    readonly schedule: string;
    readonly timeZone: string;
    readonly retryConfig: { readonly retryCount: number };
  };
  readonly taskQueueTrigger?: Queue;
  readonly eventTrigger?: { readonly eventType: string; readonly retry: boolean };
};
export type Manifest = {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly params: readonly {
    readonly name: string;
    readonly type: string;
    readonly default?: string | number;
    readonly description?: string;
  }[];
  readonly requiredAPIs: readonly { readonly api: string; readonly reason: string }[];
  readonly requiredRoles: readonly string[];
  readonly lifecycleHooks: Readonly<
    Record<
      string,
      { readonly task: { readonly function: string; readonly body: { readonly data: unknown } } }
    >
  >;
};

/** What is deployed. */
export const deployedFolder = join(rootFolder, "functions", "dist");

/** The manifest of the built functions, made by the program that the Firebase CLI calls to make it. */
export function readManifest(): Manifest {
  const folder = mkdtempSync(join(tmpdir(), "manifest-"));
  try {
    const file = join(folder, "functions.yaml");
    execFileSync(process.execPath, [join(rootFolder, "node_modules", ".bin", "firebase-functions")], {
      cwd: deployedFolder,
      env: { ...process.env, FUNCTIONS_MANIFEST_OUTPUT_PATH: file, GCLOUD_PROJECT: "demo-manifest" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
