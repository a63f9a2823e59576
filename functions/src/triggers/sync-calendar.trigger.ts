import { onTaskDispatched } from "firebase-functions/tasks";
import * as z from "zod/mini";
import { syncPorts } from "../compose.ts";
import { googleClientSecret, syncsPerSecond, tokenEncryptionKeys } from "../config.ts";
import type { SyncTask } from "../ports/tasks.port.ts";
import { handleSyncTask } from "../sync/sync-calendar.ts";
import { handleTask, sixHours } from "./task.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";

const payload: z.ZodMiniType<SyncTask> = z.object({
  calendarKey: z.string().check(z.regex(keyPattern)),
  epoch: z.int(),
  cause: z.enum([
    "notification",
    "backup",
    "connect",
    "watch",
    "reconnect",
    "user",
    "waiter",
    "handover",
    "upgrade",
    "horizon",
  ]),
  notifiedAtMs: z.exactOptional(z.int()),
  waitsForMs: z.exactOptional(z.int()),
});

/**
 * One pull or full sync of one calendar. Cloud Tasks delivers a task until it is answered with a 2xx: at least once, in
 * any order, possibly twice. Failures are answered with 409, because 429 and 503 would slow down the whole queue for
 * one calendar.
 */
export const syncCalendar = onTaskDispatched(
  {
    ...everyFunction,
    retryConfig: sixHours,
    // Four full syncs at the same time fit into the memory. With ten instances (MAX_INSTANCES) all 40 tasks that the
    // queue delivers at the same time find a place; a refused one would make Cloud Tasks slow down the queue.
    concurrency: 4,
    memory: "1GiB",
    rateLimits: { maxConcurrentDispatches: 40, maxDispatchesPerSecond: syncsPerSecond },
    timeoutSeconds: 540,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    // Drops an unreadable payload; answers "again" and transient errors with 409.
    await handleTask("syncCalendar", payload, request.data, async task => {
      const delivered = { taskId: request.id, attempt: request.retryCount };
      return (await handleSyncTask(syncPorts(), task, delivered)) === "retry" ? "again" : "done";
    });
  },
);
