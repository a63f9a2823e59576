import { describe, expect, test } from "@jest/globals";
import type { CalendarDocument } from "./documents.ts";
import { at, calendar } from "./documents.fixture.ts";
import { staleCalendars } from "./stale.ts";

const nowMs = Date.UTC(2026, 10, 23, 8);
const tenMinutesMs = 10 * 60_000;
const live: CalendarDocument = {
  ...calendar,
  sync: { phase: "live" },
  lastSyncedAt: at(nowMs - tenMinutesMs),
};
const stale = (changes: Partial<CalendarDocument>) =>
  staleCalendars(new Map([["key", { ...live, ...changes }]]), nowMs).length === 1;

describe("a client asks for", () => {
  test("the calendars that were not synced for ten minutes, and no others", () => {
    const calendars = new Map([
      ["old", live],
      ["fresh", { ...live, lastSyncedAt: at(nowMs - tenMinutesMs + 1) }],
      ["older", { ...live, lastSyncedAt: at(0) }],
    ]);
    expect(staleCalendars(calendars, nowMs)).toEqual(["old", "older"]);
  });

  test.each<[string, Partial<CalendarDocument>, boolean]>([
    ["polled", { sync: { phase: "polling" } }, true],
    ["of busy times", { sync: { phase: "busyOnly" } }, true],
    ["without a time", { lastSyncedAt: undefined }, true],
    ["switched off", { enabled: false }, false],
    ["being imported", { sync: { phase: "importing" } }, false],
    ["that Google does not show", { sync: { phase: "unavailable" } }, false],
    ["whose sync fails, and is repeated anyway", { sync: { phase: "error" } }, false],
  ])("a calendar %s", (_what, changes, asked) => {
    expect(stale(changes)).toBe(asked);
  });
});
