import { describe, expect, test } from "@jest/globals";
import type { WatchTask } from "../ports/tasks.port.ts";
import type { CalendarWatches, WatchRecord, WatchTarget } from "../ports/watch.port.ts";
import { planMaintenance, planRenewal } from "./plan-watch.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * 60 * minuteMs;
const nowMs = 1_800_000_000_000;
const target: WatchTarget = {
  calendarKey: "key",
  resource: "events",
  uid: "uid",
  accountId: "acc",
  calendarId: "me@example.com",
  active: true,
  pushUnsupported: false,
  epoch: 1,
};

/** An open channel that is a day old and has five days left. */
const watch = (
  channelId: string,
  status: WatchRecord["status"],
  fields: { lifeMs?: number; ageMs?: number; resourceId?: string | null } = {},
): WatchRecord => ({
  channelId,
  calendarKey: "key",
  resource: "events",
  uid: "uid",
  accountId: "acc",
  calendarId: "me@example.com",
  status,
  resourceId: fields.resourceId === undefined ? "resource" : fields.resourceId,
  expiresAtMs: nowMs + (fields.lifeMs ?? 5 * dayMs),
  createdAtMs: nowMs - (fields.ageMs ?? dayMs),
});
/** A channel that was recorded `ageMs` ago and for which Google has not answered. */
const unanswered = (channelId: string, ageMs: number): WatchRecord =>
  watch(channelId, "opening", { ageMs, lifeMs: 10 * minuteMs - ageMs, resourceId: null });

const names = (watches: readonly WatchRecord[]): string[] => watches.map(({ channelId }) => channelId);
const plan = (
  action: WatchTask["action"],
  watches: readonly WatchRecord[],
  of: WatchTarget | undefined = target,
) => {
  const { stop, close, resume, open } = planMaintenance({ action }, of, watches, nowMs);
  return { stop: names(stop), close: names(close), resume: resume?.channelId, open: open !== undefined };
};
const nothing = { stop: [], close: [], resume: undefined, open: false };

describe("a channel serves its calendar", () => {
  test("while it has more than two days to live", () => {
    expect(plan("open", [watch("a", "open", { lifeMs: 2 * dayMs + 1 })])).toEqual(nothing);
    expect(plan("open", [watch("a", "open", { lifeMs: 2 * dayMs })])).toEqual({ ...nothing, open: true });
  });

  test("until it is to be replaced, unless it is so new that the task is a double", () => {
    expect(plan("replace", [watch("a", "open", { ageMs: 10 * minuteMs })])).toEqual({
      ...nothing,
      open: true,
    });
    expect(plan("replace", [watch("a", "open", { ageMs: 10 * minuteMs - 1 })])).toEqual(nothing);
  });

  test("and is not stopped before another one is open", () => {
    expect(plan("open", [watch("a", "open", { lifeMs: dayMs })])).toEqual({ ...nothing, open: true });
  });
});

describe("a channel that Google has opened, and that no worker has put into service", () => {
  test("is taken up where it was", () => {
    expect(plan("open", [watch("a", "opening")])).toEqual({ ...nothing, resume: "a" });
    expect(plan("open", [watch("a", "opening", { ageMs: minuteMs })])).toEqual({ ...nothing, resume: "a" });
  });

  test("is not taken up to replace it, nor when it ends soon: it is stopped", () => {
    const instead = { ...nothing, stop: ["a"], open: true };
    expect(plan("replace", [watch("a", "opening")])).toEqual(instead);
    expect(plan("open", [watch("a", "opening", { lifeMs: 2 * dayMs })])).toEqual(instead);
  });

  test("is stopped when another one serves, but not while a worker may be at it", () => {
    const open = watch("b", "open");
    expect(plan("open", [watch("a", "opening", { ageMs: 10 * minuteMs }), open])).toEqual({
      ...nothing,
      stop: ["a"],
    });
    expect(plan("open", [watch("a", "opening", { ageMs: 10 * minuteMs - 1 }), open])).toEqual(nothing);
  });

  test("is closed once it has expired, or its record would stay for ever", () => {
    expect(plan("open", [watch("a", "opening", { lifeMs: 0 }), watch("b", "open")])).toEqual({
      ...nothing,
      close: ["a"],
    });
  });
});

describe("a channel that Google has not answered for", () => {
  test("is left to its worker for ten minutes, then stopped", () => {
    const open = watch("b", "open");
    expect(plan("open", [unanswered("a", 10 * minuteMs - 1), open])).toEqual(nothing);
    expect(plan("open", [unanswered("a", 10 * minuteMs), open])).toEqual({ ...nothing, stop: ["a"] });
  });

  test("is stopped with the resourceId of a sibling, until that has succeeded", () => {
    const sibling = watch("b", "open", { resourceId: "known" });
    const failed = { ...unanswered("a", dayMs), status: "retiring" as const };
    for (const stuck of [unanswered("a", dayMs), failed]) {
      const { stop } = planMaintenance({ action: "open" }, target, [stuck, sibling], nowMs);
      expect(stop).toMatchObject([{ channelId: "a", resourceId: "known" }]);
    }
  });

  test("and has no sibling is kept as long as it may live, and closed then", () => {
    const open = watch("b", "open", { resourceId: null });
    expect(plan("open", [unanswered("a", 30 * dayMs - 1), open])).toEqual(nothing);
    expect(plan("open", [unanswered("a", 30 * dayMs), open])).toEqual({ ...nothing, close: ["a"] });
    expect(plan("open", [unanswered("a", 30 * dayMs), watch("c", "open")])).toEqual({
      ...nothing,
      close: ["a"],
    });
  });

  test("does not keep another worker from opening one", () => {
    expect(plan("open", [unanswered("a", minuteMs)])).toEqual({ ...nothing, open: true });
  });
});

describe("a retiring channel", () => {
  test("is stopped, whatever the task", () => {
    const leftover = [watch("a", "retiring"), watch("b", "open", { ageMs: minuteMs })];
    expect(plan("open", leftover)).toEqual({ ...nothing, stop: ["a"] });
    expect(plan("replace", leftover)).toEqual({ ...nothing, stop: ["a"] });
  });

  test("is not taken into service again", () => {
    expect(plan("open", [watch("a", "retiring")])).toEqual({ ...nothing, stop: ["a"], open: true });
  });

  test("that has expired is closed without asking Google", () => {
    expect(plan("open", [watch("a", "retiring", { lifeMs: 1 }), watch("b", "open")]).stop).toEqual(["a"]);
    expect(plan("open", [watch("a", "retiring", { lifeMs: 0 }), watch("b", "open")])).toEqual({
      ...nothing,
      close: ["a"],
    });
  });
});

describe("where nothing may be watched", () => {
  const all = [
    watch("a", "open"),
    watch("b", "opening"),
    watch("c", "retiring"),
    watch("d", "open", { lifeMs: 0 }),
  ];
  test.each<[string, WatchTask["action"], WatchTarget | undefined]>([
    ["it is switched off, and the task is to stop", "stop", { ...target, active: false }],
    ["the calendar is gone", "open", undefined],
    ["it is switched off", "open", { ...target, active: false }],
    ["Google cannot push for it", "open", { ...target, pushUnsupported: true }],
  ])("every channel is stopped: %s", (_, action, of) => {
    const { stop, close, ...rest } = planMaintenance({ action }, of, all, nowMs);
    expect([names(stop), names(close)]).toEqual([["a", "b", "c"], ["d"]]);
    expect(rest).toEqual({ resume: undefined, open: undefined });
  });

  test("but not where the calendar is active again when the task to stop comes", () => {
    expect(plan("stop", [watch("a", "open")])).toEqual(nothing);
    expect(plan("stop", [])).toEqual({ ...nothing, open: true });
  });

  test("one that is being opened is its worker's until it has an answer; without one it waits for a sibling's", () => {
    const off = { ...target, active: false };
    const young = watch("a", "opening", { ageMs: minuteMs });
    expect(plan("stop", [young, unanswered("b", minuteMs)], off)).toEqual({ ...nothing, stop: ["a"] });
    expect(plan("stop", [unanswered("a", 10 * minuteMs)], off)).toEqual(nothing);
    expect(plan("stop", [unanswered("a", 10 * minuteMs), watch("b", "open")], off).stop).toEqual(["a", "b"]);
  });
});

describe("the newest open channel stays", () => {
  const stopped = (...watches: WatchRecord[]) => plan("open", watches).stop;

  test("and the older open ones make way", () => {
    const older = watch("z", "open", { ageMs: dayMs + 1 });
    expect(stopped(older, watch("a", "open"))).toEqual(["z"]);
    expect(stopped(watch("a", "open"), older)).toEqual(["z"]);
    expect(stopped(watch("a", "open"), watch("z", "opening", { ageMs: 1 }))).toEqual([]);
  });

  test("of two made at the same moment it is the one whose name is greater", () => {
    expect(stopped(watch("a", "open"), watch("m", "open"), watch("b", "open"))).toEqual(["a", "b"]);
  });

  test("also where it is distrusted, until there is another", () => {
    expect(plan("replace", [watch("a", "open")])).toMatchObject({ stop: [], close: [] });
  });
});

describe("the daily round", () => {
  const active = { pushUnsupported: false, addressRefused: false, resource: "events" } as const;
  const round = (...watches: WatchRecord[]) =>
    planRenewal({ calendarKey: "key", watches, active }, nowMs, "none");

  test("replaces a channel with two days to live or less", () => {
    expect(round(watch("a", "open", { lifeMs: 2 * dayMs + 1 })).task).toBeUndefined();
    expect(round(watch("a", "open", { lifeMs: 2 * dayMs })).task).toEqual({ action: "replace" });
  });

  test("counts the channel that lives longest, and none that has expired or is not open", () => {
    const dying = watch("b", "retiring", { lifeMs: 6 * dayMs });
    const step = round(
      watch("a", "open", { lifeMs: 3 * dayMs }),
      watch("c", "open", { lifeMs: dayMs }),
      dying,
    );
    expect(step).toMatchObject({ lifeMs: 3 * dayMs, unwatched: false });
    expect(round(watch("a", "open", { lifeMs: 1 }))).toMatchObject({ lifeMs: 1, unwatched: false });
    expect(round(watch("a", "open", { lifeMs: 0 }), dying)).toMatchObject({
      lifeMs: undefined,
      unwatched: true,
      task: { action: "open" },
    });
  });

  test.each<[string, WatchRecord, boolean]>([
    ["is to be stopped", watch("b", "retiring"), true],
    ["is older and open", watch("b", "open", { ageMs: dayMs + 1 }), true],
    ["nobody put into service", watch("b", "opening", { ageMs: 10 * minuteMs }), true],
    ["Google never answered for", unanswered("b", 10 * minuteMs), true],
    ["is being opened at this moment", watch("b", "opening", { ageMs: 10 * minuteMs - 1 }), false],
    ["is closed", watch("b", "closed"), false],
  ])("tidies up beside the one that serves: one that %s", (_, other, tidies) => {
    expect(round(watch("a", "open"), other).task).toEqual(tidies ? { action: "open" } : undefined);
  });

  test("has nothing to do where nothing may be watched, once all is closed", () => {
    const closed = watch("a", "closed", { lifeMs: 1 });
    expect(
      planRenewal({ calendarKey: "key", watches: [closed], active: undefined }, nowMs, "none"),
    ).toMatchObject({
      task: undefined,
      forget: [],
      lifeMs: undefined,
      unwatched: false,
    });
    const polled = { ...active, pushUnsupported: true };
    const open = watch("b", "open");
    expect(
      planRenewal({ calendarKey: "key", watches: [closed, open], active: polled }, nowMs, "none"),
    ).toMatchObject({
      task: { action: "stop" },
      forget: [],
      lifeMs: undefined,
      unwatched: false,
    });
  });

  test("spreads what can wait over twenty hours, opens a missing channel at once, and never waits for a channel's end", () => {
    const delays = Array.from({ length: 2_000 }, (_, index) => {
      const calendarKey = `calendar-${index}`;
      const replace = planRenewal(
        { calendarKey, watches: [watch("a", "open", { lifeMs: 2 * dayMs })], active },
        nowMs,
        "none",
      );
      const late = planRenewal(
        { calendarKey, watches: [watch("a", "open", { lifeMs: hourMs })], active },
        nowMs,
        "none",
      );
      const missing = planRenewal({ calendarKey, watches: [], active }, nowMs, "none");
      expect(late.delayMs).toBe(Math.min(replace.delayMs, hourMs / 2));
      expect(missing).toMatchObject({ task: { action: "open" }, delayMs: 0 });
      return replace.delayMs;
    });
    expect(Math.max(...delays)).toBeLessThan(20 * hourMs);
    const hours = Array.from({ length: 20 }, (_, hour) =>
      delays.filter(ms => Math.floor(ms / hourMs) === hour),
    );
    expect(Math.min(...hours.map(each => each.length))).toBeGreaterThan(50);
    expect(Math.max(...hours.map(each => each.length))).toBeLessThan(150);
  });

  test("lists an account's calendars every third day, and daily without a channel", () => {
    const list = { ...active, resource: "calendarList" } as const;
    const days = (accountId: string, watches: readonly WatchRecord[], of: CalendarWatches["active"] = list) =>
      Array.from({ length: 9 }, (_, day) => day).filter(
        day =>
          planRenewal({ calendarKey: accountId, watches, active: of }, nowMs + day * dayMs, "none").listing,
      );
    const open = [watch("a", "open", { lifeMs: 30 * dayMs })];
    const first = new Set<number | undefined>();
    for (let account = 0; account < 30; account++) {
      const [day = NaN, ...others] = days(`account-${account}`, open);
      expect(others).toEqual([day + 3, day + 6]);
      first.add(day);
    }
    expect([...first].sort()).toEqual([0, 1, 2]);
    const daily = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(days("account", [])).toEqual(daily);
    expect(days("account", [], { ...list, pushUnsupported: true })).toEqual(daily);
    expect(days("account", open, active)).toEqual([]);
    expect(
      planRenewal({ calendarKey: "account", watches: open, active: undefined }, nowMs, "none"),
    ).toMatchObject({
      listing: false,
    });
  });

  test("forgets closed records when they have been quiet long enough, and no others", () => {
    const { forget } = round(
      watch("a", "closed", { lifeMs: 0 }),
      watch("b", "closed", { lifeMs: 1 }),
      watch("c", "open", { lifeMs: 0 }),
    );
    expect(forget).toEqual(["a"]);
  });
});
