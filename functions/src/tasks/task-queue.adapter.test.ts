import { expect, test } from "@jest/globals";
import type { Functions } from "firebase-admin/functions";
import { createTaskQueue } from "./task-queue.adapter.ts";

const task = { calendarKey: "k", epoch: 1, cause: "notification" } as const;

/** The parts of the Admin SDK's queues that the adapter uses. */
function queues(answer: () => Promise<void>) {
  const asked: unknown[] = [];
  const taskQueue = (name: string) => ({
    enqueue: async (data: unknown, options: unknown) => {
      asked.push([name, data, options]);
      await answer();
    },
  });
  return {
    asked,
    queue: createTaskQueue(
      { taskQueue } as unknown as Functions,
      name => `locations/us-central1/functions/${name}`,
    ),
  };
}
const refusal = (code: string) => Promise.reject(Object.assign(new Error("no"), { code }));

test("a task has its name, its moment, and a queue of its own in the region", async () => {
  const { asked, queue } = queues(() => Promise.resolve());
  expect(await queue.syncCalendar(task, { id: "name", notBeforeMs: 5_000 })).toBe("created");
  expect(asked).toEqual([
    [
      "locations/us-central1/functions/syncCalendar",
      task,
      { id: "name", dispatchDeadlineSeconds: 600, scheduleTime: new Date(5_000) },
    ],
  ]);
});

test("a name that is taken is a success: the task is stored, or was", async () => {
  const { queue } = queues(() => refusal("functions/task-already-exists"));
  expect(await queue.syncCalendar(task, { id: "name" })).toBe("exists");
});

test("any other refusal is thrown: nothing is known to be stored", async () => {
  const { queue } = queues(() => refusal("functions/unavailable"));
  await expect(queue.syncCalendar(task, { id: "name" })).rejects.toThrow("no");
});
