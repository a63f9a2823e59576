import { beforeEach, describe, expect, test } from "@jest/globals";
import { callShards, type CallStore } from "../ports/quota.port.ts";

const expiresAtMs = 1_800_000_000_000;
let days = 0;

/** The contract of all call stores; runs against the fake and against Firestore. */
export function describeCallStore(name: string, open: () => CallStore, firstDay: string): void {
  describe(name, () => {
    let store: CallStore;
    let day: string;
    beforeEach(() => {
      store = open();
      day = `${firstDay}-${++days}`;
    });

    test("has no calls on a day without any", async () => {
      expect(await store.usedOn(day)).toBe(0);
    });

    test("adds the calls of all shards of a day", async () => {
      for (let shard = 0; shard < callShards; shard++) await store.add(day, shard, 10 ** shard, expiresAtMs);
      expect(await store.usedOn(day)).toBe(1_111_111_111);
    });

    test("adds writes to one shard at the same time, and loses none", async () => {
      await Promise.all(
        [1, 2, 3, 4].map(async calls => {
          await store.add(day, 3, calls, expiresAtMs);
        }),
      );
      expect(await store.usedOn(day)).toBe(10);
    });

    test("keeps the days apart", async () => {
      await store.add(day, 1, 5, expiresAtMs);
      await store.add(`${day}-other`, 1, 7, expiresAtMs);
      expect([await store.usedOn(day), await store.usedOn(`${day}-other`)]).toEqual([5, 7]);
    });
  });
}
