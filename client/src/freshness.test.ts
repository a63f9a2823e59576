import { describe, expect, test } from "@jest/globals";
import type { CalendarDocument } from "./documents.ts";
import { at, calendar } from "./documents.fixture.ts";
import { freshnessOf } from "./freshness.ts";

const live: CalendarDocument = { ...calendar, sync: { phase: "live" }, lastSyncedAt: at(2000) };
const of = (...changes: Partial<CalendarDocument>[]) =>
  freshnessOf(new Map(changes.map((change, n) => [String(n), { ...live, ...change }])));

describe("the events of some calendars", () => {
  test("are as fresh as the calendar that was synced longest ago", () => {
    expect(of({}, { lastSyncedAt: at(1000) }, {})).toEqual({ asOf: new Date(1000), live: true });
  });

  test("a calendar that is not synced does not count", () => {
    const off = { enabled: false, lastSyncedAt: at(1), sync: { phase: "error" } } as const;
    expect(of({}, off)).toEqual({ asOf: new Date(2000), live: true });
  });

  test("nothing is known if a calendar was never synced, or if there is none", () => {
    expect(of({}, { lastSyncedAt: undefined }).asOf).toBeUndefined();
    expect([of(), of({ enabled: false })]).toEqual([
      { asOf: undefined, live: false },
      { asOf: undefined, live: false },
    ]);
  });

  test.each([
    ["importing", false],
    ["polling", false],
    ["unavailable", false],
    ["error", false],
    ["a later phase", true],
  ])("one that is %s: live is %s", (phase, expected) => {
    expect(of({}, { sync: { phase } }).live).toBe(expected);
  });
});
