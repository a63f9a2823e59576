import { describe, expect, test } from "@jest/globals";
import { addDays, momentOf, rfc3339, wallClock } from "./zoned-time.ts";

const wall = (time: string) => Date.parse(`${time}Z`);

describe("momentOf", () => {
  test.each([
    ["Europe/Berlin", "2026-07-01T09:00", "2026-07-01T07:00:00.000Z"],
    ["America/New_York", "2026-11-23T23:30", "2026-11-24T04:30:00.000Z"],
    ["Asia/Kathmandu", "2026-11-23T09:00", "2026-11-23T03:15:00.000Z"],
    // The clocks of Berlin skip 02:00 to 03:00 on 29 March, and show 02:00 to 03:00 twice on 25 October.
    ["Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59:00.000Z"],
    ["Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
    ["Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00.000Z"],
    ["Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00.000Z"],
    // In Santiago, there is no midnight on 6 September.
    ["America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00:00.000Z"],
  ])("in %s, the clocks show %s at %s", (zone, time, moment) => {
    expect(momentOf(wall(time), zone).toISOString()).toBe(moment);
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

test("wallClock is what the clocks of a zone show", () => {
  expect(wallClock(new Date("2026-11-23T23:30:00Z"), "Asia/Tokyo")).toBe(wall("2026-11-24T08:30"));
});

test.each([
  ["2026-02-28", 1, "2026-03-01"],
  ["2026-01-01", -1, "2025-12-31"],
  ["2026-10-25", 1, "2026-10-26"],
])("%s and %s days is %s", (date, days, other) => {
  expect(addDays(date, days)).toBe(other);
});
