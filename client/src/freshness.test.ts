import { describe, expect, test } from "@jest/globals";
import { knownSyncPhases, type CalendarDocument } from "./documents.ts";
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

  test("all known phases but one mean that changes do not arrive by themselves; an unknown one does not", () => {
    const liveIn = [...knownSyncPhases, "a later phase"].filter(phase => of({}, { sync: { phase } }).live);
    expect(liveIn).toEqual(["live", "a later phase"]);
  });
});
