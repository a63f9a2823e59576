import { HttpsError } from "firebase-functions/https";
import type { RetryConfig } from "firebase-functions/tasks";
import type * as z from "zod/mini";
import { log } from "../compose.ts";
import { isTransientError } from "./transient-error.ts";

/**
 * How long a queue repeats a failing task: at least six hours, until the backup sync or the daily round stores the
 * next task. Cloud Tasks gives a task up only if its attempts and its time are both used up (RetryConfig.maxAttempts,
 * cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RetryConfig). These attempts take six hours
 * too, so it does not matter which of the limits ends a task: 2, 4, … 512 s, then 600 s each.
 */
export const sixHours = {
  maxAttempts: 45,
  maxRetrySeconds: 21_600,
  minBackoffSeconds: 2,
  maxBackoffSeconds: 600,
  maxDoublings: 8,
} as const satisfies RetryConfig;

/**
 * The common part of all task handlers: parses the payload, drops an unreadable task, and hands the task back to its
 * queue if `handle` returns `again` or fails with a transient error.
 *
 * @throws HttpsError `aborted` (409) to hand the task back: 429 and 503 would slow down the whole queue
 */
export async function handleTask<T>(
  queue: string,
  schema: z.ZodMiniType<T>,
  data: unknown,
  handle: (task: T) => Promise<"done" | "again">,
): Promise<void> {
  const task = schema.safeParse(data);
  if (!task.success) {
    // A repeated delivery would be unreadable too. Only a 2xx removes the task from the queue.
    log.error("unreadable task dropped", { queue, problems: task.error.issues.map(issue => issue.path) });
    return;
  }
  if ((await outcomeOf(queue, () => handle(task.data))) === "again")
    throw new HttpsError("aborted", "to be delivered again");
}

async function outcomeOf(queue: string, work: () => Promise<"done" | "again">): Promise<"done" | "again"> {
  try {
    return await work();
  } catch (error) {
    if (!isTransientError(error)) throw error;
    log.warn("task failed for now", { queue, error: error.message });
    return "again";
  }
}
