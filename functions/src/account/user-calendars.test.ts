import { beforeEach, describe, expect, test } from "@jest/globals";
import type { DemandOutcome, EnableOutcome, WindowOutcome } from "../ports/calendars.port.ts";
import { setCalendarEnabled, setCalendarWindow, syncNow, type UserCalendarsPorts } from "./user-calendars.ts";

let steps: string[];
let enabled: EnableOutcome;
let disabled: "disabled" | "unknown";
let demanded: DemandOutcome;
let chosen: WindowOutcome;

const queued = (what: string, task: object, { id }: { readonly id: string }) => {
  steps.push(`${what} ${JSON.stringify(task)} ${id}`);
  return Promise.resolve("created" as const);
};
const ports: UserCalendarsPorts = {
  calendars: {
    enable: (uid, calendarKey, nowMs) => {
      steps.push(`enable ${uid} ${calendarKey} ${nowMs}`);
      return Promise.resolve(enabled);
    },
    disable: (uid, calendarKey, nowMs) => {
      steps.push(`disable ${uid} ${calendarKey} ${nowMs}`);
      return Promise.resolve(disabled);
    },
    demandSync: (uid, calendarKey, demand, nowMs) => {
      steps.push(`demand ${uid} ${calendarKey} ${demand} ${nowMs}`);
      return Promise.resolve(demanded);
    },
    setWindow: (uid, calendarKey, choice, _defaults, nowMs) => {
      steps.push(`window ${uid} ${calendarKey} ${JSON.stringify(choice)} ${nowMs}`);
      return Promise.resolve(chosen);
    },
  },
  windowDefaults: { pastWindowMs: 30, retentionMs: 400, horizonMs: 400 },
  tasks: {
    syncCalendar: (task, options) => queued("sync", task, options),
    syncCalendarList: (task, options) => queued("list", task, options),
    maintainWatch: (task, options) => queued("watch", task, options),
    cleanUpAccount: (task, options) => queued("clean", task, options),
  },
  clock: { now: () => 1_000, sleep: () => Promise.resolve() },
  newId: length => "n".repeat(length),
};
const call = "n".repeat(12);

beforeEach(() => {
  steps = [];
  enabled = { kind: "started", epoch: 7 };
  disabled = "disabled";
  demanded = { kind: "ready", epoch: 7, reactivated: false };
});

describe("a calendar that is switched on", () => {
  test("is pulled, then watched", async () => {
    expect(await setCalendarEnabled(ports, "user", "key", true)).toBe("started");
    expect(steps).toEqual([
      "enable user key 1000",
      `sync {"calendarKey":"key","epoch":7,"cause":"user"} key-7-on-${call}`,
      `watch {"calendarKey":"key","action":"open"} key-open-${call}`,
    ]);
  });

  test.each(["waiting", "unknown"] as const)("and %s queues nothing", async kind => {
    enabled = { kind };
    expect(await setCalendarEnabled(ports, "user", "key", true)).toBe(kind);
    expect(steps).toHaveLength(1);
  });
});

describe("a calendar that is switched off", () => {
  test("has its channel stopped and its events removed", async () => {
    expect(await setCalendarEnabled(ports, "user", "key", false)).toBe("stopped");
    expect(steps).toEqual([
      "disable user key 1000",
      `watch {"calendarKey":"key","action":"stop"} key-stop-${call}`,
      `clean {"uid":"user","calendarKey":"key"} key-off-${call}`,
    ]);
  });

  test("and is not this user's queues nothing", async () => {
    disabled = "unknown";
    expect(await setCalendarEnabled(ports, "user", "key", false)).toBe("unknown");
    expect(steps).toHaveLength(1);
  });
});

describe("a sync that the user asks for", () => {
  test.each(["full", "pull"] as const)("is queued for the calendar's epoch (%s)", async demand => {
    expect(await syncNow(ports, "user", "key", demand)).toEqual(demanded);
    expect(steps).toEqual([
      `demand user key ${demand} 1000`,
      `sync {"calendarKey":"key","epoch":7,"cause":"user"} key-7-user-${call}`,
    ]);
  });

  test("of a calendar that is available again opens its channel, too", async () => {
    demanded = { kind: "ready", epoch: 7, reactivated: true };
    await syncNow(ports, "user", "key", "pull");
    expect(steps.at(-1)).toBe(`watch {"calendarKey":"key","action":"open"} key-open-${call}`);
  });

  test("because the calendar is stale has one task in ten minutes, whoever asks", async () => {
    await syncNow(ports, "user", "key", "ifStale");
    expect(steps).toEqual([
      "demand user key ifStale 1000",
      `sync {"calendarKey":"key","epoch":7,"cause":"user"} key-7-user-stale-0`,
    ]);
  });

  test.each<DemandOutcome>([
    { kind: "inactive", reason: "disabled" },
    { kind: "unknown" },
    { kind: "tooSoon", waitMs: 2_000 },
    { kind: "fresh" },
  ])("and that cannot be (%j) queues nothing", async outcome => {
    demanded = outcome;
    expect(await syncNow(ports, "user", "key", "full")).toEqual(outcome);
    expect(steps).toHaveLength(1);
  });
});

describe("a window that the user chooses", () => {
  const choose = async (work: Partial<WindowOutcome & { kind: "chosen" }>) => {
    const all = { epoch: 7, active: true, needsFullSync: false };
    chosen = { kind: "chosen", ...all, ...work };
    await setCalendarWindow(ports, "user", "key", { pastDays: 90 });
    expect(steps.shift()).toBe(`window user key {"pastDays":90} 1000`);
    return steps;
  };
  const past = `sync {"calendarKey":"key","epoch":7,"cause":"user"} key-7-past-${call}`;
  const move = `sync {"calendarKey":"key","epoch":7,"cause":"horizon"} key-7-window-${call}`;

  test.each([
    [{ needsFullSync: true }, [past, move]],
    [{}, [move]],
    [{ active: false, needsFullSync: true }, []],
  ])("%j queues its work and nothing else", async (work, tasks) => {
    expect(await choose(work)).toEqual(tasks);
  });

  test.each<WindowOutcome>([{ kind: "unknown" }, { kind: "tooSoon", waitMs: 2_000 }])(
    "and that is refused (%j) queues nothing",
    async outcome => {
      chosen = outcome;
      expect(await setCalendarWindow(ports, "user", "key", {})).toEqual(outcome);
      expect(steps).toHaveLength(1);
    },
  );
});
