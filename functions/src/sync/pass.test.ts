import { describe, expect, test } from "@jest/globals";
import { planPass } from "./pass.ts";
import { queryVersion, type Progress, type SyncState } from "./sync-state.ts";
import { dayMs, newState } from "./testing/sync-world.fake.ts";

const nowMs = Date.parse("2026-03-02T09:00:00Z");
const settings = { pastWindowMs: 30 * dayMs, horizonMs: 400 * dayMs };
const windowStartMs = nowMs - 40 * dayMs;
const horizonMs = nowMs + 390 * dayMs;
const live = newState({
  syncToken: "token",
  queryVersion,
  windowStartMs,
  horizonMs,
  epoch: 10,
  coveredEpoch: 9,
  resyncEpoch: 9,
});
const progress: Progress = {
  mode: "pull",
  pageToken: "page",
  closes: 7,
  windowStartMs: windowStartMs + 1,
  timeZone: "Europe/Berlin",
  queryVersion,
  memory: "memory",
  parts: 1,
};
const plan = (change: Partial<SyncState>, forceFull = false) =>
  planPass({ ...live, ...change }, 10, nowMs, settings, forceFull);
const full = {
  mode: "full",
  query: { timeMinMs: nowMs - 30 * dayMs },
  windowStartMs: nowMs - 30 * dayMs,
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
    ["without a window", { windowStartMs: null }],
    ["without a horizon", { horizonMs: null }],
    ["when the user asks for it", { resyncEpoch: 10 }],
  ])("%s", (_what, change) => {
    expect(plan(change)).toEqual(full);
  });

  test("when the sync token is dead: from the first page, whatever was handed over", () => {
    expect(plan({ progress }, true)).toEqual(full);
    expect(plan({ progress: { ...progress, mode: "full" } }, true)).toEqual(full);
  });

  test("under a new query version, and written anew", () => {
    expect(plan({ queryVersion: queryVersion - 1 })).toEqual({ ...full, rewrite: true });
  });

  test("going on where it was handed over, with the window that it began with", () => {
    const left: Progress = { ...progress, mode: "full" };
    expect(plan({ progress: left })).toEqual({
      ...full,
      query: { timeMinMs: left.windowStartMs },
      windowStartMs: left.windowStartMs,
      closes: 7,
      resumed: left,
    });
  });

  test("from the first page where what was handed over is a pull's, or of another mapping", () => {
    expect(plan({ progress, syncToken: null })).toEqual(full);
    const old: Progress = { ...progress, mode: "full", queryVersion: queryVersion - 1 };
    expect(plan({ progress: old, syncToken: null })).toEqual(full);
    expect(plan({ progress: old })).toMatchObject({ mode: "pull", resumed: undefined });
  });

  test("without drawing the horizon back", () => {
    const further = nowMs + 500 * dayMs;
    expect(plan({ syncToken: null, horizonMs: further })).toEqual({ ...full, horizonMs: further });
  });
});
