import { beforeEach, describe, expect, test } from "@jest/globals";
import type { EnqueueOptions, SyncTask } from "../ports/tasks.port.ts";
import type { Stretch } from "../model/stretch.ts";
import type { ActiveCalendar } from "../ports/sync.port.ts";
import { backupSync, queueHorizons } from "./scheduled-sync.ts";
import { activeCalendar } from "./testing/active-calendar.fake.ts";
import { FakeTaskQueue } from "./testing/task-queue.fake.ts";
import { startMs, VirtualClock } from "./testing/virtual-clock.fake.ts";

const hourMs = 3_600_000;
const keys = (count: number) => Array.from({ length: count }, (_, n) => `key-${String(n).padStart(18, "0")}`);
const active = (calendarKey: string) =>
  activeCalendar(calendarKey, { windowStart: startMs, queryVersion: 2 });
const pace = { queryVersion: 2, upgradesPerHour: 500 };
let clock: VirtualClock;
let queue: FakeTaskQueue;
let pages: (string | undefined)[];
let inFlight: { now: number; most: number };
const sent: (SyncTask & EnqueueOptions)[] = [];

beforeEach(() => {
  clock = new VirtualClock();
  queue = new FakeTaskQueue();
  pages = [];
  inFlight = { now: 0, most: 0 };
  sent.length = 0;
});

interface Circumstances {
  readonly refuse?: (id: string) => boolean;
  readonly stretch?: Stretch;
  readonly scheduledAtMs?: number;
}

function run(all: readonly string[], circumstances: Circumstances = {}) {
  const { refuse = () => false, stretch = "none", scheduledAtMs = startMs } = circumstances;
  const tasks = new FakeTaskQueue();
  tasks.syncCalendar = async (task, options) => {
    inFlight.now += 1;
    inFlight.most = Math.max(inFlight.most, inFlight.now);
    await new Promise(resolve => setImmediate(resolve));
    inFlight.now -= 1;
    if (refuse(options.id)) throw new Error("queue down");
    sent.push({ ...task, ...options });
    return await queue.syncCalendar(task, options);
  };
  const store = {
    activeCalendars: (after: string | undefined, limit: number) => {
      pages.push(after);
      const from = after === undefined ? 0 : all.indexOf(after) + 1;
      return Promise.resolve(all.slice(from, from + limit).map(active));
    },
  };
  return backupSync({ store, tasks, clock, pace }, scheduledAtMs, hourMs, stretch);
}

test("a task whose creation takes long holds up none of the others", async () => {
  const tasks = new FakeTaskQueue();
  let others = 0;
  let release = (): void => undefined;
  tasks.syncCalendar = async ({ calendarKey }) => {
    if (calendarKey === "key-0") await new Promise<void>(resolve => (release = resolve));
    else if (++others === 499) release();
    return "created";
  };
  const page = Array.from({ length: 500 }, (_, n) => active(`key-${n}`));
  const store = { activeCalendars: () => Promise.resolve(page) };
  expect(await backupSync({ store, tasks, clock, pace }, startMs, hourMs, "none")).toMatchObject({
    created: 500,
  });
});

describe("the backup", () => {
  test("reaches every calendar with one query a thousand and one call each, a hundred at once", async () => {
    expect(await run(keys(2_500))).toMatchObject({
      calendars: 2_500,
      created: 2_500,
      existing: 0,
      failed: 0,
    });
    expect(pages).toEqual([undefined, keys(2_500)[999], keys(2_500)[1_999]]);
    expect(sent.length).toBe(2_500);
    expect(inFlight.most).toBe(100);
  });

  test("is spread over the hour, the same for a calendar each time", async () => {
    await run(keys(6_000));
    const minutes = new Map<number, number>();
    for (const { notBeforeMs = 0 } of sent) {
      const minute = Math.floor((notBeforeMs - startMs) / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    expect([...minutes.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(Math.min(...minutes.values())).toBeGreaterThan(50);
    expect(Math.max(...minutes.values())).toBeLessThan(200);
    const first = sent.map(({ notBeforeMs }) => notBeforeMs);
    sent.length = 0;
    await run(keys(6_000));
    expect(sent.map(({ notBeforeMs }) => notBeforeMs)).toEqual(first);
  });

  test.each<[string, Partial<ActiveCalendar>, number]>([
    ["3.5 hours after the last pull", { pulledAt: startMs - hourMs }, 2.5],
    ["at once where that is past", { pulledAt: startMs - 3.5 * hourMs }, 0],
    ["at once where the last pull has not stored its changes", { pulledAt: startMs, coveredEpoch: 5 }, 0],
    ["at once where there was none", {}, 0],
    ["at once where the clock was set back", { pulledAt: startMs + 1 }, 0],
  ])("is made %s", async (_, change, hours) => {
    const store = { activeCalendars: () => Promise.resolve([{ ...active("key"), ...change }]) };
    await backupSync({ store, tasks: queue, clock, pace }, startMs, 0, "none");
    expect([...queue.tasks.values()]).toMatchObject([{ notBeforeMs: startMs + hours * hourMs }]);
  });

  test("of calendars that were all pulled at the same time is spread, too", async () => {
    const all = keys(900).map(key => ({ ...active(key), pulledAt: startMs - hourMs }));
    const store = { activeCalendars: () => Promise.resolve(all) };
    await backupSync({ store, tasks: queue, clock, pace }, startMs, 2 * hourMs, "none");
    const tenMinutes = new Map<number, number>();
    for (const { notBeforeMs } of queue.tasks.values()) {
      const slot = Math.floor((notBeforeMs - startMs - 2.5 * hourMs) / 600_000);
      tenMinutes.set(slot, (tenMinutes.get(slot) ?? 0) + 1);
    }
    expect([...tenMinutes.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(Math.max(...tenMinutes.values())).toBeLessThan(120);
  });

  test("of a calendar without changes is always at the same place in the round", async () => {
    const store = { activeCalendars: () => Promise.resolve([active("key")]) };
    await backupSync({ store, tasks: queue, clock, pace }, startMs, 2 * hourMs, "none");
    const momentMs = [...queue.tasks.values()][0]?.notBeforeMs ?? NaN;
    expect(momentMs).toBeGreaterThan(startMs);
    const pulled = { ...active("key"), pulledAt: momentMs - 6 * hourMs };
    const later = new FakeTaskQueue();
    const again = { activeCalendars: () => Promise.resolve([pulled]) };
    await backupSync({ store: again, tasks: later, clock, pace }, startMs, 2 * hourMs, "none");
    expect([...later.tasks.values()]).toMatchObject([{ notBeforeMs: momentMs }]);
  });

  test("run again for the same schedule makes no second task", async () => {
    await run(keys(1_500));
    expect(await run(keys(1_500))).toMatchObject({
      calendars: 1_500,
      created: 0,
      existing: 1_500,
      failed: 0,
    });
  });

  test("tries a task three times, counts what failed, and goes on with the rest", async () => {
    const attempts = new Map<string, number>();
    const refuse = (id: string) => {
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      return id.includes("0000007-") || (id.includes("0000008-") && attempt < 3);
    };
    const counts = await run(keys(2_500), { refuse });
    expect(counts).toMatchObject({ calendars: 2_500, failed: 1, created: 2_499 });
    expect(Math.max(...attempts.values())).toBe(3);
  });

  test("waits longer after each failure of a task, and not after the last", async () => {
    await run(keys(1), { refuse: () => true });
    expect(clock.now() - startMs).toBe(400 + 800);
  });

  test("names a task after its calendar, epoch and schedule", async () => {
    await run(keys(1));
    expect(sent).toMatchObject([{ epoch: 7, cause: "backup", id: `${keys(1)[0]}-7-backup-${startMs}` }]);
  });

  test.each([
    ["half", 2],
    ["quarter", 4],
  ] as const)("that is stretched to a %s takes each calendar once in %d rounds", async (stretch, rounds) => {
    const all = keys(1_200);
    for (let round = 0; round < rounds; round++) {
      const { calendars } = await run(all, { stretch, scheduledAtMs: startMs + round * 6 * hourMs });
      expect(Math.abs(calendars - all.length / rounds)).toBeLessThan(100);
    }
    expect(sent.map(({ calendarKey }) => calendarKey).sort()).toEqual(all);
  });

  test.each([0, 1, 1_000, 1_001])("%d calendars", async count => {
    expect(await run(keys(count))).toMatchObject({ calendars: count, created: count });
  });
});

describe("calendars of another version", () => {
  const old = keys(10).map(key => ({ ...active(key), queryVersion: 1 }));
  const round = async (
    page: readonly ActiveCalendar[],
    upgradesPerHour: number,
    stretch: Stretch = "none",
  ) => {
    const store = { activeCalendars: () => Promise.resolve(page) };
    const counts = await backupSync(
      { store, tasks: queue, clock, pace: { ...pace, upgradesPerHour } },
      startMs,
      hourMs,
      stretch,
    );
    const tasks = [...queue.tasks.values()];
    return { counts, upgrades: tasks.filter(({ task }) => task.cause === "upgrade"), tasks };
  };

  test("get an upgrade instead of a backup, six hours' worth of them, and the rest a backup", async () => {
    const { counts, upgrades, tasks } = await round([...old, active("current"), active("other")], 1);
    expect(counts).toEqual({
      calendars: 12,
      created: 12,
      existing: 0,
      failed: 0,
      toUpgrade: 10,
      upgrades: 6,
    });
    expect(upgrades.map(({ notBeforeMs }) => (notBeforeMs - startMs) / hourMs)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(tasks.map(({ task }) => task.calendarKey)).size).toBe(12);
    const [{ id, task } = { id: "", task: undefined }] = upgrades;
    expect(id).toBe(`${task?.calendarKey}-7-upgrade-${startMs}`);
  });

  test("of a version that was rolled back, too", async () => {
    expect((await round([{ ...active("newer"), queryVersion: 3 }], 1)).upgrades.length).toBe(1);
  });

  test("only get their backup if the pace is 0", async () => {
    const { counts, upgrades, tasks } = await round(old, 0);
    expect(counts).toMatchObject({ toUpgrade: 10, upgrades: 0 });
    expect(upgrades).toEqual([]);
    expect(tasks.map(({ task }) => task.cause)).toEqual(old.map(() => "backup"));
  });

  test("are upgraded more slowly while background work is stretched", async () => {
    const { counts, upgrades, tasks } = await round(old, 1, "half");
    expect(counts).toMatchObject({ toUpgrade: 10, upgrades: 3 });
    expect(upgrades.map(({ notBeforeMs }) => (notBeforeMs - startMs) / hourMs)).toEqual([0, 2, 4]);
    expect(tasks.length).toBeLessThan(10);
  });

  test("keep their places when the round is repeated", async () => {
    const first = (await round(old, 1)).upgrades.map(({ id }) => id);
    expect((await round(old, 1)).counts).toMatchObject({ created: 0, existing: 10 });
    expect(
      [...queue.tasks.values()].filter(({ task }) => task.cause === "upgrade").map(({ id }) => id),
    ).toEqual(first);
  });
});

test("the window of a calendar is moved on where a series has no end, where it began too long ago or was chosen, and only there", async () => {
  const dayMs = 24 * hourMs;
  const window = { pastWindowMs: 30 * dayMs, retentionMs: 400 * dayMs, horizonMs: 400 * dayMs };
  const old = { windowStart: startMs - 401 * dayMs };
  const page: ActiveCalendar[] = [
    active("young"),
    { ...active("endless"), openSeries: true },
    { ...active("old"), ...old },
    { ...active("almost"), windowStart: old.windowStart + 1 },
    { ...active("never-synced"), windowStart: null },
    { ...active("chosen"), windowStart: startMs, window: { pastDays: 7 } },
  ];
  const store = { activeCalendars: () => Promise.resolve(page) };
  const counts = await queueHorizons({ store, tasks: queue, clock, window }, startMs, 0);
  expect(counts).toMatchObject({ calendars: 3, created: 3 });
  expect([...queue.tasks.values()]).toMatchObject([
    { id: `endless-7-horizon-${startMs}`, task: { cause: "horizon" }, notBeforeMs: startMs },
    { id: `old-7-horizon-${startMs}`, task: { cause: "horizon" }, notBeforeMs: startMs },
    { id: `chosen-7-horizon-${startMs}`, task: { cause: "horizon" }, notBeforeMs: startMs },
  ]);
});
