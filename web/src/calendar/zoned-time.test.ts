import { expect, test } from "@jest/globals";
import { addDays } from "./zoned-time.ts";

test.each([
  ["2026-02-28", 1, "2026-03-01"],
  ["2026-01-01", -1, "2025-12-31"],
  ["2026-10-25", 1, "2026-10-26"],
])("%s and %s days is %s", (date, days, other) => {
  expect(addDays(date, days)).toBe(other);
});
