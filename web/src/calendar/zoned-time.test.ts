import { describe, expect, test } from "@jest/globals";
import { addDays, rfc3339 } from "./zoned-time.ts";

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

test.each([
  ["2026-02-28", 1, "2026-03-01"],
  ["2026-01-01", -1, "2025-12-31"],
  ["2026-10-25", 1, "2026-10-26"],
])("%s and %s days is %s", (date, days, other) => {
  expect(addDays(date, days)).toBe(other);
});
