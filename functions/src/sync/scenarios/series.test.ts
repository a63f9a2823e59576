import { beforeEach, describe, expect, test } from "@jest/globals";
import { extendHorizon } from "../extend-horizon.ts";
import { at, countWrites, daily, instanceId } from "../testing/daily-series.fake.ts";
import { calendarKey, dayMs, SyncWorld, storeOf } from "../testing/sync-world.fake.ts";

const exception = (day: number, fields: object = {}) => ({
  recurringEventId: "daily",
  originalStartTime: at(day),
  start: at(day, 11),
  end: at(day, 12),
  summary: "Later today",
  ...fields,
});

let world: SyncWorld;
/** The writes since the last reset. */
let written: ReturnType<typeof countWrites>;
beforeEach(() => {
  world = new SyncWorld();
  written = countWrites(world);
});

async function pull(): Promise<void> {
  written = countWrites(world);
  await world.pull();
}

const titles = () => new Map([...world.events].map(([id, event]) => [id, event.summary]));

describe("what a daily series costs", () => {
  test("400 days: one write for each occurrence, two for the series, and the protocol's own", async () => {
    await world.import();
    world.google.put("daily", daily);
    await pull();
    expect(world.events.size).toBe(400);
    // The lease and the last commit. The user's calendar document was refreshed less than a minute ago.
    expect(written).toEqual({ events: 400, series: 2, others: 2 });
  });

  test("a changed instance: one occurrence", async () => {
    world.google.put("daily", daily);
    await world.import();
    world.google.put(instanceId(5), exception(5));
    await pull();
    expect(written.events).toBe(1);
    expect(world.events.get(instanceId(5))?.summary).toBe("Later today");
    expect(world.events.size).toBe(400);
  });

  test("a full sync of what is unchanged: nothing", async () => {
    world.google.put("daily", daily);
    world.google.put(instanceId(5), exception(5));
    world.google.put(instanceId(6), { ...exception(6), status: "cancelled" });
    world.google.put("single");
    await world.import();
    const before = titles();
    world.google.expireSyncTokens();
    await pull();
    expect(world.lastLine()).toMatchObject({ passes: 2, outcome: "synced" });
    expect(written).toMatchObject({ events: 0, series: 0 });
    expect(titles()).toEqual(before);
  });

  test("the same title again, other reminders: nothing but the series itself", async () => {
    world.google.put("daily", daily);
    await world.import();
    world.google.put("daily", { updated: "2026-01-05T09:00:00.000Z" });
    await pull();
    expect(written).toMatchObject({ events: 0, series: 1 });
  });

  test("a rule that ends earlier: only the occurrences that go", async () => {
    world.google.put("daily", daily);
    await world.import();
    world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=390"] });
    await pull();
    expect(written.events).toBe(10);
    expect(world.events.size).toBe(390);
  });
});

describe("exceptions", () => {
  test("one that comes before its series, in another sync, still replaces its instance", async () => {
    world.google.put(instanceId(3), exception(3));
    world.google.put(instanceId(4), { ...exception(4), status: "cancelled" });
    await world.import();
    expect([...world.events.keys()]).toEqual([instanceId(3)]);
    world.google.put("daily", daily);
    await pull();
    expect(world.events.size).toBe(399);
    expect(world.events.get(instanceId(3))?.summary).toBe("Later today");
    expect(world.events.has(instanceId(4))).toBe(false);
  });

  test("one on a later page than its series is never overwritten in between", async () => {
    world.google.pageSize = 1;
    world.google.put("daily", daily);
    world.google.put(instanceId(3), exception(3));
    await world.import();
    world.google.expireSyncTokens();
    await pull();
    expect(written.events).toBe(0);
  });

  test("survive a change of the series, and keep their own title", async () => {
    world.google.put("daily", daily);
    world.google.put(instanceId(3), exception(3));
    await world.import();
    world.google.put("daily", { summary: "Daily" });
    await pull();
    expect(written.events).toBe(399);
    expect(world.events.get(instanceId(3))?.summary).toBe("Later today");
    expect(world.events.get(instanceId(2))?.summary).toBe("Daily");
  });

  test("moved out of the window, an instance is gone", async () => {
    world.google.put("daily", daily);
    await world.import();
    world.google.put(instanceId(3), exception(3, { start: at(-90), end: at(-90, 9) }));
    await pull();
    expect(world.events.has(instanceId(3))).toBe(false);
    expect(world.events.size).toBe(399);
  });

  test("cancelled with nothing but its id, an instance stays gone whatever happens to the series", async () => {
    world.google.put("daily", daily);
    await world.import();
    // The fake deletes with `{id, status: "cancelled"}`.
    world.google.remove(instanceId(3));
    await pull();
    expect(world.events.has(instanceId(3))).toBe(false);
    world.google.put("daily", { summary: "Daily" });
    await pull();
    expect(world.events.has(instanceId(3))).toBe(false);
    expect(world.events.size).toBe(399);
  });

  test("cancelled by id beyond the horizon, an instance does not appear when the horizon moves", async () => {
    world.google.put("daily", daily);
    await world.import();
    world.google.put(instanceId(402), { status: "cancelled", start: undefined, end: undefined });
    await pull();
    world.clock.advance(5 * dayMs);
    await extendHorizon(world.ports, calendarKey, { taskId: "horizon", attempt: 0 });
    expect(world.events.has(instanceId(401))).toBe(true);
    expect(world.events.has(instanceId(402))).toBe(false);
  });

  test("cancelled by id in a full sync, an instance of a split series is a hole in it", async () => {
    const splitId = `daily_R${instanceId(5).slice("daily_".length)}`;
    world.google.put("daily", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=4"] });
    world.google.put(splitId, { ...daily, start: at(5), end: at(5, 9) });
    world.google.put(instanceId(7), { status: "cancelled", start: undefined, end: undefined });
    await world.import();
    expect(world.events.has(instanceId(6))).toBe(true);
    expect(world.events.has(instanceId(7))).toBe(false);
    expect(world.events.size).toBe(4 + 395);
  });

  test("of a deleted series go with it, whether or not Google names them, and only their list stays for a while", async () => {
    const series = () => world.documents.seriesPage(calendarKey, { openOnly: false, limit: 9 });
    for (const named of [true, false]) {
      world = new SyncWorld();
      world.google.put("daily", daily);
      world.google.put(instanceId(3), exception(3));
      await world.import();
      if (named) world.google.remove(instanceId(3));
      world.google.remove("daily");
      await pull();
      expect(world.events.size).toBe(0);
      const endedAtMs = world.clock.now();
      expect(await series()).toMatchObject([{ seriesId: "daily", master: null, endedAtMs }]);
      world.google.remove(instanceId(3));
      for (const [days, left] of [
        [59, 1],
        [2, 0],
      ] as const) {
        world.clock.advance(days * dayMs);
        world.google.expireSyncTokens();
        await pull();
        expect(await series()).toHaveLength(left);
      }
    }
  });
});

describe("a series that is deleted", () => {
  test("while the sync token is dead is swept by the full sync", async () => {
    world.google.put("daily", daily);
    world.google.put("single");
    await world.import();
    world.google.remove("daily");
    world.google.expireSyncTokens();
    await pull();
    expect([...world.events.keys()]).toEqual(["single"]);
    expect(await world.documents.seriesPage(calendarKey, { openOnly: false, limit: 9 })).toEqual([]);
  });

  test("takes its history along, which no expansion would find", async () => {
    world.google.put("daily", { ...daily, start: at(-20), end: at(-20, 9) });
    await world.import();
    // Forty days later a full sync moves the window past the first occurrences.
    world.clock.advance(40 * dayMs);
    world.google.expireSyncTokens();
    await pull();
    expect(world.events.has(instanceId(-20))).toBe(true);
    world.google.remove("daily");
    await pull();
    expect(world.events.size).toBe(0);
  });
});

describe("what cannot be expanded", () => {
  test("keeps what was readable, is counted, and heals with the next readable version", async () => {
    world.google.put("daily", daily);
    world.google.put("other", { ...daily, summary: "Other" });
    await world.import();
    world.google.put("daily", { recurrence: ["RRULE:FREQ=HOURLYISH"] });
    world.google.put("other", { summary: "Renamed" });
    await pull();
    expect(world.lastLine()).toMatchObject({ malformed: 1, outcome: "synced" });
    expect(world.events.get(instanceId(2))?.summary).toBe("Stand-up");
    expect(world.events.get(instanceId(2).replace("daily", "other"))?.summary).toBe("Renamed");
    world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
    await pull();
    expect([...world.events.keys()].filter(id => id.startsWith("daily_"))).toHaveLength(2);
  });
});

describe("a worker that dies between the commits of one series", () => {
  test("leaves no occurrence that a later version of the series does not have", async () => {
    await world.import();
    // 1,600 occurrences need several commits.
    world.google.put("hourly", { ...daily, recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=6"] });
    world.clock.advance(10_000);
    await world.notify();
    const [id] = [...world.queue.tasks.keys()];
    let commits = 0;
    const dying = storeOf(world.documents, {
      commit: async (...batch) => {
        commits += 1;
        if (commits === 4) throw new Error("the process ends");
        return await world.documents.commit(...batch);
      },
    });
    await expect(world.deliver(id ?? "", { ...world.ports, store: dying })).rejects.toThrow(
      "the process ends",
    );
    const half = world.events.size;
    expect(half).toBeGreaterThan(400);
    expect(half).toBeLessThan(1_600);
    world.google.put("hourly", { recurrence: ["RRULE:FREQ=WEEKLY"] });
    world.clock.advance(dayMs / 2);
    await world.drain();
    expect(world.events.size).toBe(58);
    expect(world.state).toMatchObject({ lease: null });
  });
});
