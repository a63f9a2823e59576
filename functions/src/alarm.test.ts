import { expect, test } from "@jest/globals";
import { createAlarm } from "./alarm.ts";

test("an alarm is heard at once, and then once a minute for each event", () => {
  let nowMs = 1_800_000_000_000;
  const lines: unknown[] = [];
  const alarm = createAlarm((message, fields) => lines.push([message, fields]), { now: () => nowMs });
  for (const step of [0, 1, 59_998, 1, 1]) {
    nowMs += step;
    alarm("a.b", { step });
  }
  alarm("c.d");
  expect(lines).toEqual([
    ["a.b", { step: 0, event: "a.b" }],
    ["a.b", { step: 1, event: "a.b" }],
    ["c.d", { event: "c.d" }],
  ]);
});
