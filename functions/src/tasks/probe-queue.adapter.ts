import type { Functions } from "firebase-admin/functions";
import type { ProbeOutcome, ProbeQueue } from "../ports/deployment.port.ts";

/**
 * The queue of `checkDeployment`, which stores tasks like all other queues of this product.
 *
 * @param open the Admin SDK; called with each task, because the app may not be usable
 * @param resource the resource name of the queue (Admin SDK reference, `Functions.taskQueue`)
 */
export function createProbeQueue(open: () => Functions, resource: () => string): ProbeQueue {
  return {
    storeProbe: async id => {
      try {
        await open().taskQueue(resource()).enqueue({ cause: "probe" }, { id });
        return { kind: "stored" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

/** Google's message names the permission that is missing; it is compared and not kept. */
function outcomeOf(error: unknown): ProbeOutcome {
  if (!(error instanceof Error)) return { kind: "failed", code: "no error" };
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  if (code !== "functions/permission-denied") return { kind: "failed", code };
  if (error.message.includes("iam.serviceAccounts.actAs")) return { kind: "refused", lacks: "actAs" };
  if (error.message.includes("cloudtasks.tasks.create")) return { kind: "refused", lacks: "enqueue" };
  return { kind: "refused", lacks: "denied" };
}
