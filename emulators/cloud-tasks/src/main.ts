import { Agent } from "node:http";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ScaledClock } from "./clock.ts";
import { deliverTo } from "./delivery.ts";
import { deployedQueues } from "./deployed-queues.ts";
import { seededRandom } from "./random.ts";
import type { Deliver } from "./task-queue.ts";
import { startTaskServer } from "./task-server.ts";

const HELP = `Cloud Tasks emulator: queues with the names, delays, limits and retries of Cloud Tasks.

Usage: node src/main.ts --bundle FILE --functions-url URL [--port N]

  --bundle FILE         the functions (CommonJS); each task queue function has a queue of its name and settings
  --functions-url URL   where they are called: http://127.0.0.1:5001/PROJECT/REGION
  --port N              the port (9499; 0 takes any)
  --help                this text

Give the functions CLOUD_TASKS_EMULATOR_HOST=127.0.0.1:9499.
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readOptions(): { readonly bundle: string; readonly functionsUrl: string; readonly port: number } {
  const { values } = parseArgs({
    options: {
      bundle: { type: "string" },
      "functions-url": { type: "string" },
      port: { type: "string", default: "9499" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const { bundle, "functions-url": functionsUrl } = values;
  if (bundle === undefined || functionsUrl === undefined) return fail(HELP);
  if (!URL.canParse(functionsUrl)) fail(`--functions-url must be a URL, not "${functionsUrl}"`);
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    fail(`--port must be a whole number up to 65535, not "${values.port}"`);
  return { bundle: resolve(bundle), functionsUrl: functionsUrl.replace(/\/$/, ""), port };
}

/** Prints deliveries that did not succeed, because their next attempt may come much later. */
function logFailures(queueId: string, deliver: Deliver): Deliver {
  return async dispatch => {
    const which = `${queueId}: attempt ${dispatch.retryCount + 1} of task ${dispatch.task.id}`;
    try {
      const status = await deliver(dispatch);
      if (status < 200 || status >= 300) process.stderr.write(`${which} was answered ${status}\n`);
      return status;
    } catch (error) {
      process.stderr.write(`${which} got no answer: ${error instanceof Error ? error.message : "unknown"}\n`);
      throw error;
    }
  };
}

const { bundle, functionsUrl, port } = readOptions();
const queues = deployedQueues(bundle);
const agent = new Agent({ keepAlive: true });
const server = await startTaskServer({
  clock: new ScaledClock(),
  random: seededRandom(1),
  port,
  handlerOf: queueId => {
    const queue = queues.get(queueId);
    if (queue === undefined) return undefined;
    const url = `${functionsUrl}/${queueId}`;
    const timeoutMs = queue.timeoutSeconds * 1000;
    return logFailures(queueId, deliverTo({ agent, queueId, url: () => url, timeoutMs }));
  },
  settingsOf: queueId => queues.get(queueId)?.settings ?? {},
});
process.stdout.write(`${server.host} with the queues ${[...queues.keys()].join(", ")}\n`);
