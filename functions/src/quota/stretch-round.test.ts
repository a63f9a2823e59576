import { beforeEach, describe, expect, test } from "@jest/globals";
import { silentLog } from "../account/log.fake.ts";
import { startMs, VirtualClock } from "../sync/testing/virtual-clock.fake.ts";
import { FakeCallStore } from "./call-store.fake.ts";
import { stretchRound } from "./stretch-round.ts";

const day = "2026-01-05";
const warning = "background work is stretched, because most of the day's calendar calls are used";
let store: FakeCallStore;
let lines: unknown[];

beforeEach(() => {
  store = new FakeCallStore();
  lines = [];
});

async function decide(used: number, threshold: number) {
  if (used > 0) await store.add(day, 0, used, startMs);
  const log = {
    ...silentLog,
    info: (message: string, fields?: object) => lines.push({ level: "info", message, ...fields }),
    warn: (message: string, fields?: object) => lines.push({ level: "warn", message, ...fields }),
  };
  return await stretchRound({ calls: store, threshold, clock: new VirtualClock(), log });
}

describe("a round", () => {
  test("below 80 % of the threshold is not stretched, and logs the calls", async () => {
    expect(await decide(79, 100)).toBe("none");
    const fields = { day, used: 79, threshold: 100, share: 0.79, stretched: "none" };
    expect(lines).toEqual([{ level: "info", message: "calendar calls", ...fields }]);
  });

  test.each([
    [80, 0.8, "half"],
    [150, 1.5, "quarter"],
  ] as const)("with %d of 100 calls used warns, too", async (used, share, stretched) => {
    expect(await decide(used, 100)).toBe(stretched);
    const fields = { day, used, threshold: 100, share, stretched };
    expect(lines).toEqual([
      { level: "info", message: "calendar calls", ...fields },
      { level: "warn", message: warning, ...fields },
    ]);
  });

  test("counts the calls of today only", async () => {
    await store.add("2026-01-04", 0, 100, startMs);
    expect(await decide(0, 100)).toBe("none");
  });

  test("has no share without a threshold", async () => {
    expect(await decide(150, 0)).toBe("none");
    expect(lines).toMatchObject([{ used: 150, threshold: 0, share: null, stretched: "none" }]);
  });

  test("is not stretched and does not fail when the calls cannot be read", async () => {
    store.failure = new Error("store down");
    expect(await decide(0, 100)).toBe("none");
    expect(lines).toEqual([{ level: "warn", message: "calendar calls not read", day, error: "store down" }]);
  });
});
