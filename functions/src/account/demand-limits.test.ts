import { describe, expect, test } from "@jest/globals";
import { fullSyncWaitMs, isStale } from "./demand-limits.ts";

const nowMs = 1_800_000_000_000;
const hourMs = 3_600_000;
/** The full sync of epoch 7 has begun. */
const begun = { resyncEpoch: 7, epoch: 8 };

test("a user who has never asked need not wait", () => {
  expect(fullSyncWaitMs(begun, nowMs)).toBe(0);
});

test.each([
  ["asked just now", nowMs, hourMs],
  ["asked almost an hour ago", nowMs - hourMs + 1, 1],
  ["asked an hour ago", nowMs - hourMs, 0],
  ["asked long ago", nowMs - 9 * hourMs, 0],
  ["asked later than now, because the clock was set back,", nowMs + 1, 0],
])("a user who has %s waits for the rest of an hour", (_when, fullDemandedAt, waitMs) => {
  expect(fullSyncWaitMs({ ...begun, fullDemandedAt }, nowMs)).toBe(waitMs);
});

test("a user whose full sync has not begun may ask for it again", () => {
  expect(fullSyncWaitMs({ resyncEpoch: 7, epoch: 7, fullDemandedAt: nowMs }, nowMs)).toBe(0);
});

describe("a calendar is stale", () => {
  const minuteMs = 60_000;
  test.each<[string, number | null, boolean]>([
    ["ten minutes after its last pass", nowMs - 10 * minuteMs, true],
    ["not before", nowMs - 10 * minuteMs + 1, false],
    ["not while a pass has just begun", nowMs, false],
    ["if it was never pulled", null, true],
    ["if the clock was set back", nowMs + 1, true],
  ])("%s", (_when, pulledAt, stale) => {
    expect(isStale({ active: true, pulledAt }, nowMs)).toBe(stale);
  });

  test("never if Google does not let us read it", () => {
    expect(isStale({ active: false, pulledAt: 0 }, nowMs)).toBe(false);
  });
});
