import { describe, expect, test } from "@jest/globals";
import { planPass } from "./plan-pass.ts";
import { queryVersion, type Checkpoint, type SyncState } from "../model/sync-state.ts";
import { dayMs, newState } from "./testing/sync-world.fake.ts";

const nowMs = Date.parse("2026-03-02T09:00:00Z");
const settings = { pastWindowMs: 30 * dayMs, horizonMs: 400 * dayMs, queryVersion };
const windowStartMs = nowMs - 40 * dayMs;
const horizonMs = nowMs + 390 * dayMs;
const live = newState({
  syncToken: "token",
  queryVersion,
  windowStart: windowStartMs,
  horizon: horizonMs,
  epoch: 10,
  coveredEpoch: 9,
  resyncEpoch: 9,
});
const progress: Checkpoint = {
  mode: "pull",
  pageToken: "page",
  closes: 7,
  windowStart: windowStartMs + 1,
  timeZone: "Europe/Berlin",
  queryVersion,
  memory: "memory",
  parts: 1,
};
const idle = { forceFull: false, mayRelist: false };
const plan = (change: Partial<SyncState>, forceFull = false, mayRelist = false, atMs = nowMs) =>
  planPass({ ...live, ...change }, 10, atMs, settings, { forceFull, mayRelist, mayUpgrade: false });
const upgrade = (change: Partial<SyncState>) =>
  planPass({ ...live, ...change }, 10, nowMs, settings, { ...idle, mayUpgrade: true });
const full = {
  mode: "full",
  query: { timeMinMs: windowStartMs },
  windowStartMs,
  horizonMs: nowMs + 400 * dayMs,
  closes: 10,
  rewrite: false,
  resumed: undefined,
};

test("what has changed is pulled, in the window and up to the horizon that are stored", () => {
  expect(plan({})).toEqual({
    mode: "pull",
    query: { syncToken: "token" },
    windowStartMs,
    horizonMs,
    closes: 10,
    rewrite: false,
    resumed: undefined,
  });
});

test("a pull that was handed over goes on with the epoch that it had closed", () => {
  expect(plan({ progress })).toMatchObject({ mode: "pull", windowStartMs, closes: 7, resumed: progress });
});

describe("everything is listed again", () => {
  test.each<[string, Partial<SyncState>]>([
    ["without a sync token", { syncToken: null }],
    ["without a horizon", { horizon: null }],
    ["when the user asks for it", { resyncEpoch: 10 }],
  ])("%s", (_what, change) => {
    expect(plan(change)).toEqual(full);
  });

  test("when the sync token is dead: from the first page, whatever was handed over", () => {
    expect(plan({ progress }, true)).toEqual(full);
    expect(plan({ progress: { ...progress, mode: "full" } }, true)).toEqual(full);
  });

  test("under another query version only by an upgrade pass, or when a full sync is due anyway", () => {
    const old = { queryVersion: queryVersion - 1 };
    expect(plan(old)).toEqual({ ...plan({}), mode: "pull", rewrite: false });
    expect(upgrade(old)).toEqual({ ...full, rewrite: true });
    expect(upgrade({ queryVersion: queryVersion + 1 })).toEqual({ ...full, rewrite: true });
    expect(plan({ ...old, resyncEpoch: 10 })).toEqual({ ...full, rewrite: true });
    expect(upgrade({})).toEqual(plan({}));
  });

  test("where some events may lack their details: whole documents are compared, by every task of the pass", () => {
    const mixed = { detailsMixed: true };
    expect(plan(mixed)).toEqual({ ...full, rewrite: true });
    const left: Checkpoint = { ...progress, mode: "full" };
    expect(plan({ ...mixed, progress: left })).toMatchObject({ mode: "full", rewrite: true, resumed: left });
    expect(plan({ detailsMixed: false })).toMatchObject({ mode: "pull", rewrite: false });
  });

  test("going on where it was handed over, with the window that it began with", () => {
    const left: Checkpoint = { ...progress, mode: "full" };
    expect(plan({ progress: left })).toEqual({
      ...full,
      query: { timeMinMs: left.windowStart },
      windowStartMs: left.windowStart,
      closes: 7,
      resumed: left,
    });
  });

  test("from the first page where what was handed over is a pull's, or of another mapping", () => {
    expect(plan({ progress, syncToken: null })).toEqual(full);
    const old: Checkpoint = { ...progress, mode: "full", queryVersion: queryVersion - 1 };
    expect(plan({ progress: old, syncToken: null })).toEqual(full);
    expect(plan({ progress: old })).toMatchObject({ mode: "pull", resumed: undefined });
  });

  test("in the window that it always had, or in the first one: so far back as is set", () => {
    expect(plan({ syncToken: null, windowStart: null })).toEqual({
      ...full,
      query: { timeMinMs: nowMs - 30 * dayMs },
      windowStartMs: nowMs - 30 * dayMs,
    });
  });

  test("when the window is to begin earlier than it does", () => {
    const narrow = { windowStart: nowMs - 20 * dayMs };
    expect(plan(narrow)).toEqual({
      ...full,
      query: { timeMinMs: nowMs - 30 * dayMs },
      windowStartMs: nowMs - 30 * dayMs,
    });
    // The clocks of instances differ slightly, which must not cause a full sync.
    expect(plan({ windowStart: nowMs - 30 * dayMs + 60_000 })).toMatchObject({ mode: "pull" });
  });

  test("some 30 days after the last time, when nobody waits for the pull", () => {
    const fullSyncedAtMs = nowMs;
    const at = (days: number, mayRelist = true) =>
      plan({ fullSyncedAt: fullSyncedAtMs }, false, mayRelist, nowMs + days * dayMs).mode;
    expect([at(0), at(26.9)]).toEqual(["pull", "pull"]);
    // In a calendar that changes day and night, no backup may ever be due.
    expect([at(33.1), at(29.9, false), at(36.1, false)]).toEqual(["full", "pull", "full"]);
    expect(plan({ fullSyncedAt: null }, false, true)).toMatchObject({ mode: "pull" });
    const firstDays = new Set<number>();
    for (let calendar = 0; calendar < 60; calendar++) {
      const calendarId = `calendar ${calendar}`;
      const isDue = (day: number) =>
        plan({ fullSyncedAt: fullSyncedAtMs, calendarId }, false, true, nowMs + day * dayMs).mode === "full";
      firstDays.add([27, 28, 29, 30, 31, 32, 33].find(isDue) ?? 0);
    }
    expect([...firstDays].sort()).toEqual([28, 29, 30, 31, 32, 33]);
  });

  test("without drawing the horizon back", () => {
    const further = nowMs + 500 * dayMs;
    expect(plan({ syncToken: null, horizon: further })).toEqual({ ...full, horizonMs: further });
  });
});
