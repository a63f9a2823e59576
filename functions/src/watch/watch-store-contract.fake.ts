import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CalendarWatches, WatchRecord, WatchStore, WatchTarget } from "../ports/watch.port.ts";

/** A store, and controls for the tests. */
export interface WatchStoreUnderTest {
  readonly store: WatchStore;
  newKey(): string;
  /** Stores a calendar or a list as connecting an account would; replaces an existing one. */
  putTarget(target: WatchTarget): Promise<void>;
  removeTarget(target: WatchTarget): Promise<void>;
  /** The stored hash of a channel's token. */
  tokenHash(channelId: string): Promise<unknown>;
}

const startMs = 1_800_000_000_000;
const dayMs = 86_400_000;

/** The contract of all watch stores; runs against the fake and against Firestore. */
export function describeWatchStore(name: string, open: () => Promise<WatchStoreUnderTest>): void {
  describe(name, () => {
    let under: WatchStoreUnderTest;
    let store: WatchStore;
    let target: WatchTarget;
    let ids = 0;

    beforeEach(async () => {
      under = await open();
      ({ store } = under);
      target = newTarget();
      await under.putTarget(target);
    });

    const newTarget = (change: Partial<WatchTarget> = {}): WatchTarget => ({
      calendarKey: under.newKey(),
      resource: "events",
      uid: "uid",
      accountId: under.newKey(),
      calendarId: "me@example.com",
      active: true,
      pushUnsupported: false,
      epoch: 7,
      ...change,
    });
    const newWatch = (of: WatchTarget = target, change: Partial<WatchRecord> = {}): WatchRecord => ({
      channelId: `${of.calendarKey}-${String(++ids).padStart(22, "c")}`,
      calendarKey: of.calendarKey,
      resource: of.resource,
      uid: of.uid,
      accountId: of.accountId,
      calendarId: of.calendarId,
      status: "opening",
      resourceId: null,
      expiresAtMs: startMs + 600_000,
      createdAtMs: startMs + ids,
      ...change,
    });
    /** A channel that Google has opened. */
    const opened = async (of: WatchTarget = target): Promise<WatchRecord> => {
      const watch = newWatch(of);
      expect(await store.begin(watch, "hash")).toBe("recorded");
      await store.answered(watch.channelId, "resource", startMs + dayMs);
      expect(await store.open(watch.channelId)).toBe("open");
      return { ...watch, status: "open", resourceId: "resource", expiresAtMs: startMs + dayMs };
    };
    const alive = async (of: WatchTarget = target) => {
      const found = await store.ofCalendar(of.calendarKey);
      return [...found].sort((a, b) => a.createdAtMs - b.createdAtMs);
    };
    const surveyed = async (...keys: string[]): Promise<CalendarWatches[]> => {
      const found: CalendarWatches[] = [];
      for await (const calendar of store.survey()) {
        if (keys.includes(calendar.calendarKey)) found.push(calendar);
      }
      return found;
    };

    describe("a target", () => {
      test("is a calendar with its epoch, or an account's list", async () => {
        const list = newTarget({ resource: "calendarList", calendarId: "", epoch: 0 });
        // The key of a list is the id of its account.
        const own = { ...list, accountId: list.calendarKey };
        await under.putTarget(own);
        expect(await store.target(target.calendarKey)).toEqual(target);
        expect(await store.target(own.calendarKey)).toEqual(own);
        expect(await store.target(under.newKey())).toBeUndefined();
      });

      test("remembers that Google cannot push for it until it is asked again", async () => {
        await store.markPushUnsupported(target.calendarKey);
        expect(await store.target(target.calendarKey)).toEqual({ ...target, pushUnsupported: true });
        expect(await store.begin(newWatch(), "hash")).toBe("unwanted");
        await store.clearPushMarks(target.calendarKey);
        expect(await store.target(target.calendarKey)).toEqual(target);
        expect(await store.begin(newWatch(), "hash")).toBe("recorded");
      });

      test("remembers that the webhook's address was refused, and is to be watched all the same", async () => {
        await store.markAddressRefused(target.calendarKey);
        expect(await store.target(target.calendarKey)).toEqual({ ...target, addressRefused: true });
        const [found] = await surveyed(target.calendarKey);
        expect(found?.active).toEqual({ pushUnsupported: false, addressRefused: true, resource: "events" });
        expect(await store.begin(newWatch(), "hash")).toBe("recorded");
        await store.clearPushMarks(target.calendarKey);
        expect(await store.target(target.calendarKey)).toEqual(target);
      });

      test("that is a list can be asked about again too, and has no mark for the address", async () => {
        const list = newTarget({ resource: "calendarList", calendarId: "", epoch: 0 });
        const own = { ...list, accountId: list.calendarKey };
        await under.putTarget(own);
        await store.markAddressRefused(own.calendarKey);
        expect(await store.target(own.calendarKey)).toEqual(own);
        await store.markPushUnsupported(own.calendarKey);
        await store.clearPushMarks(own.calendarKey);
        expect(await store.target(own.calendarKey)).toEqual(own);
      });

      test("that is gone is not brought back by that", async () => {
        await under.removeTarget(target);
        await store.markPushUnsupported(target.calendarKey);
        await store.markAddressRefused(target.calendarKey);
        await store.clearPushMarks(target.calendarKey);
        expect(await store.target(target.calendarKey)).toBeUndefined();
      });
    });

    describe("a record", () => {
      test("comes back as it was written, with the hash of its token", async () => {
        const watch = newWatch();
        expect(await store.begin(watch, "a hash")).toBe("recorded");
        expect(await alive()).toEqual([watch]);
        expect(await under.tokenHash(watch.channelId)).toBe("a hash");
      });

      test("is made for nothing that is inactive or gone", async () => {
        await under.putTarget({ ...target, active: false });
        expect(await store.begin(newWatch(), "hash")).toBe("unwanted");
        await under.removeTarget(target);
        expect(await store.begin(newWatch(), "hash")).toBe("unwanted");
        expect(await alive()).toEqual([]);
      });

      test("takes Google's answer", async () => {
        const watch = newWatch();
        await store.begin(watch, "hash");
        await store.answered(watch.channelId, "resource", startMs + dayMs);
        expect(await alive()).toEqual([{ ...watch, resourceId: "resource", expiresAtMs: startMs + dayMs }]);
      });

      test("that was removed meanwhile stays so, whatever arrives for it", async () => {
        const watch = await opened();
        await store.forget(watch.channelId);
        await store.answered(watch.channelId, "resource", startMs);
        expect(await store.open(watch.channelId)).toBe("unwanted");
        await store.retire(watch.channelId);
        await store.close(watch.channelId, startMs);
        await store.forget(watch.channelId);
        expect(await surveyed(target.calendarKey)).toMatchObject([{ watches: [] }]);
      });
    });

    describe("opening", () => {
      test("leaves the others as they are", async () => {
        const other = newTarget();
        await under.putTarget(other);
        const [foreign, old] = [await opened(other), await opened()];
        const watch = await opened();
        expect(await alive()).toEqual([old, watch]);
        expect(await alive(other)).toEqual([foreign]);
      });

      test("again changes nothing", async () => {
        const watch = await opened();
        expect(await store.open(watch.channelId)).toBe("open");
        expect(await alive()).toEqual([watch]);
      });

      test.each(["retire", "close"] as const)("is over for one that was told to %s", async step => {
        const watch = await opened();
        if (step === "retire") await store.retire(watch.channelId);
        else await store.close(watch.channelId, startMs);
        expect(await store.open(watch.channelId)).toBe("unwanted");
      });

      test("is not wanted where the calendar was switched off meanwhile", async () => {
        const watch = newWatch();
        await store.begin(watch, "hash");
        await under.putTarget({ ...target, active: false });
        expect(await store.open(watch.channelId)).toBe("unwanted");
      });
    });

    test("a closed record is kept until it may go, and is of no calendar any more", async () => {
      const watch = await opened();
      await store.close(watch.channelId, startMs + 2 * dayMs);
      expect(await alive()).toEqual([]);
      expect(await surveyed(target.calendarKey)).toEqual([
        {
          calendarKey: target.calendarKey,
          watches: [{ ...watch, status: "closed", expiresAtMs: startMs + 2 * dayMs }],
          active: { pushUnsupported: false, addressRefused: false, resource: "events" },
        },
      ]);
    });

    test("a survey finds calendars without channels, channels without calendars, and lists, in the order of keys", async () => {
      const list = newTarget({ resource: "calendarList", calendarId: "" });
      const inactive = newTarget({ active: false });
      const left = newTarget();
      for (const one of [list, inactive, left]) await under.putTarget(one);
      const watches = [await opened(left), await opened(left)];
      await under.removeTarget(left);
      const keys = [target, list, inactive, left].map(({ calendarKey }) => calendarKey);
      const found = await surveyed(...keys);
      expect(found.map(({ calendarKey }) => calendarKey)).toEqual(
        keys.filter(key => key !== inactive.calendarKey).sort(),
      );
      const of = (key: string) => found.find(({ calendarKey }) => calendarKey === key);
      expect(of(target.calendarKey)?.active).toEqual({
        pushUnsupported: false,
        addressRefused: false,
        resource: "events",
      });
      expect(of(list.calendarKey)?.active).toEqual({
        pushUnsupported: false,
        addressRefused: false,
        resource: "calendarList",
      });
      expect(of(left.calendarKey)?.active).toBeUndefined();
      expect(
        of(left.calendarKey)
          ?.watches.map(({ channelId }) => channelId)
          .sort(),
      ).toEqual(watches.map(({ channelId }) => channelId).sort());
    });
  });
}
