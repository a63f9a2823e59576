import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "./clock.ts";
import { listen, readBody } from "./http.ts";
import type { Random } from "./random.ts";
import {
  defaultQueueSettings,
  TaskQueue,
  type Deliver,
  type NewTask,
  type QueueSettings,
} from "./task-queue.ts";

export interface TaskServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The handler of a queue's tasks; undefined if there is no such queue. */
  readonly handlerOf: (queueId: string) => Deliver | undefined;
  /** The settings of a deployed queue; missing fields have Cloud Tasks' defaults. */
  readonly settingsOf?: (queueId: string) => Partial<QueueSettings>;
  readonly duplicates?: number;
  readonly nameKeptMs?: number;
  readonly port?: number;
}

/** Chooses how the next creation fails before the task is stored: with an HTTP status, or with a cut connection. */
export type CreationFault = () => number | "cut" | undefined;

/** A running task server. */
export interface TaskServer {
  /** `127.0.0.1:PORT`, for CLOUD_TASKS_EMULATOR_HOST. */
  readonly host: string;
  readonly queues: ReadonlyMap<string, TaskQueue>;
  /** Tasks that have not ended, in all queues. */
  size(): number;
  running(): number;
  /** The time at which the next task of any queue is due. */
  nextDueMs(): number | undefined;
  setCreationFault(fault: CreationFault | undefined): void;
  close(): Promise<void>;
}

/** Matches the paths that the Admin SDK sends to an emulator, and the paths of the API (`/v2/…`). */
const queuePath =
  /^(?:\/v2)?\/projects\/([^/]+)\/locations\/([^/]+)\/queues\/([^/]+)(\/tasks(?:\/([^/]+))?)?$/;
/** A control of ours: a scheduled function spreads its tasks over an hour, for which a test does not wait. */
const skipDelaysPath = "/_emulator/skipDelays";
const taskId = /^[A-Za-z0-9_-]{1,500}$/;
const longestDelayMs = 30 * 86_400_000;
const defaultDeadlineMs = 600_000;

/**
 * Cloud Tasks over HTTP, for the Admin SDK (CLOUD_TASKS_EMULATOR_HOST) and for `@google-cloud/tasks`. A queue is
 * created at its first use.
 */
export async function startTaskServer(options: TaskServerOptions): Promise<TaskServer> {
  const queues = new Map<string, TaskQueue>();
  let fault: CreationFault | undefined;
  const queueOf = (queueId: string): TaskQueue | undefined => {
    const known = queues.get(queueId);
    if (known !== undefined) return known;
    const deliver = options.handlerOf(queueId);
    if (deliver === undefined) return undefined;
    const queue = new TaskQueue({
      settings: { ...defaultQueueSettings, ...options.settingsOf?.(queueId) },
      clock: options.clock,
      random: options.random,
      deliver,
      ...(options.duplicates !== undefined && { duplicates: options.duplicates }),
      ...(options.nameKeptMs !== undefined && { nameKeptMs: options.nameKeptMs }),
    });
    queues.set(queueId, queue);
    return queue;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "GET" && pathname === "/queueStats") {
      answer(response, 200, statsOf(queues));
      return;
    }
    if (request.method === "POST" && pathname === skipDelaysPath) {
      for (const queue of queues.values()) queue.skipDelays();
      answer(response, 200, {});
      return;
    }
    const path = queuePath.exec(pathname);
    const [, project = "", location = "", queueId = "", tasks, id] = path ?? [];
    const body = await readBody(request);
    const queue = path === null ? undefined : queueOf(queueId);
    if (queue === undefined) {
      refuse(response, 404, "NOT_FOUND", "Queue does not exist.");
      return;
    }
    const queueName = `projects/${project}/locations/${location}/queues/${queueId}`;
    if (request.method === "DELETE" && id !== undefined) {
      if (queue.delete(id)) answer(response, 200, {});
      else refuse(response, 404, "NOT_FOUND", "Task does not exist.");
    } else if (request.method === "GET" && tasks === undefined) {
      answer(response, 200, { name: queueName, state: "RUNNING", stats: { tasksCount: String(queue.size) } });
    } else if (request.method === "POST" && tasks !== undefined && id === undefined) {
      const failure = fault?.();
      if (failure === "cut") response.destroy();
      else if (failure !== undefined) refuse(response, failure, "UNAVAILABLE", "A fault of the harness.");
      else create(queue, queueName, body, options.clock.now(), response);
    } else refuse(response, 404, "NOT_FOUND", "Unknown method.");
  };

  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      refuse(
        response,
        400,
        "INVALID_ARGUMENT",
        error instanceof Error ? error.message : "unreadable request",
      );
    });
  });
  const port = await listen(server, options.port);
  return {
    host: `127.0.0.1:${port}`,
    queues,
    size: () => sum(queues, queue => queue.size),
    running: () => sum(queues, queue => queue.running),
    nextDueMs: () => {
      const due = [...queues.values()].flatMap(queue => queue.nextDueMs ?? []);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    setCreationFault: next => {
      fault = next;
    },
    close: async () => {
      for (const queue of queues.values()) queue.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** The queues that have been used, as the Emulator Suite's task queue answers `/queueStats`. */
function statsOf(queues: ReadonlyMap<string, TaskQueue>): object {
  return Object.fromEntries(
    [...queues].map(([id, queue]) => [id, { numberOfTasks: queue.size, runningTasks: queue.running }]),
  );
}

function sum(queues: ReadonlyMap<string, TaskQueue>, of: (queue: TaskQueue) => number): number {
  return [...queues.values()].reduce((total, queue) => total + of(queue), 0);
}

/** The fields of a Task resource that are used here (reference/rest/v2/projects.locations.queues.tasks). */
interface TaskResource {
  readonly name?: string;
  readonly scheduleTime?: string;
  readonly dispatchDeadline?: string;
  readonly httpRequest?: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> };
}

function create(
  queue: TaskQueue,
  queueName: string,
  body: Buffer,
  nowMs: number,
  response: ServerResponse,
): void {
  const resource = (JSON.parse(body.toString()) as { readonly task?: TaskResource }).task;
  if (resource === undefined) {
    refuse(response, 400, "INVALID_ARGUMENT", "Task must be set.");
    return;
  }
  const id = resource.name?.slice(`${queueName}/tasks/`.length) ?? randomUUID();
  const scheduledMs = resource.scheduleTime === undefined ? undefined : Date.parse(resource.scheduleTime);
  if (!taskId.test(id) || (resource.name !== undefined && resource.name !== `${queueName}/tasks/${id}`)) {
    refuse(response, 400, "INVALID_ARGUMENT", "Task name is not formatted properly.");
    return;
  }
  if (scheduledMs !== undefined && !(scheduledMs - nowMs <= longestDelayMs)) {
    refuse(response, 400, "INVALID_ARGUMENT", "The scheduled time is not a time within 30 days.");
    return;
  }
  const task: NewTask = {
    id,
    body: Buffer.from(resource.httpRequest?.body ?? "", "base64"),
    headers: resource.httpRequest?.headers ?? {},
    deadlineMs: deadlineOf(resource.dispatchDeadline),
    ...(scheduledMs !== undefined && { scheduledMs }),
  };
  if (queue.create(task)) {
    const scheduleTime = new Date(scheduledMs ?? nowMs).toISOString();
    answer(response, 200, { name: `${queueName}/tasks/${id}`, scheduleTime, dispatchCount: 0 });
  } else {
    refuse(
      response,
      409,
      "ALREADY_EXISTS",
      "The task cannot be created because a task with this name existed too recently.",
    );
  }
}

function deadlineOf(text: string | undefined): number {
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(text ?? "")?.[1]);
  return Number.isFinite(seconds) ? seconds * 1000 : defaultDeadlineMs;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, status: string, message: string): void {
  answer(response, code, { error: { code, message, status } });
}
