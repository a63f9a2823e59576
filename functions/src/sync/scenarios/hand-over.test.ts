import { describe, expect, test } from "@jest/globals";
import { queryVersion } from "../../model/sync-state.ts";
import type { SyncStore } from "../../ports/sync.port.ts";
import { calendarKey, storeOf, SyncWorld, uid } from "../testing/sync-world.fake.ts";

const at = (day: string, hour: string) => ({
  dateTime: `2026-02-${day}T${hour}:00:00+01:00`,
  timeZone: "Europe/Berlin",
});
const weekly = {
  start: at("02", "09"),
  end: at("02", "10"),
  recurrence: ["RRULE:FREQ=WEEKLY;COUNT=4"],
  summary: "Weekly",
};

/** Makes each page take longer than a task's time budget. */
function slow(world: SyncWorld): void {
  const list = world.google.list.bind(world.google);
  world.google.list = async request => {
    world.clock.advance(world.ports.settings.timeBudgetMs);
    return await list(request);
  };
}
const handOvers = (outcomes: readonly string[]) =>
  outcomes.filter(outcome => outcome === "handedOver").length;

describe("a pass that hands over after each page", () => {
  test("is the same as one that does not: single events, series, exceptions, holes", async () => {
    const found = [];
    for (const pageSize of [1, 2_500]) {
      const world = new SyncWorld();
      world.google.put("weekly", weekly);
      world.google.put("other", { ...weekly, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"] });
      await world.import();
      world.clock.advance(60_000);
      world.google.pageSize = pageSize;
      slow(world);
      for (const mode of ["pull", "full"]) {
        world.google.put(`single-${mode}`);
        world.google.put("weekly", { summary: `${mode}: weekly`, etag: mode });
        world.google.put("moved", {
          recurringEventId: "weekly",
          originalStartTime: at("09", "09"),
          start: at("10", "09"),
          end: at("10", "10"),
        });
        world.google.put("weekly_20260216T080000Z", { status: "cancelled" });
        world.google.remove("other");
        if (mode === "full") world.google.expireSyncTokens();
        await world.notify();
        expect(handOvers(await world.drain())).toBeGreaterThanOrEqual(pageSize === 1 ? 3 : 0);
      }
      expect(world.documents.passMemory.size).toBe(0);
      expect(world.state).toMatchObject({ lease: null, progress: null, failure: null });
      found.push(new Map([...world.events].map(([id, event]) => [id, event.summary])));
      expect([...world.events.keys()].sort()).toEqual([
        "moved",
        "single-full",
        "single-pull",
        "weekly_20260202T080000Z",
        "weekly_20260223T080000Z",
      ]);
    }
    expect(found[0]).toEqual(found[1]);
  });

  test("notes where it is, and for which epoch, and counts what it keeps", async () => {
    const world = new SyncWorld({}, { changeFeed: false });
    world.google.pageSize = 2;
    for (const id of ["a", "b", "c"]) world.google.put(id);
    slow(world);
    const windowStartMs = world.clock.now() - world.ports.settings.pastWindowMs;
    await world.request("connect");
    const { epoch } = world.state;
    expect(await world.deliver([...world.queue.tasks.keys()][0] ?? "")).toBe("handedOver");
    const { progress } = world.state;
    const holder = progress?.memory ?? "";
    expect(world.state).toMatchObject({ lease: null, coveredEpoch: epoch - 1, syncToken: null });
    expect(progress).toEqual({
      mode: "full",
      pageToken: world.google.calls.at(-1)?.pageToken,
      closes: epoch,
      windowStart: windowStartMs,
      timeZone: "Europe/Berlin",
      queryVersion,
      memory: expect.stringMatching(/^\d+-x*$/),
      parts: 1,
    });
    expect(world.documents.passMemory.get(`${calendarKey}/${holder}-0`)).toBe("id a\nid b");
    expect([...world.queue.tasks.keys()]).toEqual([`${calendarKey}-${epoch}-handover-${holder}`]);
    // The lease, its renewal after a slow page; two events, the state, and the memory of the pass.
    expect(world.lastLine()).toMatchObject({ outcome: "handedOver", reads: 2, writes: 6, written: 2 });
    await world.drain();
    expect(world.state.coveredEpoch).toBeGreaterThanOrEqual(epoch);
  });

  test("keeps nothing where it has nothing to remember", async () => {
    const world = new SyncWorld();
    for (const id of ["a", "b"]) world.google.put(id);
    await world.import();
    world.google.pageSize = 1;
    for (const id of ["a", "b"]) world.google.put(id, { summary: "changed" });
    world.clock.advance(60_000);
    slow(world);
    await world.notify();
    expect(await world.deliver([...world.queue.tasks.keys()][0] ?? "")).toBe("handedOver");
    expect(world.state.progress).toMatchObject({ mode: "pull", parts: 0 });
    expect(world.documents.passMemory.size).toBe(0);
    await world.drain();
    expect(world.events).toEqual(world.wanted());
  });

  test("keeps what it remembers in documents of a bounded size", async () => {
    const world = new SyncWorld();
    const count = 700;
    world.google.pageSize = count;
    const idOf = (n: number) => String(n).padStart(900, "x");
    for (let n = 0; n <= count; n++) world.google.put(idOf(n));
    slow(world);
    await world.request("connect");
    const [first = ""] = world.queue.tasks.keys();
    expect(await world.deliver(first)).toBe("handedOver");
    const parts = [...world.documents.passMemory.values()];
    expect(world.state.progress?.parts).toBe(3);
    expect(parts.map(part => part.length <= 300_000)).toEqual([true, true, true]);
    expect(parts.join("\n").split("\n")).toEqual(Array.from({ length: count }, (_, n) => `id ${idOf(n)}`));
    const [second = ""] = world.queue.tasks.keys();
    world.clock.advance(60_000);
    expect(await world.deliver(second)).toBe("synced");
    // The state, three parts, the index, an empty page of series, the state again.
    expect(world.lastLine()).toMatchObject({ reads: 1 + 3 + count + 1 + 1, deleted: 0 });
    expect(world.events.size).toBe(count + 1);
  });
});

describe("a pass whose saved memory has expired", () => {
  const long = (n: number) => String(n).padStart(900, "x");
  const events = { pull: 3, full: 700 };

  /** After a hand-over: a pull that remembers a series, or a full sync that remembers long ids in three parts. */
  async function handedOver(mode: "pull" | "full"): Promise<SyncWorld> {
    const world = new SyncWorld();
    const count = events[mode];
    for (let n = 0; n < count; n++) world.google.put(long(n));
    await world.import();
    world.clock.advance(60_000);
    world.google.pageSize = count - 1;
    world.google.put("weekly", weekly);
    world.google.put("later");
    world.google.remove(long(0));
    if (mode === "full") world.google.expireSyncTokens();
    slow(world);
    await world.notify();
    expect(await world.deliver([...world.queue.tasks.keys()][0] ?? "")).toBe("handedOver");
    expect(world.state.progress).toMatchObject({ mode, parts: mode === "full" ? 3 : 1 });
    return world;
  }

  test.each(["pull", "full"] as const)(
    "begins again when a part is gone, and loses nothing (%s)",
    async mode => {
      const world = await handedOver(mode);
      const [anyPart = ""] = [...world.documents.passMemory.keys()].slice(-1);
      world.documents.passMemory.delete(anyPart);
      const before = world.google.calls.length;
      await world.drain();
      const beginnings = world.google.calls.slice(before).filter(call => call.pageToken === undefined);
      // A refused sync token costs one call more.
      expect(beginnings).toHaveLength(mode === "full" ? 2 : 1);
      const ids = Array.from({ length: events[mode] - 1 }, (_, n) => long(n + 1));
      const occurrences = ["02", "09", "16", "23"].map(day => `weekly_202602${day}T080000Z`);
      expect([...world.events.keys()].sort()).toEqual(["later", ...occurrences, ...ids].sort());
      expect(world.state).toMatchObject({ progress: null, failure: null });
    },
  );

  test("has had a month for its continuation", async () => {
    const world = await handedOver("full");
    const inDays = (ms: number) => (ms - world.clock.now()) / 86_400_000;
    const lives = [...world.documents.memoryExpiresAtMs.values()].map(inDays);
    expect(lives.map(Math.round)).toEqual([30, 30, 30]);
  });
});

describe("a worker that loses its lease", () => {
  /** Many commits: events, a series in parts, a sweep. */
  async function bigChange(mode: "pull" | "full"): Promise<SyncWorld> {
    const world = new SyncWorld({}, { maxBatchWrites: 3 });
    for (let n = 0; n < 16; n++) world.google.put(`event${n}`);
    for (const id of ["left", "right"]) world.google.put(id, weekly);
    await world.import();
    world.google.pageSize = 1;
    world.clock.advance(60_000);
    for (let n = 0; n < 14; n++) world.google.put(`event${n}`, { summary: "changed" });
    world.google.put("weekly", weekly);
    for (const id of ["left", "right"]) world.google.remove(id);
    world.google.remove("event15");
    if (mode === "full") world.google.expireSyncTokens();
    return world;
  }

  test.each(["pull", "full"] as const)(
    "writes nothing and lists nothing more, wherever it is (%s)",
    async mode => {
      let places = 0;
      for (let stolenAt = 2; ; stolenAt++) {
        const world = await bigChange(mode);
        await world.notify();
        let commits = 0;
        let listed = 0;
        let stored = 0;
        world.documents.onCommit = ({ batch }) => {
          stored += batch.events.length;
        };
        const commit: SyncStore["commit"] = async (...batch) => {
          commits += 1;
          if (commits > stolenAt) expect(batch[2].events).toEqual([]);
          if (commits === stolenAt) {
            listed = world.google.calls.length;
            world.documents.change(calendarKey, {
              lease: { holder: "thief", taskId: "thief", attempt: 0, expiresAt: world.clock.now() + 1 },
            });
          }
          return await world.documents.commit(...batch);
        };
        const occurrencesOf: SyncStore["occurrencesOf"] = (...series) => {
          expect(commits).toBeLessThan(stolenAt);
          return world.documents.occurrencesOf(...series);
        };
        const ports = { ...world.ports, store: storeOf(world.documents, { commit, occurrencesOf }) };
        const outcome = await world.deliver([...world.queue.tasks.keys()][0] ?? "", ports);
        expect(outcome).toBe(commits >= stolenAt ? "yielded" : "synced");
        const { written, deleted } = world.lastLine();
        expect(Number(written) + Number(deleted)).toBe(stored);
        if (commits < stolenAt) break;
        // A full sync may fetch pages ahead during a commit; a pull waits for the commit.
        expect(world.google.calls.length - listed).toBeLessThanOrEqual(mode === "pull" ? 0 : 2);
        places += 1;
        expect(world.state.lease?.holder).toBe("thief");
        await world.drain();
        expect(world.events.size).toBe(15 + 4);
        expect([...world.events.values()].filter(({ summary }) => summary === "changed").length).toBe(14);
      }
      expect(places).toBeGreaterThan(4);
    },
  );
});

test.each([2, 3])(
  "a worker that loses its lease as it hands over leaves no task of its own (%i)",
  async stolenAt => {
    const world = new SyncWorld({}, { maxBatchWrites: 3 });
    world.google.pageSize = 6;
    for (let n = 0; n < 12; n++) world.google.put(`event${n}`);
    slow(world);
    await world.request("connect");
    let commits = 0;
    const commit: SyncStore["commit"] = async (...batch) => {
      if (++commits === stolenAt) {
        const expiresAtMs = world.clock.now() + 60_000;
        world.documents.change(calendarKey, {
          lease: { holder: "thief", taskId: "thief", attempt: 0, expiresAt: expiresAtMs },
        });
      }
      return await world.documents.commit(...batch);
    };
    const ports = { ...world.ports, store: storeOf(world.documents, { commit }) };
    expect(await world.deliver([...world.queue.tasks.keys()][0] ?? "", ports)).toBe("yielded");
    expect([...world.queue.tasks.values()].map(({ task }) => task.cause)).toEqual(["waiter"]);
    expect(world.lastLine()).toMatchObject({ written: 3 * (stolenAt - 2) });
  },
);

describe("an import", () => {
  test("shows how far it is, with each commit", async () => {
    const world = new SyncWorld({}, { maxBatchWrites: 2 });
    world.google.pageSize = 3;
    for (let n = 0; n < 7; n++) world.google.put(`event${n}`);
    const shown: unknown[] = [];
    let writes = 0;
    world.documents.onCommit = ({ batch }) => {
      writes +=
        batch.events.length + 1 + (batch.shown === undefined ? 0 : 1) + (batch.feed === undefined ? 0 : 1);
      if (batch.shown !== undefined) shown.push(batch.shown);
    };
    await world.import();
    expect(world.lastLine()).toMatchObject({ writes });
    const nowMs = world.clock.now();
    expect(shown).toEqual([
      { phase: "importing", importedCount: 3 },
      { phase: "importing", importedCount: 6 },
      { phase: "importing", importedCount: 7 },
      { phase: "live", syncedAtMs: nowMs, changedAtMs: nowMs, timeZone: "Europe/Berlin" },
    ]);
    expect(world.documents.calendars.get(`${uid}/${calendarKey}`)).toEqual(shown.at(-1));
    shown.length = 0;
    writes = 0;
    world.clock.advance(60_000);
    for (let n = 0; n < 7; n++) world.google.put(`event${n}`, { summary: "changed" });
    world.google.expireSyncTokens();
    await world.notify();
    await world.drain();
    // A live calendar stays live during a full sync.
    expect(shown).toMatchObject([{ phase: "live" }]);
    expect(world.lastLine()).toMatchObject({ writes });
  });
});
