import { beforeEach, expect, test } from "@jest/globals";
import { extendHorizon } from "../extend-horizon.ts";
import { handleSyncTask } from "../sync-calendar.ts";
import { countWrites, daily } from "../testing/daily-series.fake.ts";
import { calendarKey, dayMs, SyncWorld, storeOf } from "../testing/sync-world.fake.ts";

/* The writes of an extended horizon, and that its result equals the result of a full sync. */

const delivered = { taskId: "horizon-task", attempt: 0 };
let world: SyncWorld;
let written: ReturnType<typeof countWrites>;
beforeEach(async () => {
  world = new SyncWorld();
  world.google.put("daily", daily);
  world.google.put("ended", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=3"], summary: "Over soon" });
  await world.import();
  written = countWrites(world);
});
const titles = () => new Map([...world.events].map(([id, event]) => [id, event.summary]));

test("writes only the occurrences of the new days, without a call to Google", async () => {
  const calls = world.google.calls.length;
  world.clock.advance(dayMs);
  expect(await extendHorizon(world.ports, calendarKey, delivered)).toMatchObject({ kind: "extended" });
  expect(written).toEqual({ events: 1, series: 0, others: 2 });
  expect(world.google.calls.length).toBe(calls);
  expect(world.state).toMatchObject({ lease: null, horizonPendingFrom: null, openSeries: true });
});

test("catches up after missed days, and agrees with a full sync", async () => {
  world.clock.advance(9 * dayMs);
  await extendHorizon(world.ports, calendarKey, delivered);
  expect(written.events).toBe(9);
  written = countWrites(world);
  world.google.expireSyncTokens();
  await world.notify();
  await world.drain();
  expect(written.events).toBe(0);
});

test("has nothing to do twice on one day", async () => {
  world.clock.advance(dayMs);
  await extendHorizon(world.ports, calendarKey, delivered);
  written = countWrites(world);
  expect(await extendHorizon(world.ports, calendarKey, delivered)).toEqual({ kind: "nothingToDo" });
  expect(written).toEqual({ events: 0, series: 0, others: 0 });
});

test("does not look at a series without a future", async () => {
  const asked: boolean[] = [];
  const store = storeOf(world.documents, {
    seriesPage: async (key, options) => {
      asked.push(options.openOnly);
      const page = await world.documents.seriesPage(key, options);
      expect(page.map(series => series.seriesId)).toEqual(["daily"]);
      return page;
    },
  });
  world.clock.advance(dayMs);
  await extendHorizon({ ...world.ports, store }, calendarKey, delivered);
  expect(asked).toEqual([true]);
});

test("forgets a calendar whose series have all ended", async () => {
  world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=402"] });
  await world.pull();
  expect(world.state.openSeries).toBe(true);
  world.clock.advance(10 * dayMs);
  await extendHorizon(world.ports, calendarKey, delivered);
  expect(world.state.openSeries).toBe(false);
  world.clock.advance(10 * dayMs);
  expect(await extendHorizon(world.ports, calendarKey, delivered)).toEqual({ kind: "nothingToDo" });
});

test("dies at any commit, the series changes meanwhile, and the next attempt still ends as Google says", async () => {
  for (const diesAt of [1, 2]) {
    world = new SyncWorld();
    world.google.put("daily", daily);
    await world.import();
    world.clock.advance(3 * dayMs);
    let commits = 0;
    const store = storeOf(world.documents, {
      commit: async (...batch) => {
        commits += 1;
        if (commits === diesAt) throw new Error("the process ends");
        return await world.documents.commit(...batch);
      },
    });
    await expect(extendHorizon({ ...world.ports, store }, calendarKey, delivered)).rejects.toThrow(
      "the process ends",
    );
    world.google.put("daily", { summary: "Daily", recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2"] });
    world.clock.advance(10 * 60_000);
    await world.pull();
    await extendHorizon(world.ports, calendarKey, { ...delivered, attempt: 1 });
    const found = titles();
    world.google.expireSyncTokens();
    written = countWrites(world);
    await world.pull();
    expect(written.events).toBe(0);
    expect(titles()).toEqual(found);
    expect(new Set(found.values())).toEqual(new Set(["Daily"]));
  }
});

test("pulls what was announced while it held the lease", async () => {
  world.clock.advance(dayMs);
  let announced = false;
  const store = storeOf(world.documents, {
    seriesPage: async (...page) => {
      if (!announced) {
        announced = true;
        world.google.put("meanwhile");
        await world.notify();
        const [id] = [...world.queue.tasks.keys()];
        expect(await world.deliver(id ?? "")).toBe("yielded");
      }
      return await world.documents.seriesPage(...page);
    },
  });
  const task = { calendarKey, epoch: 0, cause: "horizon" } as const;
  expect(await handleSyncTask({ ...world.ports, store }, task, delivered)).toBe("synced");
  expect(world.events.has("meanwhile")).toBe(true);
  expect(world.lastLine()).toMatchObject({ cause: "waiter", written: 1 });
});
