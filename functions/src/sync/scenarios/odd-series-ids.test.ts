import { describe, expect, test } from "@jest/globals";
import type { GoogleEvent } from "../testing/fake-google.fake.ts";
import { storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

const daily = { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };
const originalStartTime = { dateTime: "2026-02-03T08:00:00Z" };
const second = "daily_20260203T080000Z";

async function fullSync(world: SyncWorld): Promise<void> {
  world.google.expireSyncTokens();
  await world.pull();
}
const summaries = (world: SyncWorld) => [...world.events.values()].map(({ summary }) => summary).sort();

describe("what says that it is an instance of itself", () => {
  test("is a series if it has a rule", async () => {
    const world = new SyncWorld();
    world.google.put("daily", { ...daily, recurringEventId: "daily" });
    await world.import();
    expect(world.events.size).toBe(3);
    await fullSync(world);
    expect(world.events.size).toBe(3);
  });

  test("is a single event if it is called like one", async () => {
    const world = new SyncWorld();
    world.google.put("single", { recurringEventId: "single", originalStartTime });
    await world.import();
    expect([...world.events.keys()]).toEqual(["single"]);
    expect(world.events.get("single")).not.toHaveProperty("recurringEventId");
    await fullSync(world);
    expect([...world.events.keys()]).toEqual(["single"]);
    world.google.remove("single");
    await world.pull();
    expect(world.events.size).toBe(0);
  });

  test("keeps its last good version if it is called like an instance, and is counted", async () => {
    const world = new SyncWorld();
    world.google.put("daily", daily);
    world.google.put(second, { recurringEventId: "daily", summary: "other", originalStartTime });
    await world.import();
    const before = ["event daily", "event daily", "other"];
    expect(summaries(world)).toEqual(before);
    world.google.put(second, { recurringEventId: second, summary: "unreadable" });
    await world.pull();
    expect(summaries(world)).toEqual(before);
    await fullSync(world);
    expect(summaries(world)).toEqual(before);
    expect(world.state.unreadable).toHaveLength(1);
    world.google.put(second, { recurringEventId: "daily", summary: "newest" });
    await world.pull();
    expect(summaries(world)).toEqual(["event daily", "event daily", "newest"]);
    expect(world.state.unreadable).toEqual([]);
  });

  test.each<[string, string, number]>([
    ["a cancelled instance", second, 2],
    ["a deleted series", "daily", 0],
  ])("goes if it is cancelled: %s", async (_what, id, left) => {
    const world = new SyncWorld();
    world.google.put("daily", daily);
    await world.import();
    const item: GoogleEvent = { id, status: "cancelled", recurringEventId: id, originalStartTime };
    const { syncToken } = world.state;
    world.google.list = () =>
      Promise.resolve({ kind: "page", items: [item], nextSyncToken: syncToken ?? "" });
    await world.pull();
    expect(world.events.size).toBe(left);
  });
});

test.each(["__x___20260105", "._20260105", ".._20260105T090000Z"])(
  "a deleted %s is not looked for under the name of a series that Firestore refuses",
  async id => {
    const world = new SyncWorld();
    await world.import();
    const store = storeOf(world.documents, {
      series: async (key, ids) => {
        // "Quotas and limits", constraints on document ids.
        if (ids.some(each => /^(\.\.?|__.*__)$/.test(each)))
          throw new Error("3 INVALID_ARGUMENT: reserved id");
        return await world.documents.series(key, ids);
      },
    });
    world.google.put(id);
    world.google.remove(id);
    world.google.put("good");
    world.clock.advance(10_000);
    await world.notify();
    expect(await world.drain(9, { ...world.ports, store })).toEqual(["synced"]);
    expect([...world.events.keys()]).toEqual(["good"]);
  },
);
