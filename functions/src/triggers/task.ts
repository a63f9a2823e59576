import * as logger from "firebase-functions/logger";
import { HttpsError } from "firebase-functions/https";
import type * as z from "zod";
import { isTransientError } from "./transient-error.ts";

/**
 * What every task handler does around its work: parses the payload, and hands the task back to its queue when `handle`
 * says `again`, or fails for a reason that passes. Throws the HttpsError to answer with: 409, because 429 and 503 would
 * slow down the whole queue.
 */
export async function handleTask<T>(
  queue: string,
  schema: z.ZodType<T>,
  data: unknown,
  handle: (task: T) => Promise<"done" | "again">,
): Promise<void> {
  const task = schema.safeParse(data);
  if (!task.success) {
    // It would never become readable: answering 2xx is the only way to be rid of it.
    logger.error("unreadable task dropped", { queue, problems: task.error.issues.map(issue => issue.path) });
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
    logger.warn("task failed for now", { queue, error: error.message });
    return "again";
  }
}
