import { describe, expect, test } from "@jest/globals";
import { CommitRefused } from "../ports/sync.port.ts";
import { startMs } from "./testing/virtual-clock.fake.ts";
import { storeOf, SyncWorld } from "./testing/sync-world.fake.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

async function imported(): Promise<SyncWorld> {
  const world = new SyncWorld();
  for (const id of ["event0", "event1", "event2"]) world.google.put(id);
  await world.import();
  return world;
}

describe("changeAgeMs", () => {
  test("is the time from Google's `updated` of the newest written change to its commit", async () => {
    const world = await imported();
    world.google.put("event0", { updated: iso(world.clock.now() + 1_000) });
    world.google.put("event1", { updated: iso(world.clock.now() + 7_000) });
    world.google.put("event2", { updated: iso(world.clock.now() + 3_000) });
    await world.pull(10_000);
    expect(world.lastLine()).toMatchObject({ cause: "notification", written: 3, changeAgeMs: 3_000 });
  });

  test("belongs to the commit with the newest change, even if another commit follows", async () => {
    const world = new SyncWorld({}, { maxBatchWrites: 2 });
    for (const id of ["event0", "event1", "event2"]) world.google.put(id);
    await world.import();
    world.google.put("event0", { updated: iso(startMs + 100_000) });
    for (const id of ["event1", "event2"]) world.google.put(id, { updated: iso(startMs + 90_000) });
    world.clock.nowMs = startMs + 101_000;
    const commit = world.documents.commit.bind(world.documents);
    world.documents.commit = async (...batch) => {
      const outcome = await commit(...batch);
      if (batch[2].events.length > 0) world.clock.advance(500);
      return outcome;
    };
    await world.pull(0);
    expect(world.lastLine()).toMatchObject({ written: 3, changeAgeMs: 1_500 });
  });

  test.each([
    ["nothing was written", () => undefined],
    ["only a deletion was written", (world: SyncWorld) => world.google.remove("event0")],
    ["`updated` is unreadable", (world: SyncWorld) => world.google.put("event0", { updated: "yesterday" })],
  ])("is absent if %s", async (_what, change) => {
    const world = await imported();
    change(world);
    await world.pull();
    expect(world.lastLine()["cause"]).toBe("notification");
    expect(world.lastLine()).not.toHaveProperty("changeAgeMs");
  });

  test("is absent if the store refused the only change", async () => {
    const world = await imported();
    world.google.put("event0", { updated: iso(world.clock.now()) });
    await world.notify();
    const store = storeOf(world.documents, {
      commit: async (...args) => {
        if (args[2].events.length > 0) throw new CommitRefused("too large");
        return await world.documents.commit(...args);
      },
    });
    await world.drain(1, { ...world.ports, store });
    expect(world.lastLine()).toMatchObject({ cause: "notification", malformed: 1, written: 0 });
    expect(world.lastLine()).not.toHaveProperty("changeAgeMs");
  });

  test("is absent in a full sync, which also writes events that changed long ago", async () => {
    const world = await imported();
    expect(world.lastLine()).toMatchObject({ cause: "connect", written: 3 });
    expect(world.lastLine()).not.toHaveProperty("changeAgeMs");
    world.google.put("event0", { updated: iso(world.clock.now()) });
    world.google.expireSyncTokens();
    await world.pull();
    expect(world.lastLine()).toMatchObject({ cause: "notification", passes: 2, written: 1 });
    expect(world.lastLine()).not.toHaveProperty("changeAgeMs");
  });

  test("is 0 if Google's clock is ahead of ours", async () => {
    const world = await imported();
    world.google.put("event0", { updated: iso(world.clock.now() + 60_000) });
    await world.pull(10_000);
    expect(world.lastLine()).toMatchObject({ changeAgeMs: 0 });
  });
});
