import { onTaskDispatched } from "firebase-functions/tasks";
import * as z from "zod";
import { syncPorts } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import type { SyncTask } from "../ports/tasks.port.ts";
import { handleSyncTask } from "../sync/sync-calendar.ts";
import { handleTask } from "./task.ts";
import { keyPattern } from "../model/keys.ts";

const payload: z.ZodType<SyncTask> = z.object({
  calendarKey: z.string().regex(keyPattern),
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
    "horizon",
  ]),
  notifiedAtMs: z.int().exactOptional(),
  waitsForMs: z.int().exactOptional(),
});

/**
 * One pull or full sync of one calendar. Cloud Tasks delivers a task until it is answered with a 2xx: at least once, in
 * any order, possibly twice. Failures are answered with 409, because 429 and 503 would slow down the whole queue for
 * one calendar.
 */
export const syncCalendar = onTaskDispatched(
  {
    retryConfig: {
      maxAttempts: 12,
      maxRetrySeconds: 3600,
      minBackoffSeconds: 2,
      maxBackoffSeconds: 600,
      maxDoublings: 8,
    },
    rateLimits: { maxConcurrentDispatches: 200 },
    timeoutSeconds: 540,
    memory: "512MiB",
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
