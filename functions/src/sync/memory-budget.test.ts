import { describe, expect, test } from "@jest/globals";
import { bytesForPages, createMemoryBudget, fullPassBytes } from "./memory-budget.ts";
import { SyncWorld } from "./testing/sync-world.fake.ts";

describe("a memory budget", () => {
  test("grants what is free, and again after a release", () => {
    const budget = createMemoryBudget(100);
    const first = budget.tryReserve(60);
    expect(budget.tryReserve(41)).toBeUndefined();
    const second = budget.tryReserve(40);
    expect(second).toBeDefined();
    first?.release();
    expect(budget.tryReserve(60)).toBeDefined();
    expect(budget.tryReserve(1)).toBeUndefined();
  });

  test("grants any size while nothing else is reserved", () => {
    const budget = createMemoryBudget(100);
    const large = budget.tryReserve(1_000);
    expect(large).toBeDefined();
    expect(budget.tryReserve(1)).toBeUndefined();
    large?.release();
    expect(budget.tryReserve(1)).toBeDefined();
  });

  test("counts growth, never shrinks, and frees all of it", () => {
    const budget = createMemoryBudget(100);
    const room = budget.tryReserve(10);
    room?.growTo(90);
    room?.growTo(20);
    expect(budget.tryReserve(11)).toBeUndefined();
    room?.release();
    room?.release();
    expect(budget.tryReserve(100)).toBeDefined();
    expect(budget.tryReserve(1)).toBeUndefined();
  });

  test("wakes everyone who waits at each release", async () => {
    const budget = createMemoryBudget(100);
    const room = budget.tryReserve(100);
    const woken: number[] = [];
    const all = [1, 2].map(async name => {
      await budget.changed();
      woken.push(name);
    });
    await Promise.resolve();
    expect(woken).toEqual([]);
    room?.release();
    await Promise.all(all);
    expect(woken).toEqual([1, 2]);
  });

  test("estimates a page by a part of its items", () => {
    const item = { text: "x".repeat(989) };
    expect(bytesForPages([])).toBe(0);
    expect(bytesForPages(Array.from({ length: 2_500 }, () => item))).toBe(2_500 * 1_000 * 12);
    expect(bytesForPages([item])).toBe(1_000 * 12);
  });
});

describe("a delivery without room", () => {
  test("waits without the lease, and syncs when another delivery has ended", async () => {
    const world = new SyncWorld();
    world.google.put("event");
    const memory = createMemoryBudget(fullPassBytes);
    const other = memory.tryReserve(fullPassBytes);
    // The other delivery ends during the wait.
    const sleep = async (ms: number): Promise<void> => {
      expect(world.state.lease).toBeNull();
      expect(world.google.calls).toEqual([]);
      other?.release();
      await world.clock.sleep(ms);
    };
    const ports = { ...world.ports, memory, clock: { now: () => world.clock.now(), sleep } };
    await world.request("connect");
    expect(await world.drain(1, ports)).toEqual(["synced"]);
    expect(world.events.size).toBe(1);
    // Its own reservation is free again.
    expect(memory.tryReserve(fullPassBytes)).toBeDefined();
  });

  test("goes back to the queue when its time is over, and leaves no lease", async () => {
    const world = new SyncWorld();
    const memory = createMemoryBudget(1);
    memory.tryReserve(1);
    await world.request("connect");
    const [id = ""] = world.queue.tasks.keys();
    expect(await world.deliver(id, { ...world.ports, memory })).toBe("retry");
    expect(world.state).toMatchObject({ lease: null, syncToken: null });
    expect(world.google.calls).toEqual([]);
    expect(world.lastLine()).toMatchObject({ outcome: "retry", passes: 0 });
  });

  test("frees its room after a failure, too", async () => {
    const world = new SyncWorld();
    const memory = createMemoryBudget(fullPassBytes);
    const events = { list: () => Promise.reject(new Error("boom")) };
    await world.request("connect");
    const [id = ""] = world.queue.tasks.keys();
    await expect(world.deliver(id, { ...world.ports, memory, events })).rejects.toThrow("boom");
    expect(memory.tryReserve(fullPassBytes)).toBeDefined();
  });
});

test("a pull needs little room, a full sync that was asked for needs much", async () => {
  const world = new SyncWorld();
  await world.import();
  const memory = createMemoryBudget(fullPassBytes);
  const other = memory.tryReserve(fullPassBytes / 2);
  world.clock.advance(60_000);
  await world.notify();
  expect(await world.drain(1, { ...world.ports, memory })).toEqual(["synced"]);
  world.documents.change(world.key, { resyncEpoch: world.state.epoch });
  world.clock.advance(60_000);
  await world.notify();
  const [id = ""] = world.queue.tasks.keys();
  expect(await world.deliver(id, { ...world.ports, memory })).toBe("retry");
  other?.release();
  expect(await world.deliver(id, { ...world.ports, memory })).toBe("synced");
});
