import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { addressesAt, region, urlOf } from "../../stack/addresses.ts";
import { requestJson, sendJson } from "../../stack/client/http.ts";
import { until } from "../../stack/client/until.ts";
import { stack } from "../running-stack.ts";
import { connectedWorld, type LocalWorld } from "./local-world.ts";

let world: LocalWorld;
beforeAll(async () => {
  world = await connectedWorld("queued");
});
afterAll(async () => {
  await world.leave();
});

/** What the suite's own queues have done (firebase-tools, tasksEmulator.js). */
async function suiteStats(): Promise<Record<string, { numberOfTasks: number; completedLastMin: number }>> {
  const portOffset = Number(stack.tasksHost.split(":")[1]) - addressesAt(0).services.tasks.port;
  return (await requestJson(
    `${urlOf(addressesAt(portOffset).services.suiteTasks)}/queueStats`,
    "GET",
  )) as Awaited<ReturnType<typeof suiteStats>>;
}

test("the functions' tasks go to the stack's queue, not to the suite's", async () => {
  await until("the first sync", async () => {
    const calendar = await world.db.doc(`users/${world.user.uid}/calendars/${world.calendarKey}`).get();
    return (calendar.get("sync") as { phase?: string } | undefined)?.phase === "live";
  });
  const stats = await suiteStats();
  // The suite knows the queues, so an empty list would mean that its answer has changed.
  expect(Object.keys(stats).some(name => name.endsWith("syncCalendar"))).toBe(true);
  for (const queue of Object.values(stats)) {
    expect(queue).toMatchObject({ numberOfTasks: 0, completedLastMin: 0 });
  }
});

test("a task that is scheduled for later runs then, and its name stays taken", async () => {
  const begun = Date.now();
  const name = `projects/${stack.projectId}/locations/${region}/queues/checkDeployment/tasks/later-${begun}`;
  const dueMs = begun + 2_000;
  const create = async (): Promise<number> => {
    const body = Buffer.from(JSON.stringify({ data: { cause: "deploy" } })).toString("base64");
    const headers = { "Content-Type": "application/json" };
    const task = { name, scheduleTime: new Date(dueMs).toISOString(), httpRequest: { body, headers } };
    return (
      await sendJson(
        `http://${stack.tasksHost}/${name.split("/tasks/")[0] ?? ""}/tasks`,
        "POST",
        { task },
        {},
      )
    ).status;
  };
  expect(await create()).toBe(200);
  const checkedAtMs = await until("the report", async () => {
    const report = await world.db.doc("calendarSyncDeployments/default").get();
    const atMs = (report.get("checkedAt") as { toMillis(): number } | undefined)?.toMillis() ?? 0;
    return atMs > begun && atMs;
  });
  expect(checkedAtMs).toBeGreaterThanOrEqual(dueMs);
  expect(await create()).toBe(409);
});
