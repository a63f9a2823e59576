import { onTaskDispatched } from "firebase-functions/tasks";
import * as z from "zod/mini";
import { watchPorts } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import type { WatchTask } from "../ports/tasks.port.ts";
import { maintainWatch as maintain } from "../watch/maintain-watch.ts";
import { handleTask, sixHours } from "./task.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";

const payload: z.ZodMiniType<WatchTask> = z.object({
  calendarKey: z.string().check(z.regex(keyPattern)),
  action: z.enum(["open", "replace", "stop", "ask"]),
});

/** Opens, replaces or stops the push channel of one calendar. Answers 409 if Google must be called again later. */
export const maintainWatch = onTaskDispatched(
  {
    ...everyFunction,
    retryConfig: { ...sixHours, minBackoffSeconds: 5 },
    // Google allows 10,000 requests per minute and project (guides/quota). Opening all channels must leave capacity
    // for pulls.
    rateLimits: { maxConcurrentDispatches: 50, maxDispatchesPerSecond: 5 },
    timeoutSeconds: 300,
    memory: "512MiB",
    concurrency: 20,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    // Drops an unreadable payload; answers "again" and transient errors with 409.
    await handleTask("maintainWatch", payload, request.data, async task =>
      (await maintain(watchPorts(), task)).kind === "tryAgain" ? "again" : "done",
    );
  },
);
