import { beforeEach, describe, expect, test } from "@jest/globals";
import { at, daily, instanceId } from "../testing/daily-series.fake.ts";
import { SyncWorld } from "../testing/sync-world.fake.ts";

/*
 * "This and following" creates a second series whose instances have ids of the first series. Such a document belongs
 * first to one series and then to the other.
 */

const before = { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=10"], summary: "Before" };
const ended = { recurrence: ["RRULE:FREQ=DAILY;COUNT=4"] };
const followingId = `daily_R${instanceId(5).slice("daily_".length)}`;
const following = {
  start: at(5),
  end: at(5, 9),
  recurrence: ["RRULE:FREQ=DAILY;COUNT=6"],
  summary: "After",
};
const tenDays = [...Array.from({ length: 4 }, () => "Before"), ...Array.from({ length: 6 }, () => "After")];

let world: SyncWorld;
beforeEach(async () => {
  world = new SyncWorld();
  world.google.put("daily", before);
  await world.import();
});

const titles = () =>
  Array.from({ length: 10 }, (_, index) => world.events.get(instanceId(index + 1))?.summary ?? "nothing");

describe("chaos seed 102: a series that is split", () => {
  test("keeps an instance when a cancellation in the old series is told again", async () => {
    const cancelled = { recurringEventId: "daily", originalStartTime: at(6), status: "cancelled" };
    world.google.put(instanceId(6), cancelled);
    world.google.put("daily", ended);
    world.google.put(followingId, following);
    await world.pull();
    expect(titles()).toEqual(tenDays);
    world.google.put(instanceId(6), cancelled);
    await world.pull();
    expect(titles()).toEqual(tenDays);
  });

  test.each(["pull", "two pulls", "full sync"])(
    "keeps an instance of the new series that was moved: %s",
    async how => {
      world.google.put("daily", ended);
      world.google.put(followingId, following);
      if (how === "two pulls") await world.pull();
      const moved = {
        recurringEventId: followingId,
        originalStartTime: at(7),
        start: at(7, 12),
        end: at(7, 13),
      };
      world.google.put(instanceId(7), { ...moved, summary: "Moved" });
      if (how === "full sync") world.google.expireSyncTokens();
      await world.pull();
      expect(titles()).toEqual(tenDays.map((title, index) => (index === 6 ? "Moved" : title)));
      world.google.put("daily", { ...ended, summary: "Before" });
      await world.pull();
      expect(titles()).toEqual(tenDays.map((title, index) => (index === 6 ? "Moved" : title)));
    },
  );

  test("keeps it in a full sync too, without writing it again", async () => {
    world.google.put(instanceId(6), {
      recurringEventId: "daily",
      originalStartTime: at(6),
      status: "cancelled",
    });
    world.google.put("daily", ended);
    world.google.put(followingId, following);
    await world.pull();
    world.google.expireSyncTokens();
    await world.pull();
    expect(titles()).toEqual(tenDays);
    expect(world.lastLine()).toMatchObject({ outcome: "synced", written: 0, deleted: 0 });
  });

  test("is complete when the end of the old series is told after the new one", async () => {
    world = new SyncWorld();
    // The list contains the events in the order of their creation.
    world.google.put(followingId, { ...following, recurrence: undefined });
    world.google.put("daily", before);
    await world.import();
    world.google.put(followingId, following);
    world.google.put("daily", ended);
    await world.pull();
    expect(titles()).toEqual(tenDays);
  });

  test("is whole again when the old series is told before the end of the new one", async () => {
    world.google.put("daily", ended);
    world.google.put(followingId, following);
    await world.pull();
    world.google.put("daily", before);
    world.google.remove(followingId);
    await world.pull();
    expect(titles()).toEqual(Array.from({ length: 10 }, () => "Before"));
  });

  test("keeps an exception that the old series gets while the new one ends", async () => {
    world.google.put("daily", ended);
    world.google.put(followingId, following);
    await world.pull();
    world.google.put("daily", before);
    world.google.put(instanceId(6), {
      recurringEventId: "daily",
      originalStartTime: at(6),
      start: at(6, 11),
      end: at(6, 12),
      summary: "Exception",
    });
    world.google.remove(followingId);
    await world.pull();
    expect(world.events.get(instanceId(6))?.summary).toBe("Exception");
  });

  test("loses in a full sync what only a series had that is gone, cancelled in the other or not", async () => {
    world.google.put("daily", ended);
    world.google.put(followingId, following);
    await world.pull();
    world.google.put(instanceId(6), {
      recurringEventId: "daily",
      originalStartTime: at(6),
      status: "cancelled",
    });
    world.google.remove(followingId);
    world.google.expireSyncTokens();
    await world.pull();
    expect(titles()).toEqual(tenDays.map(title => (title === "Before" ? title : "nothing")));
  });
});
