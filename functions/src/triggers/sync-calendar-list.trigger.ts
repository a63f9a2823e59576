import { onTaskDispatched } from "firebase-functions/tasks";
import * as z from "zod/mini";
import { syncCalendarList as sync } from "../account/sync-calendar-list.ts";
import { listPorts } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import type { ListTask } from "../ports/tasks.port.ts";
import { handleTask, sixHours } from "./task.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";

const payload: z.ZodMiniType<ListTask> = z.object({
  accountId: z.string().check(z.regex(keyPattern)),
  full: z.exactOptional(z.boolean()),
});

/** Updates an account's calendars from Google's list of calendars. Answers 409 if Google must be called again later. */
export const syncCalendarList = onTaskDispatched(
  {
    ...everyFunction,
    retryConfig: { ...sixHours, minBackoffSeconds: 5 },
    rateLimits: { maxConcurrentDispatches: 20, maxDispatchesPerSecond: 3 },
    timeoutSeconds: 300,
    memory: "512MiB",
    concurrency: 10,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    // Drops an unreadable payload; answers "again" and transient errors with 409.
    await handleTask("syncCalendarList", payload, request.data, async task =>
      (await sync(listPorts(), task)) === "tryAgain" ? "again" : "done",
    );
  },
);
