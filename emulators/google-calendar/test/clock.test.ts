import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { VirtualClock } from "../src/clock.ts";

const dayMs = 86_400_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("a delay longer than a Node timer accepts is waited for in full", () => {
  const clock = new VirtualClock(() => Date.now());
  const run = jest.fn();
  clock.schedule(60 * dayMs, run);
  jest.advanceTimersByTime(60 * dayMs - 1);
  expect(run).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
});

test("a long delay can be cancelled after its first timer has ended", () => {
  const clock = new VirtualClock(() => Date.now());
  const run = jest.fn();
  const cancel = clock.schedule(60 * dayMs, run);
  jest.advanceTimersByTime(30 * dayMs);
  cancel();
  jest.advanceTimersByTime(60 * dayMs);
  expect(run).not.toHaveBeenCalled();
});
