import { expect, test } from "@jest/globals";
import { createFanOut } from "./fan-out.ts";

/** Calls that the test ends. */
function held() {
  const ends: (() => void)[] = [];
  const call = () => new Promise<void>(resolve => ends.push(resolve));
  return { ends, call };
}

const ticks = async () => await new Promise(resolve => setImmediate(resolve));

test("no more calls run at once than the limit; the next one starts when one ends", async () => {
  const { ends, call } = held();
  const calls = createFanOut(2);
  await calls.start(call);
  await calls.start(call);
  let started = false;
  const third = calls.start(call).then(() => (started = true));
  await ticks();
  expect([calls.running, ends.length, started]).toEqual([2, 2, false]);
  ends[1]?.();
  await third;
  expect([calls.running, ends.length]).toEqual([2, 3]);
});

test("settled waits for all calls", async () => {
  const { ends, call } = held();
  const calls = createFanOut(2);
  await calls.settled();
  await calls.start(call);
  await calls.start(call);
  let settled = false;
  const all = calls.settled().then(() => (settled = true));
  ends[0]?.();
  await ticks();
  expect(settled).toBe(false);
  ends[1]?.();
  await all;
  expect(calls.running).toBe(0);
});
