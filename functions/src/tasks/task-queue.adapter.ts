import type { Functions } from "firebase-admin/functions";
import type { EnqueueOptions, EnqueueOutcome, TaskQueue } from "../ports/tasks.port.ts";

/** A task's handler may take this long before Cloud Tasks calls it lost; the functions' own time-outs are shorter. */
const dispatchDeadlineSeconds = 600;

/** Cloud Tasks through the Admin SDK, which speaks to the Emulator Suite's queues too. */
export function createTaskQueue(functions: Functions, region: string): TaskQueue {
  const enqueue = async (name: string, data: object, options: EnqueueOptions): Promise<EnqueueOutcome> => {
    const queue = functions.taskQueue(`locations/${region}/functions/${name}`);
    try {
      await queue.enqueue(data, {
        id: options.id,
        dispatchDeadlineSeconds,
        ...(options.notBeforeMs !== undefined && { scheduleTime: new Date(options.notBeforeMs) }),
      });
      return "created";
    } catch (error) {
      // The name of a task stays taken after it has run; the caller chose the name so that this means "not needed".
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
