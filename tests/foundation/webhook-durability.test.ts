import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { rootFolder } from "../../stack/addresses.ts";
import { stack } from "../running-stack.ts";
import { until } from "../../stack/client/until.ts";
import { connectedWorld, openChannel, type LocalWorld } from "./local-world.ts";

/*
 * The built bundle runs in the functions framework, as in production, with a task queue that the test controls. The
 * tests check the webhook's answers while the queue is slow, failing or unreachable.
 */

const token = "durability-token";
let world: LocalWorld;
let channelId: string;
let queue: Server;
let queuePort: number;
/** How the queue answers a task: with a status, immediately or later. */
let answerTask: (respond: (status: number) => void) => void;
let tasks: { readonly name: string }[] = [];
const servers: ChildProcess[] = [];

beforeAll(async () => {
  world = await connectedWorld("durability");
  channelId = await openChannel(world, token, null);
  queue = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      answerTask(status => {
        if (status === 200) tasks.push({ name: (JSON.parse(body) as { task: { name: string } }).task.name });
        response.writeHead(status, { "Content-Type": "application/json" }).end("{}");
      });
    });
  });
  queuePort = await new Promise(resolve => {
    queue.listen(0, "127.0.0.1", () => {
      resolve(portOf(queue));
    });
  });
});
beforeEach(() => {
  tasks = [];
  answerTask = respond => {
    respond(200);
  };
});
afterAll(async () => {
  for (const server of servers) server.kill("SIGKILL");
  queue.closeAllConnections();
  await new Promise(resolve => queue.close(resolve));
  await world.leave();
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return address.port;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await new Promise<number>(resolve => {
    probe.listen(0, "127.0.0.1", () => {
      resolve(portOf(probe));
    });
  });
  await new Promise(resolve => probe.close(resolve));
  return port;
}

/** Serves calendarWebhook with Google's functions framework. Returns its address. */
async function serveWebhook(tasksHost: string): Promise<string> {
  const port = await freePort();
  const framework = join(rootFolder, "node_modules/@google-cloud/functions-framework/build/src/main.js");
  const server = spawn(
    process.execPath,
    [framework, "--target=calendarWebhook", "--signature-type=http", `--port=${port}`],
    {
      cwd: join(rootFolder, "functions"),
      stdio: "ignore",
      env: {
        PATH: process.env["PATH"],
        GCLOUD_PROJECT: stack.projectId,
        FIRESTORE_EMULATOR_HOST: stack.firestoreHost,
        GOOGLE_CALENDAR_EMULATOR_URL: stack.googleUrl,
        CLOUD_TASKS_EMULATOR_HOST: tasksHost,
        FUNCTIONS_EMULATOR: "true",
        FIREBASE_CONFIG: JSON.stringify({ projectId: stack.projectId }),
        GOOGLE_CLIENT_ID: "demo-client.apps.googleusercontent.com",
        FUNCTION_DEFAULT_REGION: "us-central1",
        PAST_WINDOW_DAYS: "30",
        RETENTION_DAYS: "400",
        HORIZON_DAYS: "400",
        MIN_PULL_INTERVAL_MS: "2000",
        UPGRADES_PER_HOUR: "500",
        ENFORCE_APP_CHECK: "false",
        CHANGE_FEED: "false",
        WRITE_ACCESS: "false",
        METADATA_SERVER_DETECTION: "none",
      },
    },
  );
  servers.push(server);
  const url = `http://127.0.0.1:${port}/`;
  await until("the functions framework", async () => {
    const answer = await fetch(url).catch(() => undefined);
    return answer?.status === 405;
  });
  return url;
}

async function notify(url: string): Promise<number> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "X-Goog-Channel-ID": channelId,
      "X-Goog-Channel-Token": token,
      "X-Goog-Resource-ID": "resource",
      "X-Goog-Resource-State": "exists",
    },
  });
  return answer.status;
}

describe("what the webhook answers while its queue", () => {
  let url: string;
  beforeAll(async () => {
    url = await serveWebhook(`127.0.0.1:${queuePort}`);
  });

  test("is not asked for: the emulator's OPTIONS is its own, this is the production server's", async () => {
    expect((await fetch(url, { method: "OPTIONS" })).status).toBe(405);
  });

  test("works: 204, and the task is named by calendar, epoch and slot", async () => {
    expect(await notify(url)).toBe(204);
    expect(tasks).toHaveLength(1);
    expect(tasks[0]?.name).toMatch(new RegExp(`/tasks/${world.calendarKey}-\\d+-\\d+$`));
  });

  test("takes its time: nothing before the task is stored", async () => {
    let release: (() => void) | undefined;
    const asked = new Promise<void>(resolve => {
      answerTask = respond => {
        release = () => {
          respond(200);
        };
        resolve();
      };
    });
    let answered: number | undefined;
    const answer = notify(url).then(status => (answered = status));
    await asked;
    await world.db.doc(`calendarSyncStates/${world.calendarKey}`).get();
    expect(answered).toBeUndefined();
    release?.();
    expect(await answer).toBe(204);
    expect(tasks).toHaveLength(1);
  });

  test("knows the task already: 204", async () => {
    answerTask = respond => {
      respond(409);
    };
    expect(await notify(url)).toBe(204);
  });

  test.each([400, 403, 404, 429, 500])("answers %i: 503, so that Google tries again", async status => {
    answerTask = respond => {
      respond(status);
    };
    expect(await notify(url)).toBe(503);
    expect(tasks).toEqual([]);
  });

  test("is stopped: 503", async () => {
    const stopped = await serveWebhook(`127.0.0.1:${await freePort()}`);
    expect(await notify(stopped)).toBe(503);
  });
});
