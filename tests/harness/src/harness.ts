import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import {
  deliverTo,
  post,
  ScaledClock,
  seededRandom,
  startTaskServer,
  type TaskServer,
} from "cloud-tasks-emulator";
import type { Firestore } from "firebase-admin/firestore";
import { createGoogleCalendarEmulator, type GoogleCalendarEmulator } from "google-calendar-emulator";
import { openDatabase } from "../../../stack/client/database.ts";
import { GoogleControl } from "../../../stack/client/google-control.ts";
import { region } from "../../../stack/addresses.ts";
import { startFirestore } from "./firestore-process.ts";
import { endIdleTransactions } from "./idle-transactions.ts";
import { startFront } from "./instances/front.ts";
import { InstanceGroup } from "./instances/instance-group.ts";
import { startPausableProxy, type PausableProxy } from "./pausable-proxy.ts";

export interface HarnessOptions {
  /** The deployed bundle: functions/dist/index.cjs. */
  readonly bundle: string;
  /** The number of instances. Each is a process; several instances receive the requests in turn. */
  readonly instances?: number;
  /** The served functions; by default all. */
  readonly functions?: readonly string[];
  readonly seed?: number;
  /** The share of task deliveries that are repeated. */
  readonly duplicates?: number;
  /** The speed of the time of functions, queues and Google. 1: real time, nothing is patched. */
  readonly speed?: number;
  /** Params of the functions, such as MIN_PULL_INTERVAL_MS. */
  readonly params?: Readonly<Record<string, string>>;
  /** The address of a running Firestore emulator. The harness then uses a separate project in it. */
  readonly firestoreHost?: string;
  /** True if Firestore is reached through a proxy that can be paused. This costs time, so benchmarks do not use it. */
  readonly pausableFirestore?: boolean;
  readonly nodeArgs?: readonly string[];
  /**
   * True if every task is accepted and counts as done at once, and its name is free again. For measuring the creation
   * of tasks.
   */
  readonly swallowTasks?: boolean;
  /** Receives each line that an instance prints. */
  readonly onLine?: (line: string) => void;
}

/** The whole product in a setup like production, on loopback and on ports of its own. */
export interface Harness {
  readonly projectId: string;
  readonly clock: ScaledClock;
  readonly google: GoogleCalendarEmulator;
  readonly control: GoogleControl;
  readonly tasks: TaskServer;
  readonly instances: InstanceGroup;
  readonly firestoreHost: string;
  /** The database without security rules. */
  readonly db: Firestore;
  /** The address in front of all instances: `<url>/<function>`. */
  readonly url: string;
  readonly firestoreProxy: PausableProxy | undefined;
  /** Secrets of this run. No log may contain them. */
  readonly secrets: readonly string[];
  /** Runs a scheduled function like Cloud Scheduler. Returns the status of its answer. */
  runSchedule(name: string): Promise<number>;
  /** Advances the time of the functions, the queues and Google. */
  jump(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** The address to which users return. No server listens there. */
export const appUrl = "http://127.0.0.1:5000";
const clientId = "demo-client.apps.googleusercontent.com";

/** Starts a harness. If the start fails half-way, everything that was started is ended. */
export async function startHarness(options: HarnessOptions): Promise<Harness> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await start(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: HarnessOptions,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Harness> {
  const { seed = 1, speed = 1, onLine = () => undefined } = options;
  const projectId = `demo-harness-${randomBytes(4).toString("hex")}`;
  const clock = new ScaledClock(speed);
  const random = seededRandom(seed);

  const firestore =
    options.firestoreHost === undefined ? await startFirestore(projectId) : { host: options.firestoreHost };
  if ("close" in firestore) closers.push(() => firestore.close());
  const proxy = options.pausableFirestore === true ? await startPausableProxy(firestore.host) : undefined;
  if (proxy !== undefined) closers.push(() => proxy.close());
  if (speed !== 1) closers.push(endIdleTransactions(firestore.host, projectId, speed));

  const google = await createGoogleCalendarEmulator({ now: () => clock.now(), seed });
  closers.push(() => google.close());

  const instances = new InstanceGroup();
  closers.push(() => instances.close());
  const front = await startFront(() => instances.nextPort());
  closers.push(() => front.close());

  const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  const tasks = await startTaskServer({
    clock,
    random,
    duplicates: options.duplicates ?? 0,
    ...(options.swallowTasks === true && { nameKeptMs: 0 }),
    handlerOf: queueId => {
      if (options.swallowTasks === true) return () => Promise.resolve(204);
      const handler = instances.functions[queueId];
      if (handler?.kind !== "task") return undefined;
      return deliverTo({
        agent,
        queueId,
        url: () => `http://127.0.0.1:${instances.nextPort() ?? 1}/${queueId}`,
        timeoutMs: handler.timeoutSeconds * 1000,
      });
    },
    settingsOf: queueId => {
      if (options.swallowTasks === true) return { maxDispatchesPerSecond: 1e9 };
      const handler = instances.functions[queueId];
      return handler?.kind === "task" ? handler.settings : {};
    },
  });
  closers.push(async () => {
    await tasks.close();
    agent.destroy();
  });
  const secrets = [randomBytes(24).toString("base64url"), randomBytes(32).toString("base64url")] as const;
  const keys = JSON.stringify({ active: "harness", keys: { harness: secrets[1] } });
  await instances.start(options.instances ?? 1, {
    bundle: options.bundle,
    functions: options.functions ?? [],
    nodeArgs: options.nodeArgs ?? [],
    onLine,
    environment: {
      ...environmentOf(projectId),
      FIRESTORE_EMULATOR_HOST: proxy?.host ?? firestore.host,
      CLOUD_TASKS_EMULATOR_HOST: tasks.host,
      GOOGLE_CALENDAR_EMULATOR_URL: google.url,
      WEBHOOK_URL: `${front.url}/calendarWebhook`,
      OAUTH_REDIRECT_URL: `${front.url}/oauthCallback`,
      APP_ORIGINS: appUrl,
      GOOGLE_CLIENT_SECRET: secrets[0],
      TOKEN_ENCRYPTION_KEYS: keys,
      ...options.params,
    },
    // Real time needs no patch, and a patch would falsify a benchmark.
    ...(speed !== 1 && { clock: () => clock.settings }),
  });

  const owner = openDatabase({ projectId, firestoreHost: firestore.host });
  closers.push(() => owner.close());
  const control = new GoogleControl(google.url);

  return {
    projectId,
    clock,
    google,
    control,
    tasks,
    instances,
    firestoreHost: firestore.host,
    db: owner.db,
    url: front.url,
    firestoreProxy: proxy,
    secrets,
    runSchedule: async name => {
      const scheduleTime = new Date(clock.now()).toISOString();
      return await post(`${front.url}/${name}`, {
        agent,
        headers: { "X-CloudScheduler-JobName": name, "X-CloudScheduler-ScheduleTime": scheduleTime },
      });
    },
    jump: async ms => {
      if (speed === 1) throw new Error("the functions of this harness live in real time");
      clock.jump(ms);
      instances.broadcast({ kind: "clock", offsetMs: clock.settings.offsetMs });
      // Lets Google end the channels and tokens that expired during the jump.
      await control.advanceClock(0);
    },
    close,
  };
}

function environmentOf(projectId: string): Record<string, string> {
  return {
    GCLOUD_PROJECT: projectId,
    FIREBASE_CONFIG: JSON.stringify({ projectId }),
    FUNCTIONS_EMULATOR: "true",
    GOOGLE_CLIENT_ID: clientId,
    FUNCTION_DEFAULT_REGION: region,
    PAST_WINDOW_DAYS: "30",
    RETENTION_DAYS: "400",
    HORIZON_DAYS: "400",
    MIN_PULL_INTERVAL_MS: "2000",
    DAILY_CALLS: "1000000",
    UPGRADES_PER_HOUR: "500",
    ENFORCE_APP_CHECK: "false",
    CHANGE_FEED: "false",
    WRITE_ACCESS: "true",
    DELEGATED_DOMAINS: "",
    DELEGATION_SERVICE_ACCOUNT: "",
    METADATA_SERVER_DETECTION: "none",
    TZ: "UTC",
    // Makes callables accept unsigned ID tokens, because the harness has no Auth emulator.
    FIREBASE_DEBUG_MODE: "true",
    FIREBASE_DEBUG_FEATURES: JSON.stringify({ skipTokenVerification: true }),
  };
}
