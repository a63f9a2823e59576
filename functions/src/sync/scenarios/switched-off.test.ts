import { expect, test } from "@jest/globals";
import { calendarKey, SyncWorld } from "../testing/sync-world.fake.ts";

test("a calendar that its user switches off while Google refuses it stays switched off by the user", async () => {
  const world = new SyncWorld();
  await world.import();
  world.clock.advance(60_000);
  world.google.list = () => {
    world.documents.change(calendarKey, { active: false, inactiveReason: "disabled" });
    return Promise.resolve({ kind: "failed", reason: "calendarGone" });
  };
  await world.notify();
  await world.drain();
  expect(world.state).toMatchObject({ active: false, inactiveReason: "disabled", lease: null });
});

test("a calendar that Google refuses says so, and is left alone", async () => {
  const world = new SyncWorld();
  await world.import();
  world.clock.advance(60_000);
  world.google.list = () => Promise.resolve({ kind: "failed", reason: "calendarGone" });
  await world.notify();
  expect(await world.drain()).toEqual(["unavailable"]);
  expect(world.state).toMatchObject({ active: false, inactiveReason: "unavailable", lease: null });
  expect(world.queue.watchTasks).toEqual([{ calendarKey, action: "stop" }]);
});

test("its channel is to be stopped only once it is inactive: a task that comes earlier would leave it open", async () => {
  const world = new SyncWorld();
  await world.import();
  world.clock.advance(60_000);
  world.google.list = () => Promise.resolve({ kind: "failed", reason: "forbidden" });
  const seen: unknown[] = [];
  const queue = world.queue.maintainWatch.bind(world.queue);
  world.queue.maintainWatch = async (task, options) => {
    seen.push(world.state.active);
    return await queue(task, options);
  };
  await world.notify();
  await world.drain();
  expect(seen).toEqual([false]);
});
