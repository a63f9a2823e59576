import { describe, expect, test } from "@jest/globals";
import { momentOfWallTime, rfc3339, startOfDate, wallTimeMs } from "./zoned-time.ts";

const wall = (text: string) => Date.parse(`${text}Z`);

describe("a wall time in a zone", () => {
  test.each([
    ["an ordinary one", "2026-11-23T09:00", "Europe/Berlin", "2026-11-23T08:00:00.000Z"],
    ["of a zone without whole hours", "2026-11-23T09:00", "Asia/Kathmandu", "2026-11-23T03:15:00.000Z"],
    ["far in the east", "2026-11-23T09:00", "Pacific/Kiritimati", "2026-11-22T19:00:00.000Z"],
    ["that is shown twice: the first", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["that is skipped: when clocks are set", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["at which clocks are set", "2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ])("%s", (_what, text, timeZone, expected) => {
    expect(momentOfWallTime(wall(text), timeZone).toISOString()).toBe(expected);
  });

  test("around each change of the clocks, what a clock shows is found again, at the first such moment", () => {
    const changes = [
      ["America/New_York", "2026-03-08"],
      ["America/New_York", "2026-11-01"],
      ["Australia/Lord_Howe", "2026-04-05"],
      ["Africa/Cairo", "2026-10-29"],
    ] as const;
    for (const [timeZone, date] of changes) {
      const fromMs = Date.parse(date) - 86_400_000;
      for (let atMs = fromMs; atMs < fromMs + 3 * 86_400_000; atMs += 15 * 60_000) {
        const shown = wallTimeMs(atMs, timeZone);
        const found = momentOfWallTime(shown, timeZone).getTime();
        expect(wallTimeMs(found, timeZone)).toBe(shown);
        expect(found).toBeLessThanOrEqual(atMs);
      }
    }
  });

  test("an unknown zone is refused", () => {
    expect(() => startOfDate("2026-11-23", "Europe/Atlantis")).toThrow(RangeError);
  });
});

describe("a date begins", () => {
  test.each([
    ["at midnight", "2026-11-23", "America/New_York", "2026-11-23T05:00:00.000Z"],
    ["at one, if midnight is skipped", "2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000Z"],
    ["at the first of two midnights", "2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z"],
    [
      "when the next date begins, if there is no such date",
      "2011-12-30",
      "Pacific/Apia",
      "2011-12-30T10:00:00.000Z",
    ],
  ])("%s", (_what, date, timeZone, expected) => {
    expect(startOfDate(date, timeZone).toISOString()).toBe(expected);
  });
});

describe("rfc3339", () => {
  test.each([
    ["Europe/Berlin", "2026-10-25T00:30:00.000Z", "2026-10-25T02:30:00+02:00"],
    ["Europe/Berlin", "2026-10-25T01:30:00.000Z", "2026-10-25T02:30:00+01:00"],
    ["America/St_Johns", "2026-11-23T12:00:30.000Z", "2026-11-23T08:30:30-03:30"],
    ["UTC", "2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00+00:00"],
  ])("in %s, %s is %s", (zone, moment, written) => {
    expect(rfc3339(new Date(moment), zone)).toBe(written);
    expect(new Date(written).toISOString()).toBe(moment);
  });
});
