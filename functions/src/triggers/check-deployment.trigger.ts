import { onTaskDispatched } from "firebase-functions/tasks";
import * as z from "zod/mini";
import { deploymentPorts } from "../compose.ts";
import { googleClientSecret, tokenEncryptionKeys } from "../config.ts";
import { checkDeployment as check } from "../deployment/check-deployment.ts";
import { everyFunction } from "./every-function.ts";
import { handleTask } from "./task.ts";

const payload = z.object({
  /** `probe`: the check itself stores this task, to see whether a task can be stored. Nothing is done. */
  cause: z.enum(["deploy", "operator", "probe"]),
});

/** Checks whether the deployment can work. The Firebase CLI stores a task after each deploy (requirements.ts). */
export const checkDeployment = onTaskDispatched(
  {
    ...everyFunction,
    maxInstances: 1,
    // Cloud Tasks gives a task up only after the attempts and the time. The pauses of three attempts take longer.
    retryConfig: {
      maxAttempts: 3,
      maxRetrySeconds: 60,
      minBackoffSeconds: 30,
      maxBackoffSeconds: 60,
      maxDoublings: 1,
    },
    rateLimits: { maxConcurrentDispatches: 1, maxDispatchesPerSecond: 1 },
    timeoutSeconds: 60,
    memory: "256MiB",
    concurrency: 1,
    secrets: [googleClientSecret, tokenEncryptionKeys],
  },
  async request => {
    await handleTask("checkDeployment", payload, request.data, async ({ cause }) => {
      if (cause !== "probe") await check(deploymentPorts());
      return "done";
    });
  },
);
