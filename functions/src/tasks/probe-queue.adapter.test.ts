import { expect, test } from "@jest/globals";
import type { Functions } from "firebase-admin/functions";
import { createProbeQueue } from "./probe-queue.adapter.ts";

const lacks = (permission: string) =>
  `The principal lacks IAM permission "${permission}" for the resource "x" (or the resource may not exist).`;
const refusal = (code: string, message: string) => Object.assign(new Error(message), { code });

function queueThat(answer: () => Promise<void>) {
  const asked: unknown[] = [];
  const taskQueue = (name: string) => ({
    enqueue: async (data: unknown, options: unknown) => {
      asked.push([name, data, options]);
      await answer();
    },
  });
  const queue = createProbeQueue(
    () => ({ taskQueue }) as unknown as Functions,
    () => "locations/us-central1/functions/checkDeployment",
  );
  return { queue, asked };
}

test("the probe is a task of the self-check's queue that does nothing", async () => {
  const { queue, asked } = queueThat(() => Promise.resolve());
  expect(await queue.storeProbe("probe-1")).toEqual({ kind: "stored" });
  expect(asked).toEqual([
    ["locations/us-central1/functions/checkDeployment", { cause: "probe" }, { id: "probe-1" }],
  ]);
});

test.each([
  [
    refusal("functions/permission-denied", lacks("iam.serviceAccounts.actAs")),
    { kind: "refused", lacks: "actAs" },
  ],
  [
    refusal("functions/permission-denied", lacks("cloudtasks.tasks.create")),
    { kind: "refused", lacks: "enqueue" },
  ],
  [refusal("functions/permission-denied", "no"), { kind: "refused", lacks: "denied" }],
  [refusal("functions/unavailable", "no"), { kind: "failed", code: "functions/unavailable" }],
  [new TypeError("no"), { kind: "failed", code: "TypeError" }],
])("%s is told apart", async (error, outcome) => {
  const { queue } = queueThat(() => Promise.reject(error));
  expect(await queue.storeProbe("probe-1")).toEqual(outcome);
});
