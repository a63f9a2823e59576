import { expect, test } from "@jest/globals";
import { quotaDay } from "./quota-day.ts";

/*
 * In 2026 daylight saving in Los Angeles begins on 8 March at 10:00 UTC and ends on 1 November at 9:00 UTC. Midnight is
 * at 7:00 UTC within it, and at 8:00 UTC otherwise.
 */
test.each([
  ["2026-01-05T07:59:59.999Z", "2026-01-04"],
  ["2026-01-05T08:00:00.000Z", "2026-01-05"],
  ["2026-07-01T06:59:59.999Z", "2026-06-30"],
  ["2026-07-01T07:00:00.000Z", "2026-07-01"],
  // The day of 23 hours.
  ["2026-03-08T07:59:59.999Z", "2026-03-07"],
  ["2026-03-08T08:00:00.000Z", "2026-03-08"],
  ["2026-03-09T06:59:59.999Z", "2026-03-08"],
  ["2026-03-09T07:00:00.000Z", "2026-03-09"],
  // The day of 25 hours.
  ["2026-11-01T06:59:59.999Z", "2026-10-31"],
  ["2026-11-01T07:00:00.000Z", "2026-11-01"],
  ["2026-11-02T07:59:59.999Z", "2026-11-01"],
  ["2026-11-02T08:00:00.000Z", "2026-11-02"],
])("%s belongs to %s", (time, day) => {
  expect(quotaDay(Date.parse(time))).toBe(day);
});
