import type { SeriesDocument } from "@firestore-calendar-sync/client";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Batch, StoredSeries, SyncStore } from "../../ports/sync.port.ts";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { contentOf } from "../../model/event-content.ts";
import type { SyncState } from "../../model/sync-state.ts";
import { newState, uid } from "./sync-world.fake.ts";
import { startMs } from "./virtual-clock.fake.ts";

/** A store with one calendar, and helper functions for the tests. */
export interface StoreUnderTest {
  readonly store: SyncStore;
  readonly calendarKey: string;
  /** Adds a newly connected calendar: its state and the user's document. */
  add(calendarKey: string, state: SyncState): Promise<void>;
  removeCalendarDocument(): Promise<void>;
  removeState(): Promise<void>;
  /** The phase that the user sees. */
  phase(): Promise<unknown>;
  /** The changes in the feed's entry of this number; undefined if there is none. */
  feedEntry(seq: number): Promise<unknown>;
  /** The series documents that clients read of the calendar, by series id. */
  shownSeries(): Promise<ReadonlyMap<string, unknown>>;
}

export function event(eventId: string, change: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    calendarKey: "calendar-key-aaaaaaaaa",
    eventId,
    startAtMs: startMs,
    endAtMs: startMs + 3_600_000,
    createdAtMs: startMs - 1,
    updatedAtMs: startMs,
    start: { dateTime: "2026-01-05T09:00:00+01:00", timeZone: "Europe/Berlin" },
    end: { dateTime: "2026-01-05T10:00:00+01:00" },
    allDay: false,
    status: "confirmed",
    eventType: "default",
    etag: '"1"',
    ...change,
  };
}
const put = (eventId: string, change: Partial<CalendarEvent> = {}) =>
  ({ kind: "set", event: event(eventId, change) }) as const;
const lease = { holder: "holder", taskId: "task", attempt: 0, expiresAt: startMs + 120_000 };

/** The contract of every store on which the sync relies. Runs against the fake and against Firestore. */
export function describeSyncStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let key: string;
    beforeEach(async () => {
      under = await open();
      key = under.calendarKey;
      await under.add(key, newState());
    });

    const version = async (): Promise<unknown> => (await under.store.read(key))?.version;
    const commit = (batch: Partial<Batch>, at: unknown) =>
      under.store.commit(key, uid, { events: [], state: { pulledAt: startMs }, ...batch }, at);

    test("a calendar that is not there", async () => {
      expect(await under.store.read("calendar-key-unknown-a")).toBeUndefined();
    });

    test("every field of the state comes back as it was written", async () => {
      const patch: Partial<SyncState> = {
        lease,
        syncToken: "token",
        failure: { reason: "unavailable", since: startMs, count: 3, retryAt: startMs + 1 },
        shown: { phase: "live", at: startMs },
        progress: {
          mode: "full",
          pageToken: "page",
          closes: 7,
          windowStart: startMs - 5,
          timeZone: "Asia/Tokyo",
          queryVersion: 1,
          memory: "holder",
          parts: 2,
        },
        lastRun: { cause: "user", startedAt: startMs, finishedAt: startMs + 9 },
        windowStart: startMs - 1,
        horizon: startMs + 1,
        pulledAt: startMs,
      };
      expect(await commit({ state: patch }, await version())).toMatchObject({ kind: "committed" });
      expect((await under.store.read(key))?.state).toEqual({ ...newState(), ...patch });
      const nothing = { lease: null, failure: null, progress: null, lastRun: null, syncToken: null };
      await commit({ state: nothing }, await version());
      expect((await under.store.read(key))?.state).toMatchObject(nothing);
    });

    test("an index with contents has the hash of each event as it is stored", async () => {
      const stored = event("event", { summary: "Lunch", description: "At noon", recurringEventId: "series" });
      await commit({ events: [{ kind: "set", event: stored }], state: { epoch: 1 } }, await version());
      const index = await under.store.index(uid, key, { withContent: true });
      expect([...index.values()].map(({ content }) => content)).toEqual([contentOf(stored)]);
      expect(contentOf({ ...stored, summary: "Another" })).not.toBe(contentOf(stored));
    });

    test("each commit gives the version that the next one needs", async () => {
      let at = await version();
      for (const epoch of [1, 2, 3]) {
        const outcome = await commit({ events: [put(`event${epoch}`)], state: { epoch } }, at);
        if (outcome.kind !== "committed") throw new Error(outcome.kind);
        at = outcome.version;
      }
      expect((await under.store.index(uid, key, { withContent: false })).size).toBe(3);
    });

    test("an old version writes nothing at all: no event, no state, nothing for the user", async () => {
      const old = await version();
      await commit({ events: [put("kept")], state: { epoch: 1 } }, old);
      const late: Partial<Batch> = {
        events: [put("new"), { kind: "delete", eventId: "kept", why: "cancelled" }],
        series: [{ kind: "delete", seriesId: "series" }],
        state: { epoch: 99 },
        shown: { phase: "error" },
      };
      expect(await commit(late, old)).toEqual({ kind: "conflict" });
      expect([...(await under.store.index(uid, key, { withContent: false })).keys()]).toEqual(["kept"]);
      expect((await under.store.read(key))?.state.epoch).toBe(1);
      expect(await under.phase()).toBe("importing");
    });

    test("an entry of the change feed is written with its commit, and not without", async () => {
      const changes = [{ kind: "created", eventId: "new" } as const];
      const feed = { accountId: "account", atMs: startMs, changes };
      const old = await version();
      const first = { events: [put("new")], feed: { ...feed, seq: 1 }, state: { changeSeq: 1 } };
      expect(await commit(first, old)).toMatchObject({ kind: "committed" });
      expect(await commit({ ...first, feed: { ...feed, seq: 2 }, state: { changeSeq: 2 } }, old)).toEqual({
        kind: "conflict",
      });
      expect([await under.feedEntry(1), await under.feedEntry(2)]).toEqual([changes, undefined]);
      expect((await under.store.read(key))?.state.changeSeq).toBe(1);
    });

    test("a commit that changes nothing of the state keeps its version, also for others", async () => {
      await commit({ state: { pendingEpoch: 5 } }, await version());
      const at = await version();
      const outcome = await commit({ state: { pendingEpoch: 5 } }, at);
      expect(outcome).toMatchObject({ kind: "committed" });
      expect(await commit({ state: { pendingEpoch: 6 } }, at)).toMatchObject({ kind: "committed" });
    });

    test("where the user's document is gone it is written all the same: its existence decides nothing", async () => {
      await under.removeCalendarDocument();
      const at = await version();
      expect(await commit({ events: [put("event")], shown: { phase: "live" } }, at)).toMatchObject({
        kind: "committed",
      });
      expect(await under.phase()).toBe("live");
      expect([...(await under.store.index(uid, key, { withContent: false })).keys()]).toEqual(["event"]);
    });

    test("where the state is gone nothing can be written", async () => {
      const at = await version();
      await under.removeState();
      expect((await commit({ events: [put("event")] }, at)).kind).not.toBe("committed");
      expect((await under.store.index(uid, key, { withContent: false })).size).toBe(0);
    });

    test("fingerprints are of this calendar and of stored events only", async () => {
      const other = `${key.slice(0, -1)}Z`;
      await under.add(other, newState());
      const foreign = put("event1", { calendarKey: other });
      await under.store.commit(
        other,
        uid,
        { events: [foreign], state: { epoch: 1 } },
        (await under.store.read(other))?.version,
      );
      await commit({ events: [put("event1", { etag: '"7"' }), put("event2")] }, await version());
      const found = await under.store.fingerprints(uid, key, ["event1", "event9"]);
      expect(found).toEqual(
        new Map([["event1", { etag: '"7"', startAtMs: startMs, endAtMs: startMs + 3_600_000 }]]),
      );
      expect([...(await under.store.index(uid, key, { withContent: false })).keys()].sort()).toEqual([
        "event1",
        "event2",
      ]);
    });

    test("a commit of 480 events of a few kilobytes, and an index of more than one page of them", async () => {
      const text = "ä".repeat(4_000);
      let at = await version();
      for (let batch = 0; batch < 2; batch++) {
        const events = Array.from({ length: 480 }, (_, n) =>
          put(`event${batch}-${n}`, { description: text }),
        );
        const outcome = await commit({ events, state: { epoch: batch } }, at);
        if (outcome.kind !== "committed") throw new Error(outcome.kind);
        at = outcome.version;
      }
      expect((await under.store.index(uid, key, { withContent: false })).size).toBe(960);
      expect((await under.store.index(uid, key, { withContent: true })).size).toBe(960);
    });

    test("series: set, found by id, by pages, only those with a future, deleted", async () => {
      const series = (seriesId: string, isOpen: boolean): StoredSeries => ({
        seriesId,
        master: {
          start: { date: "2026-01-05" },
          end: { date: "2026-01-06" },
          recurrence: ["RRULE:FREQ=DAILY"],
          event: { allDay: true, status: "confirmed", eventType: "default", etag: '"1"', updatedAtMs: 1 },
        },
        exceptions: {
          [`${seriesId}_20260107`]: { originalStartTime: { date: "2026-01-07" }, cancelled: true },
        },
        dirty: false,
        open: isOpen,
      });
      const all = [series("a", true), series("b", false), series("c", true)];
      await commit({ series: all.map(one => ({ kind: "set", series: one })) }, await version());
      expect(await under.store.series(key, ["b", "z"])).toEqual([all[1]]);
      expect(await under.store.seriesPage(key, { openOnly: false, limit: 2 })).toEqual(all.slice(0, 2));
      expect(await under.store.seriesPage(key, { openOnly: false, afterId: "b", limit: 2 })).toEqual([
        all[2],
      ]);
      expect(await under.store.seriesPage(key, { openOnly: true, limit: 9 })).toEqual([all[0], all[2]]);
      await commit({ series: [{ kind: "delete", seriesId: "a" }] }, await version());
      expect(await under.store.series(key, ["a"])).toEqual([]);
    });

    test("a series and the document that clients read of it: written, kept and deleted in one commit", async () => {
      const record = (seriesId: string, isOpen: boolean): StoredSeries => ({
        seriesId,
        master: null,
        exceptions: {},
        dirty: false,
        open: isOpen,
        shownContent: "hash",
      });
      const shown = (seriesId: string): SeriesDocument => ({
        calendarKey: key,
        seriesId,
        start: { date: "2026-01-05" },
        end: { date: "2026-01-06" },
        allDay: true,
        timeZone: "Europe/Berlin",
        recurrence: ["RRULE:FREQ=DAILY"],
        rule: { freq: "DAILY", interval: 1 },
      });
      const set = (seriesId: string, isOpen: boolean, change: { shown?: SeriesDocument | null } = {}) =>
        ({ kind: "set", series: record(seriesId, isOpen), ...change }) as const;
      const old = await version();
      const all = ["a", "b", "c", "d"].map(id => set(id, true, { shown: shown(id) }));
      await commit({ series: all, state: { epoch: 1 } }, old);
      expect(await under.shownSeries()).toEqual(new Map(["a", "b", "c", "d"].map(id => [id, shown(id)])));
      expect(await under.store.series(key, ["a"])).toEqual([record("a", true)]);

      // The commit of a worker that lost its lease changes no document.
      await commit({ series: [{ kind: "delete", seriesId: "a" }] }, old);
      expect((await under.shownSeries()).size).toBe(4);

      const renamed = { ...shown("d"), summary: "Renamed" };
      const changes = [
        { kind: "delete", seriesId: "a" } as const,
        set("b", false, { shown: null }),
        set("c", false),
        set("d", false, { shown: renamed }),
      ];
      await commit({ series: changes }, await version());
      expect(await under.shownSeries()).toEqual(
        new Map([
          ["c", shown("c")],
          ["d", renamed],
        ]),
      );
      const left = await under.store.series(key, ["a", "b", "c", "d"]);
      expect(left.map(({ seriesId }) => seriesId)).toEqual(["b", "c", "d"]);
    });

    test("occurrences of a series", async () => {
      await commit(
        { events: [put("s_1", { calendarKey: key, recurringEventId: "s" }), put("single")] },
        await version(),
      );
      expect([...(await under.store.occurrencesOf(uid, key, "s")).keys()]).toEqual(["s_1"]);
    });

    test("what a pass remembers: kept under its name, until a commit forgets it", async () => {
      const parts = ["ä".repeat(300_000), "second"];
      await under.store.savePassMemory(key, "first", parts, startMs);
      await under.store.savePassMemory(key, "other", ["of another worker"], startMs);
      expect(await under.store.loadPassMemory(key, { memory: "first", parts: 2 })).toEqual(parts);
      await commit({ forget: { memory: "first", parts: 2 } }, await version());
      expect(await under.store.loadPassMemory(key, { memory: "first", parts: 2 })).toBeUndefined();
      expect(await under.store.loadPassMemory(key, { memory: "other", parts: 1 })).toEqual([
        "of another worker",
      ]);
    });
  });
}
