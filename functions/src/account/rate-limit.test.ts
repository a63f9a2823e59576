import { expect, test } from "@jest/globals";
import { createRateLimit } from "./rate-limit.ts";

test("a user may make a burst of calls, then as many as flow back, and does not slow down others", () => {
  let nowMs = 0;
  const limit = createRateLimit({ now: () => nowMs, sleep: () => Promise.resolve() }, 3, 6);
  const take = (times: number, uid: string) => Array.from({ length: times }, () => limit.take(uid));
  expect(take(4, "ada")).toEqual([true, true, true, false]);
  expect(take(1, "bob")).toEqual([true]);
  nowMs += 9_999;
  expect(take(1, "ada")).toEqual([false]);
  nowMs += 1;
  expect(take(2, "ada")).toEqual([true, false]);
  nowMs += 3_600_000;
  expect(take(4, "ada")).toEqual([true, true, true, false]);
});

test("memory is bounded: after ten thousand other users one starts afresh", () => {
  const limit = createRateLimit({ now: () => 0, sleep: () => Promise.resolve() }, 1, 1);
  expect([limit.take("ada"), limit.take("ada")]).toEqual([true, false]);
  for (let user = 0; user < 10_000; user++) limit.take(`user-${user}`);
  expect(limit.take("ada")).toBe(true);
});
