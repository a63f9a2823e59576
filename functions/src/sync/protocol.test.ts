import { describe, expect, test } from "@jest/globals";
import type { GoogleFailureReason } from "../model/google-failure.ts";
import {
  decideBegin,
  noteOfStatus,
  statusAfterPass,
  leaseMs,
  taskForNotification,
  type Delivery,
} from "./protocol.ts";
import { decideFailure } from "./sync-failure.ts";
import { queryVersion, type SyncState } from "../model/sync-state.ts";
import { rolloutMs } from "./query-version.ts";
import { calendarKey, newState } from "./testing/sync-world.fake.ts";

const nowMs = Date.parse("2026-01-05T09:00:00Z");
const delivery: Delivery = { taskId: "task", attempt: 0, holder: "me", epoch: 10, userWaits: false };
const idle = newState({ epoch: 10, coveredEpoch: 9, pendingEpoch: 9, pulledAt: nowMs - 60_000 });
const lease = { holder: "other", taskId: "other", attempt: 0, expiresAt: nowMs + 1 };
const failing = (count: number, retryAt: number) => ({
  reason: "unavailable",
  since: nowMs - 1,
  count,
  retryAt,
});
const begin = (state: Partial<typeof idle>, change: Partial<Delivery> = {}) =>
  decideBegin({ ...idle, ...state }, { ...delivery, ...change }, nowMs, {
    minIntervalMs: 2_000,
    queryVersion,
  });

describe("what a delivery does first", () => {
  test("a calendar that is switched off: nothing", () => {
    expect(begin({ active: false })).toEqual({ kind: "inactive" });
  });

  test("what is covered is done, even under somebody's lease", () => {
    expect(begin({ coveredEpoch: 10, lease })).toEqual({ kind: "covered" });
  });

  test("it takes the lease and closes the epoch", () => {
    const expiresAt = nowMs + leaseMs;
    expect(begin({})).toEqual({
      kind: "take",
      closes: 10,
      lease: { holder: "me", taskId: "task", attempt: 0, expiresAt },
      versions: {},
    });
  });

  test("a calendar that newer code has upgraded goes back to the queue, until it can only be a rollback", () => {
    const newer = { queryVersion: queryVersion + 1, upgradedAt: nowMs - rolloutMs + 1 };
    expect(begin(newer)).toEqual({ kind: "newerCode" });
    expect(begin(newer, { userWaits: true })).toEqual({ kind: "newerCode" });
    expect(begin({ ...newer, lease })).toEqual({ kind: "newerCode" });
    expect(begin({ ...newer, coveredEpoch: 10 })).toEqual({ kind: "covered" });
    const after = { ...newer, upgradedAt: nowMs - rolloutMs };
    expect(begin(after)).toMatchObject({ kind: "take", versions: { queryVersion: 0 } });
    expect(begin({ queryVersion: queryVersion + 1 })).toMatchObject({ versions: { queryVersion: 0 } });
    expect(begin({ ...newer, queryVersion: queryVersion - 1 })).toMatchObject({ kind: "take", versions: {} });
  });

  test("the same for a calendar whose pass newer code has handed over", () => {
    const progress = {
      mode: "full",
      pageToken: "page",
      closes: 9,
      windowStart: nowMs,
      timeZone: "UTC",
      queryVersion: queryVersion + 1,
      memory: "memory",
      parts: 1,
    } as const;
    expect(begin({ progress, pulledAt: nowMs - rolloutMs + 1 })).toEqual({ kind: "newerCode" });
    const after = begin({ progress, pulledAt: nowMs - rolloutMs });
    expect(after).toMatchObject({ kind: "take", versions: { progress: null } });
    expect(after).not.toHaveProperty("versions.queryVersion");
    expect(begin({ progress: { ...progress, queryVersion } })).toMatchObject({ kind: "take", versions: {} });
  });

  test("an epoch that the state has not reached is closed all the same", () => {
    expect(begin({}, { epoch: 12 })).toMatchObject({ kind: "take", closes: 12 });
  });

  test("under a living lease it notes the highest epoch and waits for the lease's end", () => {
    expect(begin({ lease })).toEqual({ kind: "yield", pendingEpoch: 10, followUpAtMs: nowMs + 1 });
    expect(begin({ lease, pendingEpoch: 11 })).toMatchObject({ pendingEpoch: 11 });
  });

  test.each([
    ["has expired", { ...lease, expiresAt: nowMs }, 0],
    ["is this task's own, of an earlier attempt", { ...lease, taskId: "task" }, 1],
    ["is this delivery's own, of a commit that was repeated below us", { ...lease, holder: "me" }, 0],
  ])("a lease that %s is taken over", (_what, of, attempt) => {
    expect(begin({ lease: of }, { attempt })).toMatchObject({ kind: "take" });
  });

  test("a doubled delivery of the same attempt does not take over", () => {
    expect(begin({ lease: { ...lease, taskId: "task", attempt: 1 } }, { attempt: 1 })).toMatchObject({
      kind: "yield",
    });
  });

  test("a follow-up task before its time goes back to the queue, unless there is nothing to wait for any more", () => {
    expect(begin({ lease }, { waitsForMs: nowMs + 1 })).toEqual({ kind: "tooEarly" });
    expect(begin({ lease }, { waitsForMs: nowMs })).toMatchObject({ kind: "yield" });
    expect(begin({}, { waitsForMs: nowMs + 1 })).toMatchObject({ kind: "take" });
  });

  test("so soon after a pass it pauses, and a clock that jumped back does not stop it", () => {
    expect(begin({ pulledAt: nowMs - 500 })).toEqual({ kind: "pause", ms: 1_500 });
    expect(begin({ pulledAt: nowMs })).toEqual({ kind: "pause", ms: 2_000 });
    expect(begin({ pulledAt: nowMs - 2_000 })).toMatchObject({ kind: "take" });
    expect(begin({ pulledAt: nowMs + 3_600_000 })).toMatchObject({ kind: "take" });
  });

  test("after a failure Google is not asked before its time, unless a user waits", () => {
    expect(begin({ failure: failing(1, nowMs + 1) })).toEqual({ kind: "backOff" });
    expect(begin({ failure: failing(1, nowMs) })).toMatchObject({ kind: "take" });
    expect(begin({ failure: failing(1, nowMs + 1) }, { userWaits: true })).toMatchObject({ kind: "take" });
    // The longest possible back-off, and a longer one, which a wrong clock must have stored.
    expect(begin({ failure: failing(9, nowMs + 750_000) })).toEqual({ kind: "backOff" });
    expect(begin({ failure: failing(9, nowMs + 750_001) })).toMatchObject({ kind: "take" });
    expect(begin({ failure: failing(1, nowMs + 86_400_000) })).toMatchObject({ kind: "take" });
  });

  test("the back-off never hides a note for the holder of a living lease", () => {
    expect(begin({ lease, failure: failing(1, nowMs + 1) })).toMatchObject({ kind: "yield" });
  });
});

describe("failures", () => {
  const delay = (count: number, random: number, googleReason?: string): number => {
    const state = { ...idle, failure: count === 1 ? null : failing(count - 1, nowMs) };
    return decideFailure(state, "rateLimited", nowMs, random, googleReason).failure.retryAt - nowMs;
  };

  test("the back-off doubles up to ten minutes, a quarter more or less", () => {
    expect([1, 2, 3, 20].map(count => delay(count, 0.5))).toEqual([5_000, 10_000, 20_000, 600_000]);
    expect([delay(1, 0), delay(1, 0.999_999)]).toEqual([3_750, 6_250]);
    expect(delay(1_000, 0.999_999)).toBe(750_000);
  });

  test("a quota that is used up is worth the longest back-off at once", () => {
    for (const used of [
      "quotaExceeded",
      "dailyLimitExceededUnreg",
      "calendarUsageLimitsExceeded",
      "RESOURCE_QUOTA_EXCEEDED",
    ])
      expect(delay(1, 0.5, used)).toBe(600_000);
    expect(delay(1, 0.5, "concurrentLimitExceeded")).toBe(5_000);
    expect(delay(1, 0.5, "RATE_LIMIT_EXCEEDED")).toBe(5_000);
  });

  test("the user hears of it after a quarter of an hour, once, in a sentence", () => {
    const since = (ms: number, phase: "live" | "error") =>
      decideFailure(
        { ...idle, shown: { phase, at: 0 }, failure: { ...failing(3, nowMs), since: nowMs - ms } },
        "unavailable",
        nowMs,
        0.5,
      ).shown;
    expect(since(14 * 60_000, "live")).toBeUndefined();
    expect(since(15 * 60_000, "live")).toMatchObject({
      phase: "error",
      message: expect.stringMatching(/^Google .*\.$/),
    });
    expect(since(15 * 60_000, "error")).toBeUndefined();
  });

  test("the sentence says what is wrong, also where nothing has been shown yet", () => {
    const sentence = (reason: GoogleFailureReason) =>
      decideFailure({ ...idle, failure: { ...failing(3, nowMs), since: 0 } }, reason, nowMs, 0.5).shown
        ?.message;
    expect(sentence("rateLimited")).toMatch(/limiting/);
    expect(sentence("unavailable")).toMatch(/not been answering/);
    expect(sentence("badRequest")).toBe(sentence("unavailable"));
    for (const reason of ["operator", "notUnderstood"] as const)
      expect(sentence(reason)).toMatch(/people who run it/);
  });
});

describe("what the user sees after a pass", () => {
  const live = { ...idle, shown: { phase: "live", at: nowMs - 60_000 } } as const;
  const shown = (state: SyncState, changed: boolean, atMs: number, unreadable = 0) =>
    statusAfterPass(state, { changed, unreadable }, atMs);

  test("what could not be read is shown at once, and so is its end", () => {
    expect(shown(live, false, nowMs, 2)).toEqual({ phase: "live", syncedAtMs: nowMs, unreadable: 2 });
    const two = { ...live, shown: { ...live.shown, unreadable: 2 } };
    expect(shown(two, false, nowMs, 2)).toBeUndefined();
    expect(shown(two, false, nowMs)).toEqual({ phase: "live", syncedAtMs: nowMs });
  });

  test("nothing new is not worth a write, but once an hour", () => {
    expect(shown(live, false, nowMs)).toBeUndefined();
    expect(shown(live, false, nowMs + 3_600_000)).toEqual({
      phase: "live",
      syncedAtMs: nowMs + 3_600_000,
    });
  });

  test("changes, an import that is complete, and a recovery are", () => {
    expect(shown(live, true, nowMs)).toEqual({ phase: "live", syncedAtMs: nowMs, changedAtMs: nowMs });
    expect(shown(live, true, nowMs - 1)).toBeUndefined();
    expect(shown({ ...live, shown: null }, false, nowMs)).toMatchObject({ phase: "live" });
    expect(shown({ ...live, shown: { phase: "error", at: nowMs } }, false, nowMs)).toMatchObject({
      phase: "live",
    });
  });

  test("that only busy times are shared is said once, with or without push, and no longer than it is so", () => {
    const after = (state: SyncState, busyOnly: boolean) =>
      statusAfterPass(state, { changed: false, unreadable: 0, busyOnly }, nowMs);
    expect(after(live, true)).toEqual({ phase: "busyOnly", syncedAtMs: nowMs });
    expect(after({ ...idle, pushUnsupported: true }, true)).toMatchObject({ phase: "busyOnly" });
    const told = { ...idle, shown: noteOfStatus({ phase: "busyOnly" }, nowMs) };
    expect(after(told, true)).toBeUndefined();
    expect(after(told, false)).toEqual({ phase: "live", syncedAtMs: nowMs });
    // The document still explains that Google lists nothing.
    const refused = { ...idle, shown: { phase: "unavailable", busyOnly: true, at: nowMs } } as const;
    expect(after(refused, true)).toEqual({ phase: "busyOnly", syncedAtMs: nowMs });
  });

  test("what a version without busyOnly reads from the state is a phase that it knows", () => {
    expect(noteOfStatus({ phase: "busyOnly" }, nowMs)).toEqual({ phase: "live", busyOnly: true, at: nowMs });
  });

  test("a calendar without push says so", () => {
    expect(shown({ ...idle, pushUnsupported: true }, false, nowMs)).toMatchObject({ phase: "polling" });
  });
});

describe("the task of a notification", () => {
  const task = (change: Partial<typeof idle>, atMs = nowMs) =>
    taskForNotification(calendarKey, { ...idle, ...change }, atMs, 2_000);

  test("one name for an epoch, another one ten minutes later: a lost task does not stand in the way for ever", () => {
    expect(task({}, nowMs + 599_999).id).toBe(task({}).id);
    expect(task({}, nowMs + 600_000).id).not.toBe(task({}).id);
    expect(task({ epoch: 11 }).id).not.toBe(task({}).id);
    expect(task({}).id).toMatch(/^[A-Za-z0-9_-]{1,500}$/);
  });

  test("just after a pass it is delayed by what is left of the interval, at most by all of it", () => {
    expect(task({}).notBeforeMs).toBeUndefined();
    expect(task({ pulledAt: nowMs - 2_000 }).notBeforeMs).toBeUndefined();
    expect(task({ pulledAt: nowMs - 500 }).notBeforeMs).toBe(nowMs + 1_500);
    expect(task({ pulledAt: nowMs + 86_400_000 }).notBeforeMs).toBe(nowMs + 2_000);
  });
});
