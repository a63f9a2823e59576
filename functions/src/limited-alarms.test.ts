import { expect, test } from "@jest/globals";
import { createLimitedAlarms } from "./limited-alarms.ts";

test("one line a minute and event, with the number of those left out before it", () => {
  let nowMs = 1_000_000;
  const lines: unknown[] = [];
  const alarm = createLimitedAlarms({ now: () => nowMs, sleep: () => Promise.resolve() }, (...line) =>
    lines.push(line),
  );
  alarm("google.quota", { calendarKey: "a" });
  alarm("google.quota", { calendarKey: "b" });
  alarm("google.apiDisabled");
  nowMs += 59_999;
  alarm("google.quota", { calendarKey: "c" });
  expect(lines.splice(0)).toEqual([
    ["google.quota", { calendarKey: "a" }],
    ["google.apiDisabled", {}],
  ]);
  nowMs += 1;
  alarm("google.quota", { calendarKey: "d" });
  nowMs += 60_000;
  alarm("google.quota", { calendarKey: "e" });
  expect(lines).toEqual([
    ["google.quota", { calendarKey: "d", suppressed: 2 }],
    ["google.quota", { calendarKey: "e" }],
  ]);
});

test("a clock that jumps back silences nothing", () => {
  let nowMs = 1_000_000;
  let count = 0;
  const alarm = createLimitedAlarms({ now: () => nowMs, sleep: () => Promise.resolve() }, () => count++);
  alarm("google.quota");
  nowMs -= 3_600_000;
  alarm("google.quota");
  expect(count).toBe(2);
});
