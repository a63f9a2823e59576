import { onTaskDispatched } from "firebase-functions/tasks";
import * as z from "zod/mini";
import { cleanUpAccount as cleanUp } from "../account/clean-up-account.ts";
import { cleanUpPorts, log } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import type { CleanUpTask } from "../ports/tasks.port.ts";
import { handleTask, sixHours } from "./task.ts";
import { keyPattern } from "../model/keys.ts";
import { everyFunction } from "./every-function.ts";

const key = z.string().check(z.regex(keyPattern));
const payload: z.ZodMiniType<CleanUpTask> = z.union([
  z.strictObject({ uid: z.string().check(z.minLength(1)), accountId: key }),
  z.strictObject({ uid: z.string().check(z.minLength(1)), calendarKey: key }),
]);

/**
 * Removes an account that is `disconnecting`, or the data of a calendar that is switched off or removed. Safe to
 * repeat.
 */
export const cleanUpAccount = onTaskDispatched(
  {
    ...everyFunction,
    retryConfig: sixHours,
    rateLimits: { maxConcurrentDispatches: 20, maxDispatchesPerSecond: 5 },
    timeoutSeconds: 540,
    memory: "512MiB",
    concurrency: 10,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    // Drops an unreadable payload; answers "again" and transient errors with 409.
    await handleTask("cleanUpAccount", payload, request.data, async task => {
      if ("calendarKey" in task) {
        const { uid, calendarKey } = task;
        const outcome = await cleanUpPorts().removal.deleteUnwanted(uid, calendarKey);
        log.info("unwanted calendar deleted", { calendarKey, ...outcome });
        return "done";
      }
      const outcome = await cleanUp(cleanUpPorts(), task, request.retryCount);
      return outcome.kind === "tryAgain" ? "again" : "done";
    });
  },
);
