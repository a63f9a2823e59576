import { beforeEach, describe, expect, test } from "@jest/globals";
import type { SyncStore } from "../ports/sync.port.ts";
import { extendHorizon, type HorizonOutcome } from "./extend-horizon.ts";
import { queryVersion } from "../model/sync-state.ts";
import { rolloutMs } from "./query-version.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { startOfDayMs } from "./parse-event.ts";
import { handleSyncTask } from "./sync-calendar.ts";
import type { GoogleEvent } from "./testing/fake-google.fake.ts";
import { calendarKey, dayMs, storeOf, SyncWorld, uid } from "./testing/sync-world.fake.ts";

const hourMs = 3_600_000;
const delivered = { taskId: "horizon-task", attempt: 1 };
const daily = { recurrence: ["RRULE:FREQ=DAILY"] };
let world: SyncWorld;

async function worldWith(
  series: Readonly<Record<string, GoogleEvent>>,
  maxBatchWrites = 480,
): Promise<SyncWorld> {
  const made = new SyncWorld({}, { maxBatchWrites });
  for (const [id, fields] of Object.entries(series)) made.google.put(id, fields);
  await made.import();
  return made;
}
const extend = async (replaced: Partial<SyncStore> = {}): Promise<HorizonOutcome["kind"]> => {
  const ports = { ...world.ports, store: storeOf(world.documents, replaced) };
  return (await extendHorizon(ports, calendarKey, delivered)).kind;
};

beforeEach(async () => {
  world = await worldWith({ daily });
  world.clock.advance(dayMs);
});

describe("there is nothing to do", () => {
  test("before half a day has passed", async () => {
    world.clock.advance(-dayMs + 12 * hourMs - 1);
    expect(await extend()).toBe("nothingToDo");
    world.clock.advance(1);
    expect(await extend()).toBe("extended");
  });

  test.each([
    ["that is switched off", { active: false }],
    ["without a series that goes on", { openSeries: false }],
    ["that has never been synced", { horizon: null }],
  ])("in a calendar %s", async (_what, change) => {
    world.documents.change(calendarKey, change);
    expect(await extend()).toBe("nothingToDo");
  });

  test("in a calendar that is gone", async () => {
    world.documents.states.clear();
    expect(await extend()).toBe("nothingToDo");
  });
});

test("old code writes no occurrence of a calendar that newer code has upgraded, unless it was rolled back", async () => {
  const upgradedAt = world.clock.now();
  world.documents.change(calendarKey, { queryVersion: queryVersion + 1, upgradedAt });
  expect(await extend()).toBe("retry");
  world.clock.advance(rolloutMs);
  expect(await extend()).toBe("extended");
  expect(world.state.queryVersion).toBe(0);
});

describe("the lease of another task", () => {
  const lease = (change: object = {}) => {
    world.documents.change(calendarKey, {
      lease: { holder: "other", taskId: "other", attempt: 0, expiresAt: world.clock.now() + 1, ...change },
    });
  };

  test("is respected while it lives", async () => {
    lease();
    expect(await extend()).toBe("retry");
    lease({ expiresAt: world.clock.now() });
    expect(await extend()).toBe("extended");
  });

  test("is not, when it is this task's own of an earlier attempt", async () => {
    lease({ taskId: delivered.taskId, attempt: 1 });
    expect(await extend()).toBe("retry");
    lease({ taskId: delivered.taskId, attempt: 0 });
    expect(await extend()).toBe("extended");
  });

  test("that comes in between ends the work, at the first commit or at a later one", async () => {
    for (const stolenAt of [1, 2, 3]) {
      world = await worldWith({ daily }, 3);
      world.clock.advance(9 * dayMs);
      const before = world.events.size;
      let commits = 0;
      const commit: SyncStore["commit"] = async (...batch) => {
        commits += 1;
        if (commits === stolenAt) lease();
        return await world.documents.commit(...batch);
      };
      expect(await extend({ commit })).toBe("retry");
      expect(commits).toBe(stolenAt);
      expect(world.state.lease?.holder).toBe("other");
      // The first commit only takes the lease. Each other commit contains two occurrences and leaves room for the
      // series.
      expect(world.events.size - before).toBe(2 * Math.max(0, stolenAt - 2));
    }
  });

  test("that comes before the last commit leaves the work to be done again", async () => {
    const seriesPage: SyncStore["seriesPage"] = async (...page) => {
      lease();
      return await world.documents.seriesPage(...page);
    };
    expect(await extend({ seriesPage })).toBe("retry");
    expect(world.state.horizonPendingFrom).not.toBeNull();
    world.documents.change(calendarKey, { lease: null });
    const before = world.events.size;
    expect(await extend()).toBe("extended");
    expect(world.state.horizonPendingFrom).toBeNull();
    expect(world.events.size - before).toBe(1);
  });
});

describe("the work", () => {
  test("holds the lease, and says where the horizon is going before anything is written", async () => {
    const batches: object[] = [];
    const from = world.state.horizon;
    world.documents.onCommit = ({ batch }) => batches.push(batch);
    expect(await extend()).toBe("extended");
    const nowMs = world.clock.now();
    const horizonMs = nowMs + 400 * dayMs;
    expect(batches).toMatchObject([
      {
        events: [],
        state: {
          horizon: horizonMs,
          horizonPendingFrom: from,
          lease: { taskId: "horizon-task", attempt: 1, expiresAt: nowMs + 120_000 },
        },
      },
      { state: { lease: null, horizonPendingFrom: null, openSeries: true } },
    ]);
    expect(world.log.at(-1)).toEqual({
      level: "info",
      message: "horizon extended",
      fields: { calendarKey, written: 1, openSeries: true },
    });
  });

  test("is spread over commits of a bounded size", async () => {
    world = await worldWith({ a: daily, b: daily }, 3);
    world.clock.advance(5 * dayMs);
    const sizes: number[] = [];
    world.documents.onCommit = ({ batch }) => sizes.push(batch.events.length + (batch.series?.length ?? 0));
    expect(await extend()).toBe("extended");
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10);
    expect(world.log.at(-1)?.fields).toMatchObject({ written: 10 });
  });

  test("reaches every series, page by page", async () => {
    const ids = Array.from({ length: 100 }, (_, n) => `series${n}`);
    for (const count of [100, 99]) {
      const yearly = { recurrence: ["RRULE:FREQ=YEARLY"] };
      const series = Object.fromEntries(ids.slice(0, count).map(id => [id, yearly]));
      world = await worldWith({ ...series, zzz: daily });
      world.clock.advance(dayMs);
      const after: (string | undefined)[] = [];
      const seriesPage: SyncStore["seriesPage"] = (key, options) => {
        after.push(options.afterId);
        expect(Object.keys(options).includes("afterId")).toBe(options.afterId !== undefined);
        return world.documents.seriesPage(key, options);
      };
      expect(await extend({ seriesPage })).toBe("extended");
      expect(after).toEqual([undefined, count === 100 ? "series99" : "zzz"]);
      expect(world.log.at(-1)?.fields).toMatchObject({ written: 1 });
    }
  });

  test("writes days of the calendar's zone, whole, and nothing twice that reaches over the horizon", async () => {
    world = await worldWith({
      days: { ...daily, start: { date: "2026-02-01" }, end: { date: "2026-02-04" } },
    });
    world.clock.advance(dayMs);
    const before = new Set(world.events.keys());
    expect(await extend()).toBe("extended");
    const [id = "", ...others] = [...world.events.keys()].filter(eventId => !before.has(eventId));
    expect(others).toEqual([]);
    expect(world.log.at(-1)?.fields).toMatchObject({ written: 1 });
    const start = new Date((world.state.horizon ?? 0) - 3_600_000).toISOString().slice(0, 10);
    expect(id).toBe(`days_${start.replaceAll("-", "")}`);
    expect(world.events.get(id)).toMatchObject({
      calendarKey,
      start: { date: start },
      startAtMs: startOfDayMs(start, zoneOr("Europe/Berlin", utc)),
      summary: "event days",
    });
  });

  test("leaves out a series that cannot be expanded any more, and does the others", async () => {
    world = await worldWith({ bad: daily, good: daily });
    const [bad] = await world.documents.series(calendarKey, ["bad"]);
    const stored = await world.documents.read(calendarKey);
    if (bad?.master == null) throw new Error("nothing was imported");
    const series = { ...bad, master: { ...bad.master, recurrence: ["RRULE:FREQ=NEVER"] } };
    const batch = { events: [], series: [{ kind: "set", series }], state: { pulledAt: 1 } } as const;
    await world.documents.commit(calendarKey, uid, batch, stored?.version);
    world.clock.advance(dayMs);
    expect(await extend()).toBe("extended");
    expect(world.log.at(-1)?.fields).toMatchObject({ written: 1, openSeries: true });
  });

  test("notes of a series that it has no more to come", async () => {
    world = await worldWith({ daily, ending: { recurrence: ["RRULE:FREQ=DAILY;UNTIL=20270301T000000Z"] } });
    const before = await world.documents.series(calendarKey, ["daily", "ending"]);
    expect(before).toMatchObject([{ open: true }, { open: true }]);
    world.clock.advance(30 * dayMs);
    expect(await extend()).toBe("extended");
    expect(await world.documents.series(calendarKey, ["daily", "ending"])).toEqual([
      before[0],
      { ...before[1], open: false },
    ]);
    expect(world.state.openSeries).toBe(true);
  });

  test("asks for a pull only if one was announced meanwhile", async () => {
    const { coveredEpoch } = world.state;
    for (const [pendingEpoch, expected] of [
      [coveredEpoch, undefined],
      [coveredEpoch + 1, coveredEpoch + 1],
    ] as const) {
      world.documents.change(calendarKey, { pendingEpoch });
      world.clock.advance(dayMs);
      expect(await extendHorizon(world.ports, calendarKey, delivered)).toEqual({
        kind: "extended",
        pendingEpoch: expected,
      });
    }
  });

  test("does not draw the horizon back", async () => {
    const further = (world.state.horizon ?? 0) + 30 * dayMs;
    world.documents.change(calendarKey, { horizon: further, horizonPendingFrom: further - dayMs });
    expect(await extend()).toBe("extended");
    expect(world.state.horizon).toBe(further);
  });
});

describe("work that a crash has left undone", () => {
  test("is still to do after a pull, and done after a full sync", async () => {
    const from = (world.state.horizon ?? 0) - dayMs;
    world.documents.change(calendarKey, { horizonPendingFrom: from });
    await world.notify();
    await world.drain();
    expect(world.state.horizonPendingFrom).toBe(from);
    world.google.expireSyncTokens();
    world.clock.advance(60_000);
    await world.notify();
    await world.drain();
    expect(world.state.horizonPendingFrom).toBeNull();
  });
});

describe("a task for the horizon", () => {
  const task = { calendarKey, epoch: 0, cause: "horizon" } as const;

  test("is done when the horizon is where it should be, and when it is there already", async () => {
    const calls = world.google.calls.length;
    const before = world.events.size;
    expect(await handleSyncTask(world.ports, task, delivered)).toBe("covered");
    expect(world.events.size - before).toBe(1);
    expect(await handleSyncTask(world.ports, task, delivered)).toBe("covered");
    expect(world.google.calls.length).toBe(calls);
  });

  test("goes back to the queue while another one is at work", async () => {
    world.documents.change(calendarKey, {
      lease: { holder: "other", taskId: "other", attempt: 0, expiresAt: world.clock.now() + 1 },
    });
    expect(await handleSyncTask(world.ports, task, delivered)).toBe("retry");
  });
});
