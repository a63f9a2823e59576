import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Stretch } from "../model/stretch.ts";
import type { WatchTask } from "../ports/tasks.port.ts";
import type { WatchRecord, WatchTarget } from "../ports/watch.port.ts";
import { renewWatches } from "./renew-watches.ts";
import { FakeWatches } from "./watches.fake.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = 1_800_000_000_000;
let watches: FakeWatches;
let tasks: (WatchTask & { id: string; notBeforeMs: number | undefined })[];
let lists: { accountId: string; id: string; notBeforeMs: number | undefined }[];
let logged: { level: string; fields: unknown }[];
let inFlight: number;
let mostInFlight: number;

const calendar = (calendarKey: string, fields: Partial<WatchTarget> = {}) =>
  watches.targets.set(calendarKey, {
    calendarKey,
    resource: "events",
    uid: "uid",
    accountId: "acc",
    calendarId: calendarKey,
    active: true,
    pushUnsupported: false,
    epoch: 1,
    ...fields,
  });
const watch = (calendarKey: string, lifeMs: number, status: WatchRecord["status"] = "open", name = "1") =>
  watches.records.set(`${calendarKey}-${name}`, {
    channelId: `${calendarKey}-${name}`,
    calendarKey,
    resource: "events",
    uid: "uid",
    accountId: "acc",
    calendarId: calendarKey,
    status,
    resourceId: status === "opening" ? null : "resource",
    expiresAtMs: nowMs + lifeMs,
    createdAtMs: nowMs - dayMs,
  });
const run = async (stretch: Stretch = "none") =>
  await renewWatches(
    {
      watches,
      tasks: {
        maintainWatch: async (task, { id, notBeforeMs }) => {
          inFlight += 1;
          mostInFlight = Math.max(mostInFlight, inFlight);
          await new Promise(setImmediate);
          inFlight -= 1;
          if (task.calendarKey === "broken") throw new Error("queue down");
          tasks.push({ ...task, id, notBeforeMs });
          return "created";
        },
        syncCalendarList: ({ accountId, full }, { id, notBeforeMs }) => {
          if (full === true) lists.push({ accountId, id, notBeforeMs });
          return Promise.resolve("created");
        },
      },
      clock: { now: () => nowMs, sleep: () => Promise.resolve() },
      log: {
        info: (_, fields) => logged.push({ level: "info", fields }),
        warn: (_, fields) => logged.push({ level: "warn", fields }),
        error: (_, fields) => logged.push({ level: "error", fields }),
        alarm: (_, fields) => logged.push({ level: "alarm", fields }),
      },
    },
    "r1",
    stretch,
  );
const actions = () => Object.fromEntries(tasks.map(task => [task.calendarKey, task.action]));

beforeEach(() => {
  watches = new FakeWatches();
  tasks = [];
  lists = [];
  logged = [];
  inFlight = 0;
  mostInFlight = 0;
});

describe("the daily round", () => {
  test("leaves a task for each calendar that needs one, and none for the others", async () => {
    for (const key of ["fine", "soon", "expired", "missing", "stuck", "leftover"]) calendar(key);
    calendar("polled", { pushUnsupported: true });
    calendar("disabled", { active: false });
    watch("fine", 5 * dayMs);
    watch("soon", 2 * dayMs);
    watch("expired", -1);
    watch("stuck", 5 * dayMs);
    watch("stuck", -1, "opening", "2");
    watch("leftover", 5 * dayMs);
    watch("leftover", 3 * dayMs, "retiring", "2");
    watch("disabled", 5 * dayMs);
    watch("gone", 5 * dayMs);
    const report = await run();
    expect(actions()).toEqual({
      soon: "replace",
      expired: "open",
      missing: "open",
      stuck: "open",
      leftover: "open",
      disabled: "stop",
      gone: "stop",
    });
    expect(report).toEqual({
      calendars: 9,
      tasks: { open: 4, replace: 1, stop: 2, ask: 0 },
      lists: 0,
      unwatched: 2,
      failed: 0,
      smallestRemainingLifeMs: 2 * dayMs,
    });
    expect(logged).toEqual([{ level: "info", fields: report }]);
  });

  test("has every list of calendars read again, and watched like a calendar", async () => {
    calendar("list", { resource: "calendarList" });
    calendar("waiting", { resource: "calendarList", active: false });
    expect(await run()).toMatchObject({ lists: 1 });
    expect(lists).toEqual([{ accountId: "list", id: "list-list-r1", notBeforeMs: nowMs }]);
    expect(actions()).toEqual({ list: "open" });
  });

  test("leaves a renewal for later in the day, and a missing channel for now", async () => {
    calendar("soon");
    calendar("missing");
    watch("soon", 2 * dayMs);
    await run();
    const [missing, soon] = tasks;
    expect(missing).toMatchObject({ calendarKey: "missing", notBeforeMs: nowMs });
    expect(soon).toMatchObject({ calendarKey: "soon" });
    expect(soon?.notBeforeMs).toBeGreaterThan(nowMs);
    expect(soon?.notBeforeMs).toBeLessThan(nowMs + dayMs);
  });

  test("removes closed records when their quiet time is over", async () => {
    watch("closed", -1, "closed");
    watch("closed", dayMs, "closed", "2");
    await run();
    expect([...watches.records.keys()]).toEqual(["closed-2"]);
    expect(tasks).toEqual([]);
  });

  test("goes on when a task cannot be stored, and says so", async () => {
    for (const key of ["a", "broken", "c"]) calendar(key);
    expect(await run()).toMatchObject({ failed: 1, tasks: { open: 2 } });
    expect(logged[0]).toEqual({ level: "error", fields: { error: "queue down" } });
  });

  test("keeps at most a hundred tasks in flight", async () => {
    for (let n = 0; n < 1000; n++) calendar(`calendar-${n}`);
    await run();
    expect(tasks).toHaveLength(1000);
    expect(mostInFlight).toBe(100);
  });

  test("names tasks after the round, so that a round that runs twice stores them once", async () => {
    calendar("missing");
    await run();
    expect(tasks.map(task => task.id)).toEqual(["missing-renew-r1"]);
  });
});

describe.each(["half", "quarter"] as const)("the daily round of a day that is stretched to a %s", stretch => {
  test("asks for fewer lists, and watches them as always", async () => {
    const names = Array.from({ length: 200 }, (_, n) => `list-${n}`);
    for (const name of names) calendar(name, { resource: "calendarList" });
    const { lists: asked } = await run(stretch);
    expect(asked / names.length).toBeCloseTo(stretch === "half" ? 0.5 : 0.25, 1);
    expect(Object.keys(actions()).sort()).toEqual(names.sort());
  });

  test("renews only the channels that would not last until the next round, and repairs all calendars", async () => {
    for (const key of ["fine", "tomorrow", "today", "expired", "missing", "leftover"]) calendar(key);
    watch("fine", 36 * hourMs + 1);
    watch("tomorrow", 36 * hourMs);
    watch("today", 1);
    watch("expired", -1);
    watch("leftover", 5 * dayMs);
    watch("leftover", 3 * dayMs, "retiring", "2");
    watch("gone", 5 * dayMs);
    await run(stretch);
    expect(actions()).toEqual({
      tomorrow: "replace",
      today: "replace",
      expired: "open",
      missing: "open",
      leftover: "open",
      gone: "stop",
    });
  });
});
