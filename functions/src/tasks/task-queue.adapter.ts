import type { Functions } from "firebase-admin/functions";
import type { EnqueueOptions, EnqueueOutcome, TaskQueue } from "../ports/tasks.port.ts";

/** Cloud Tasks considers a delivery failed after this time. The functions' own time-outs are shorter. */
const dispatchDeadlineSeconds = 600;

/**
 * Cloud Tasks through the Admin SDK, which also supports the Emulator Suite's queues.
 *
 * @param resourceOf the resource name of a task function's queue (Admin SDK reference, `Functions.taskQueue`)
 */
export function createTaskQueue(functions: Functions, resourceOf: (name: string) => string): TaskQueue {
  const enqueue = async (name: string, data: object, options: EnqueueOptions): Promise<EnqueueOutcome> => {
    const queue = functions.taskQueue(resourceOf(name));
    try {
      await queue.enqueue(data, {
        id: options.id,
        dispatchDeadlineSeconds,
        ...(options.notBeforeMs !== undefined && { scheduleTime: new Date(options.notBeforeMs) }),
      });
      return "created";
    } catch (error) {
      // A task's name stays taken after the task has run. Callers choose names for which "exists" means that no new
      // task is needed.
      if (error instanceof Error && "code" in error && error.code === "functions/task-already-exists")
        return "exists";
      throw error;
    }
  };
  return {
    syncCalendar: (task, options) => enqueue("syncCalendar", task, options),
    syncCalendarList: (task, options) => enqueue("syncCalendarList", task, options),
    maintainWatch: (task, options) => enqueue("maintainWatch", task, options),
    cleanUpAccount: (task, options) => enqueue("cleanUpAccount", task, options),
  };
}
