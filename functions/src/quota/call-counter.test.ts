import { beforeEach, describe, expect, test } from "@jest/globals";
import { silentLog } from "../account/log.fake.ts";
import type { CallCounter } from "../ports/quota.port.ts";
import { startMs, VirtualClock } from "../sync/testing/virtual-clock.fake.ts";
import { createCallCounter } from "./call-counter.ts";
import { FakeCallStore } from "./call-store.fake.ts";

const minuteMs = 60_000;
const today = "2026-01-05";
let clock: VirtualClock;
let store: FakeCallStore;
let warnings: { message: string; fields: unknown }[];
let random: number;
let counter: CallCounter;

beforeEach(() => {
  clock = new VirtualClock();
  store = new FakeCallStore();
  warnings = [];
  random = 0;
  counter = createCallCounter({
    store,
    clock,
    random: () => random,
    log: { ...silentLog, warn: (message, fields) => warnings.push({ message, fields }) },
  });
});

/** Lets the writes that have begun end. */
const written = async () => {
  await new Promise(setImmediate);
};
/** Counts calls one after the other; a write may end between them. */
async function call(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    counter.count(1);
    await written();
  }
}
const stored = () => store.writes.map(({ calls }) => calls);

describe("the counter of calls", () => {
  test("writes the first call, then every hundred", async () => {
    await call(1_000);
    expect(stored()).toEqual([1, ...Array.from({ length: 9 }, () => 100)]);
    expect(await store.usedOn(today)).toBe(901);
  });

  test("writes what it has with the first call after a minute", async () => {
    await call(5);
    clock.advance(minuteMs - 1);
    await call(1);
    expect(stored()).toEqual([1]);
    clock.advance(1);
    await call(1);
    expect(stored()).toEqual([1, 6]);
  });

  test("makes at most one write a minute for an instance with fewer calls", async () => {
    for (let minute = 0; minute < 60; minute++) {
      await call(10);
      clock.advance(minuteMs);
    }
    expect(store.writes).toHaveLength(60);
    expect(await store.usedOn(today)).toBe(591);
  });

  test("does not wait for the store, and makes no second write meanwhile", async () => {
    let release = (): void => undefined;
    store.meanwhile = async () => {
      await new Promise<void>(resolve => (release = resolve));
    };
    counter.count(1);
    for (let n = 0; n < 500; n++) counter.count(1);
    expect(stored()).toEqual([]);
    store.meanwhile = () => Promise.resolve();
    release();
    await call(1);
    expect(stored()).toEqual([1]);
    await call(1);
    expect(stored()).toEqual([1, 502]);
  });

  test("spreads the writes over ten shards", async () => {
    for (const value of [0, 0.55, 0.999]) {
      random = value;
      await call(1);
      clock.advance(minuteMs);
    }
    expect(store.writes.map(({ shard }) => shard)).toEqual([0, 5, 9]);
  });

  test("lets the shards be deleted after a week", async () => {
    await call(1);
    expect(store.writes).toMatchObject([{ expiresAtMs: startMs + 7 * 86_400_000 }]);
  });

  test("adds calls to the day on which they were made", async () => {
    const midnightMs = Date.parse("2026-01-06T08:00:00Z");
    clock.nowMs = midnightMs - 10_000;
    await call(5);
    clock.nowMs = midnightMs;
    await call(3);
    clock.advance(minuteMs);
    await call(1);
    expect(await store.usedOn("2026-01-05")).toBe(5);
    expect(await store.usedOn("2026-01-06")).toBe(4);
  });
});

describe("a store that fails", () => {
  beforeEach(() => {
    store.failure = new Error("store down");
  });

  test("loses no call: they are written with the next write", async () => {
    await call(30);
    expect(store.writes).toEqual([]);
    store.failure = undefined;
    await call(71);
    expect(stored()).toEqual([101]);
  });

  test("is not called more often than one that works", async () => {
    let attempts = 0;
    store.meanwhile = () => {
      attempts += 1;
      return Promise.resolve();
    };
    await call(1_000);
    expect(attempts).toBe(10);
  });

  test("keeps the days of its calls", async () => {
    await call(2);
    clock.advance(24 * 60 * minuteMs);
    await call(3);
    store.failure = undefined;
    clock.advance(minuteMs);
    await call(1);
    expect([await store.usedOn(today), await store.usedOn("2026-01-06")]).toEqual([2, 4]);
  });

  test("is logged once a minute", async () => {
    await call(1_000);
    expect(warnings).toEqual([
      { message: "calendar calls not stored", fields: { day: today, calls: 1, error: "store down" } },
    ]);
    clock.advance(minuteMs);
    await call(1);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toMatchObject({ fields: { calls: 1_001, suppressed: 9 } });
  });
});
