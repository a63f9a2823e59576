import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { rootFolder } from "../stack/addresses.ts";
import { buildFunctions } from "../stack/build-functions.ts";
import {
  deployedFolder,
  readManifest,
  type Endpoint,
  type Manifest,
  type Queue,
  type Retries,
} from "./deployed-manifest.fixture.ts";
import { isWrite } from "./doctor/product.ts";
import { tableRows } from "./markdown-table.fixture.ts";

/** What an instance with these variables exports, and which of the deployed files it has read. */
function load(variables: NodeJS.ProcessEnv, folder = deployedFolder) {
  const program = `
    const exported = Object.keys(require(${JSON.stringify(join(folder, "index.cjs"))}));
    const read = Object.keys(require.cache).filter(path => path.startsWith(${JSON.stringify(folder)}));
    console.log(JSON.stringify({ exported, files: read.map(path => require("node:path").basename(path)) }));
  `;
  const printed = execFileSync(process.execPath, ["-e", program], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], GCLOUD_PROJECT: "demo-files", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const loaded: unknown = JSON.parse(printed.trim().split("\n").at(-1) ?? "");
  return loaded as { readonly exported: readonly string[]; readonly files: readonly string[] };
}

function sourceMapOf(name: string): SourceMapPayload {
  return JSON.parse(readFileSync(join(deployedFolder, `${name}.cjs.map`), "utf8")) as SourceMapPayload;
}

function backoffOf({ minBackoffSeconds, maxBackoffSeconds, maxDoublings }: Retries): string {
  return `${minBackoffSeconds} to ${maxBackoffSeconds} s, ${maxDoublings} doublings`;
}

function triggerOf(endpoint: Endpoint): { readonly trigger: string; readonly retries: string } {
  const { httpsTrigger, callableTrigger, scheduleTrigger, taskQueueTrigger, eventTrigger } = endpoint;
  if (httpsTrigger !== undefined)
    return { trigger: `HTTPS, ${httpsTrigger.invoker.join(" ")}`, retries: "none" };
  if (callableTrigger !== undefined) return { trigger: "callable", retries: "none" };
  if (scheduleTrigger !== undefined)
    return {
      trigger: `\`${scheduleTrigger.schedule}\` ${scheduleTrigger.timeZone}`,
      retries: `${scheduleTrigger.retryConfig.retryCount}`,
    };
  if (taskQueueTrigger !== undefined) return { trigger: "task queue", retries: "see below" };
  if (eventTrigger === undefined) throw new Error("an unknown kind of function");
  return { trigger: eventTrigger.eventType, retries: eventTrigger.retry ? "24 hours" : "none" };
}

/** A number, or the name of the param that sets it. */
const shown = (option: number | string): string => `${option}`.replace(/^\{\{ params\.(\w+) \}\}$/, "`$1`");

/** The rows that the first table of docs/deployment.md must have. */
function functionRows({ endpoints }: Manifest): string[][] {
  return Object.entries(endpoints).map(([name, endpoint]) => {
    const { trigger, retries } = triggerOf(endpoint);
    const secrets = (endpoint.secretEnvironmentVariables ?? []).map(({ key }) => `\`${key}\``).join(", ");
    return [
      `\`${name}\``,
      trigger,
      `${endpoint.availableMemoryMb} MiB`,
      `${endpoint.cpu}`,
      `${endpoint.concurrency}`,
      shown(endpoint.maxInstances),
      `${endpoint.timeoutSeconds} s`,
      retries,
      secrets === "" ? "none" : secrets,
    ];
  });
}

/** The rows that the second table must have. */
function queueRows(manifest: Manifest): string[][] {
  return queuesOf(manifest).map(([name, { retryConfig, rateLimits }]) => [
    `\`${name}\``,
    `${rateLimits.maxConcurrentDispatches}`,
    shown(rateLimits.maxDispatchesPerSecond),
    `${retryConfig.maxAttempts}`,
    `${retryConfig.maxRetrySeconds} s`,
    backoffOf(retryConfig),
  ]);
}

function queuesOf({ endpoints }: Manifest): [string, Queue][] {
  return Object.entries(endpoints).flatMap(([name, { taskQueueTrigger }]) =>
    taskQueueTrigger === undefined ? [] : [[name, taskQueueTrigger] as [string, Queue]],
  );
}

/** The rows that the table of params must have. Secrets are params too; README.md explains how they are made. */
function paramRows({ params }: Manifest): string[][] {
  return params
    .filter(({ type }) => type !== "secret")
    .map(({ name, default: preset, description }) => [
      `\`${name}\``,
      preset === undefined ? "none" : preset === "" ? "empty" : `${preset}`,
      description ?? "",
    ])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

/**
 * The pauses of a task that always fails, added up, if its attempts alone decide (RetryConfig.maxDoublings of Cloud
 * Tasks: the first pause is doubled so many times, then grows by the last doubling, and never passes the limit).
 */
function secondsOfAttempts({ maxAttempts, minBackoffSeconds, maxBackoffSeconds, maxDoublings }: Retries) {
  let total = 0;
  for (let pause = 0; pause < maxAttempts - 1; pause += 1) {
    const doubled = minBackoffSeconds * 2 ** Math.min(pause, maxDoublings);
    total += Math.min(maxBackoffSeconds, doubled * Math.max(1, pause - maxDoublings + 1));
  }
  return total;
}

describe("the functions that are deployed", () => {
  let manifest: Manifest;
  const page = readFileSync(join(rootFolder, "docs", "deployment.md"), "utf8");
  beforeAll(() => {
    buildFunctions();
    manifest = readManifest();
  }, 60_000);

  test("are uploaded with the packages that they need, and nothing else", () => {
    const files = [...Object.keys(manifest.endpoints), "all-functions", "google-client"];
    const bundles = files.flatMap(name => [`${name}.cjs`, `${name}.cjs.map`]);
    const others = ["index.cjs", "package-lock.json", "package.json"];
    expect(readdirSync(deployedFolder).sort()).toEqual([...bundles, ...others].sort());
    const { functions } = JSON.parse(readFileSync(join(rootFolder, "firebase.json"), "utf8")) as {
      readonly functions: readonly object[];
    };
    // A deploy deletes the functions of its codebase that it does not contain, and `default` is that of other projects.
    expect(functions).toMatchObject([
      { source: "functions/dist", configDir: "functions", codebase: "calendar-sync" },
    ]);
  });

  test("have the options that docs/deployment.md shows", () => {
    expect(tableRows(page, "function", "trigger")).toEqual(functionRows(manifest));
    expect(tableRows(page, "queue", "at once")).toEqual(queueRows(manifest));
    expect(tableRows(page, "param", "default")).toEqual(paramRows(manifest));
  });

  test("have no other options", () => {
    const number: unknown = expect.any(Number);
    const triggers = [
      { httpsTrigger: { invoker: ["public"] } },
      { callableTrigger: {} },
      {
        scheduleTrigger: {
          schedule: expect.any(String),
          timeZone: "Etc/UTC",
          retryConfig: { retryCount: number },
        },
      },
      {
        taskQueueTrigger: {
          retryConfig: {
            maxAttempts: number,
            maxRetrySeconds: number,
            minBackoffSeconds: number,
            maxBackoffSeconds: number,
            maxDoublings: number,
          },
          rateLimits: { maxConcurrentDispatches: number, maxDispatchesPerSecond: expect.anything() },
        },
      },
      {
        eventTrigger: {
          eventType: "google.firebase.auth.user.v2.deleted",
          eventFilters: {},
          region: "global",
          retry: false,
        },
      },
    ];
    for (const [name, endpoint] of Object.entries(manifest.endpoints)) {
      const trigger = triggers.find(known => Object.keys(known).every(kind => kind in endpoint));
      expect(endpoint).toEqual({
        ...trigger,
        entryPoint: name,
        platform: "gcfv2",
        region: "{{ params.FUNCTION_DEFAULT_REGION }}",
        availableMemoryMb: number,
        cpu: number,
        concurrency: number,
        maxInstances: expect.anything(),
        timeoutSeconds: number,
        ...(isWrite(name) && { omit: '{{ params.WRITE_ACCESS != "true" }}' }),
        ...("secretEnvironmentVariables" in endpoint && { secretEnvironmentVariables: expect.any(Array) }),
        minInstances: null,
        ingressSettings: null,
        serviceAccountEmail: null,
        vpc: null,
        labels: {},
      });
    }
  });

  test("are accepted by a new project: at most 10 instances, and half of its 20 vCPU for one function", () => {
    const limit = manifest.params.find(({ name }) => name === "MAX_INSTANCES")?.default;
    expect(limit).toBe(10);
    for (const { cpu, maxInstances } of Object.values(manifest.endpoints)) {
      expect(cpu * (typeof maxInstances === "number" ? maxInstances : Number(limit))).toBeLessThanOrEqual(10);
    }
  });

  test("can serve every request of their concurrency: below one CPU Cloud Run serves one at a time", () => {
    for (const { cpu, concurrency } of Object.values(manifest.endpoints)) {
      expect(cpu >= 1 || concurrency === 1).toBe(true);
    }
  });

  test("have a place for every task that a queue delivers at the same time", () => {
    for (const [name, { rateLimits }] of queuesOf(manifest)) {
      const places = 10 * (manifest.endpoints[name]?.concurrency ?? 0);
      expect(rateLimits.maxConcurrentDispatches).toBeLessThanOrEqual(places);
    }
  });

  test("call Google less often than a project may, all queues together", () => {
    const syncsPerSecond = manifest.params.find(({ name }) => name === "SYNCS_PER_SECOND")?.default;
    // A pull makes one call if there is little to read, opening a channel a watch and a stop, and an account that is
    // removed has a few channels to stop.
    const callsOfTask: Readonly<Record<string, number>> = {
      syncCalendar: 1,
      syncCalendarList: 1,
      maintainWatch: 2,
      cleanUpAccount: 3,
      // After a deploy: it calls no Calendar API.
      checkDeployment: 0,
    };
    const callsAMinute = queuesOf(manifest).map(([name, { rateLimits }]) => {
      const { maxDispatchesPerSecond: rate } = rateLimits;
      return 60 * Number(typeof rate === "number" ? rate : syncsPerSecond) * (callsOfTask[name] ?? NaN);
    });
    const sum = callsAMinute.reduce((all, calls) => all + calls, 0);
    expect(sum).toBeLessThan(0.9 * 10_000);
    expect(sum).toBeGreaterThan(0.5 * 10_000);
  });

  test("run their rounds at hours of their own", () => {
    const hours = Object.values(manifest.endpoints).flatMap(({ scheduleTrigger }) => {
      const [, hour = ""] = scheduleTrigger?.schedule.split(" ") ?? [];
      if (hour === "*/6") return [0, 6, 12, 18];
      return hour === "" ? [] : [Number(hour)];
    });
    expect(hours).toHaveLength(6);
    expect(new Set(hours).size).toBe(6);
  });

  test("repeat a failing task for six hours, whichever limit of the queue ends it", () => {
    const sixHours = 6 * 3600;
    // The next deploy checks again.
    const queues = queuesOf(manifest).filter(([name]) => name !== "checkDeployment");
    expect(queues).toHaveLength(4);
    for (const [, { retryConfig }] of queues) {
      expect(retryConfig.maxRetrySeconds).toBeGreaterThanOrEqual(sixHours);
      expect(secondsOfAttempts(retryConfig)).toBeGreaterThanOrEqual(sixHours);
      // The attempts do not go on long after the backup has taken over.
      expect(secondsOfAttempts(retryConfig)).toBeLessThan(sixHours + 3600);
    }
  });

  test("repeat a failing self-check twice: both limits are over then", () => {
    const checks = queuesOf(manifest).find(([name]) => name === "checkDeployment")?.[1].retryConfig;
    expect(checks?.maxAttempts).toBe(3);
    expect(checks === undefined ? 0 : secondsOfAttempts(checks)).toBeGreaterThanOrEqual(
      checks?.maxRetrySeconds ?? NaN,
    );
  });

  test("the pauses are those of the example in Cloud Tasks' reference", () => {
    const example = { maxRetrySeconds: 0, minBackoffSeconds: 10, maxBackoffSeconds: 300, maxDoublings: 3 };
    const totals = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(maxAttempts =>
      secondsOfAttempts({ ...example, maxAttempts }),
    );
    expect(totals.map((total, index) => total - (totals[index - 1] ?? 0))).toEqual([
      0, 10, 20, 40, 80, 160, 240, 300, 300,
    ]);
  });
});

describe("the file of a function", () => {
  let names: string[];
  beforeAll(() => {
    buildFunctions();
    names = Object.keys(readManifest().endpoints);
  }, 60_000);

  test("is the only one that its instances read", () => {
    expect(names).toHaveLength(22);
    for (const name of names) {
      expect(load({ FUNCTION_TARGET: name })).toEqual({
        exported: [name],
        files: ["index.cjs", `${name}.cjs`],
      });
    }
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ["no function is named", {}],
    ["an unknown function is named", { FUNCTION_TARGET: "constructor" }],
    ["the CLI asks over HTTP", { FUNCTION_TARGET: "calendarWebhook", FUNCTIONS_CONTROL_API: "true" }],
    [
      "the CLI asks for a file",
      { FUNCTION_TARGET: "calendarWebhook", FUNCTIONS_MANIFEST_OUTPUT_PATH: "functions.yaml" },
    ],
  ])("is not used if %s: then all functions are loaded", (_why, variables) => {
    const { exported, files } = load(variables);
    expect([...exported].sort()).toEqual([...names].sort());
    expect(files).toEqual(["index.cjs", "all-functions.cjs"]);
  });

  test("is not replaced by another one if it is missing or broken: the instance does not start", () => {
    const folder = mkdtempSync(join(tmpdir(), "broken-functions-"));
    try {
      cpSync(join(deployedFolder, "index.cjs"), join(folder, "index.cjs"));
      writeFileSync(join(folder, "all-functions.cjs"), "");
      expect(load({}, folder).files).toEqual(["index.cjs", "all-functions.cjs"]);
      const instance = () => load({ FUNCTION_TARGET: "syncNow" }, folder);
      expect(instance).toThrow("Cannot find module './syncNow.cjs'");
      writeFileSync(join(folder, "syncNow.cjs"), "throw new Error('half a file');");
      expect(instance).toThrow("half a file");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("has no code of another function: the webhook neither calls Google nor reads events", () => {
    const sourcesOf = (name: string) => sourceMapOf(name).sources.map(path => path.replace(/^(\.\.\/)+/, ""));
    const webhook = sourcesOf("calendarWebhook");
    expect(webhook).toContain("src/sync/notification.ts");
    const parts = [
      "google",
      "account",
      "auth",
      "recurrence",
      "watch",
      "sync/(?!notification|protocol)",
      "triggers/(?!calendar-webhook|every-function)",
    ];
    const foreign = new RegExp(`^src/(${parts.join("|")})|^node_modules/(?!zod/)`);
    expect(webhook.filter(path => foreign.test(path))).toEqual([]);
    for (const name of names) {
      const sources = sourcesOf(name);
      const triggers = sources.filter(path => path.endsWith(".trigger.ts"));
      expect(triggers).toHaveLength(1);
      // What the functions need is stated when the CLI lists them; a cold start does not read it.
      expect(sources.filter(path => path.includes("/requir"))).toEqual([]);
      // Classic zod schemas take longer to build, and esbuild cannot leave unused ones out.
      expect(sources.filter(path => path.includes("zod/v4/classic"))).toEqual([]);
    }
  });

  test("loads no Firebase package that its function does not need", () => {
    const packagesOf = (name: string) =>
      readFileSync(join(deployedFolder, `${name}.cjs`), "utf8").match(/(?<=require\(")firebase-[^"]+/g);
    const common = ["functions/params", "functions/logger", "admin/app", "admin/firestore"];
    const webhook = [...common, "admin/functions", "functions/https"].map(name => `firebase-${name}`);
    expect([...new Set(packagesOf("calendarWebhook"))].sort()).toEqual(webhook.sort());
    const withAuth = names.filter(name => packagesOf(name)?.includes("firebase-admin/auth"));
    expect(withAuth).toEqual(["renewWatches"]);
  });

  test("has a source map that leads to the line of the source", () => {
    const statement = "function parseNotification(";
    const lineIn = (path: string) =>
      readFileSync(path, "utf8")
        .split("\n")
        .findIndex(line => line.includes(statement));
    const found = new SourceMap(sourceMapOf("calendarWebhook")).findEntry(
      lineIn(join(deployedFolder, "calendarWebhook.cjs")),
      0,
    );
    const source = "src/triggers/calendar-webhook.trigger.ts";
    expect(found).toMatchObject({
      originalSource: `../${source}`,
      originalLine: lineIn(join(rootFolder, "functions", source)),
    });
  });
});
