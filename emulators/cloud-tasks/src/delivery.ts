import type { Agent } from "node:http";
import { post } from "./http.ts";
import type { Deliver } from "./task-queue.ts";

/** The function that handles the tasks of a queue. */
export interface Handler {
  readonly queueId: string;
  /** The address for the next delivery. */
  readonly url: () => string;
  /** The function's own time limit. The limit of a task is its `dispatchDeadline`; the shorter one counts. */
  readonly timeoutMs: number;
  readonly agent: Agent;
}

/**
 * Delivers tasks to a function with the headers of Cloud Tasks (docs: "Understand Cloud Tasks handlers"). Resolves with
 * the status of the answer; rejects if there was none.
 */
export function deliverTo({ queueId, url, timeoutMs, agent }: Handler): Deliver {
  return async ({ task, retryCount, etaMs }) =>
    await post(url(), {
      agent,
      body: task.body,
      timeoutMs: Math.min(task.deadlineMs, timeoutMs),
      headers: {
        ...task.headers,
        "X-CloudTasks-QueueName": queueId,
        "X-CloudTasks-TaskName": task.id,
        "X-CloudTasks-TaskRetryCount": String(retryCount),
        "X-CloudTasks-TaskExecutionCount": String(retryCount),
        "X-CloudTasks-TaskETA": (etaMs / 1000).toFixed(3),
      },
    });
}
