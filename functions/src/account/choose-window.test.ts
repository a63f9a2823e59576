import { describe, expect, test } from "@jest/globals";
import { newSyncState, type SyncState } from "../model/sync-state.ts";
import type { WindowChoice } from "../ports/calendars.port.ts";
import { chooseWindow } from "./choose-window.ts";

const dayMs = 86_400_000;
const nowMs = 1_800_000_000_000;
const defaults = { pastWindowMs: 30 * dayMs, retentionMs: 400 * dayMs, horizonMs: 400 * dayMs };
const calendar = { uid: "user", accountId: "account", calendarId: "work@example.com", timeZone: "UTC" };

/** A calendar that was imported a moment ago, and whose full sync of long ago has begun. */
const imported: SyncState = {
  ...newSyncState(calendar, nowMs),
  syncToken: "token",
  windowStart: nowMs - 30 * dayMs,
  horizon: nowMs + 400 * dayMs,
  openSeries: true,
};
const after = (choice: WindowChoice, change: Partial<SyncState> = {}) =>
  chooseWindow({ ...imported, ...change }, choice, defaults, nowMs);

describe("the chosen window", () => {
  const both = { pastDays: 60, futureDays: 90 };
  test.each<[WindowChoice, SyncState["window"], object]>([
    [{}, undefined, {}],
    [{ pastDays: 60 }, undefined, { pastDays: 60 }],
    [{ pastDays: 0 }, both, { pastDays: 0, futureDays: 90 }],
    [{}, both, both],
    [{ futureDays: null }, both, { pastDays: 60 }],
    [{ pastDays: null, futureDays: null }, both, {}],
  ])("%j after %j", (choice, window, expected) => {
    const state = window && { window };
    expect(after(choice, { windowStart: nowMs - 60 * dayMs, ...state })).toMatchObject({ window: expected });
  });
});

describe("more past", () => {
  test("needs a full sync, which counts as one that the user asks for", () => {
    expect(after({ pastDays: 31 })).toMatchObject({ needsFullSync: true, isDemand: true });
  });

  test("than is chosen, but not than is stored, needs none", () => {
    expect(after({ pastDays: 30 }, { window: { pastDays: 7 } })).toMatchObject({
      needsFullSync: false,
      isDemand: false,
    });
  });

  test("in the hour after the last full sync that the user asked for is too soon", () => {
    const fullDemandedAt = nowMs - 20 * 60_000;
    expect(after({ pastDays: 60 }, { fullDemandedAt })).toEqual({ kind: "tooSoon", waitMs: 40 * 60_000 });
    expect(after({ pastDays: 7 }, { fullDemandedAt })).toMatchObject({ kind: "chosen" });
  });

  test("may be asked for again, for example because the first answer was lost", () => {
    const before = { window: { pastDays: 60 }, fullDemandedAt: nowMs };
    expect(after({ pastDays: 60 }, before)).toMatchObject({ needsFullSync: true, isDemand: false });
  });

  test("of a calendar that is not synced is only noted", () => {
    expect(after({ pastDays: 60 }, { active: false, fullDemandedAt: nowMs })).toMatchObject({
      kind: "chosen",
      isDemand: false,
    });
  });
});

describe("more future", () => {
  test("counts as a demand, without a full sync", () => {
    expect(after({ futureDays: 800 })).toMatchObject({ needsFullSync: false, isDemand: true });
    expect(after({ futureDays: 800 }, { fullDemandedAt: nowMs })).toMatchObject({ kind: "tooSoon" });
  });

  test("and less, do not after an interrupted move that has come as far", () => {
    const horizonPendingFrom = nowMs + 9 * dayMs;
    expect(after({ futureDays: 400 }, { horizonPendingFrom })).toMatchObject({ isDemand: false });
    expect(after({ futureDays: 20 }, { horizonPendingFrom })).toMatchObject({ isDemand: false });
  });
});
