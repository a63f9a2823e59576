import { describe, expect, test } from "@jest/globals";
import type { SyncStore } from "../../ports/sync.port.ts";
import { calendarKey, dayMs, storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

const finite = { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };
const endless = { recurrence: ["RRULE:FREQ=MONTHLY"] };
/** The change feed has costs of its own (change-feed.test.ts). */
const plain = { changeFeed: false };
/** The reads of every sync: the state, before and after it. */
const stateReads = 2;

async function fullSync(world: SyncWorld): Promise<void> {
  world.google.expireSyncTokens();
  await world.request("user");
  await world.drain();
}
const skipped = (world: SyncWorld) =>
  world.log.filter(({ message }) => message === "series not read completely");

describe("what a pull reads and writes for a series", () => {
  test("one that is new: itself; its occurrences need not be read", async () => {
    const world = new SyncWorld({}, plain);
    await world.import();
    world.google.put("finite", finite);
    await world.pull(60_000);
    // Reads the id as an event and as a series.
    expect(world.lastLine()).toMatchObject({ reads: stateReads + 2, written: 3, deleted: 0, changed: 1 });
    expect(world.state.openSeries).toBe(false);
  });

  test("one that is deleted: its occurrences too, and they and it are deleted", async () => {
    const world = new SyncWorld({}, plain);
    world.google.put("finite", finite);
    world.google.put("single");
    await world.import();
    world.google.remove("finite");
    await world.pull(60_000);
    expect(world.lastLine()).toMatchObject({ reads: stateReads + 2 + 3, deleted: 3 });
    // The lease; three occurrences, the series with its document and the state; the user's calendar document, a minute
    // after its last change.
    expect(world.lastLine()).toMatchObject({ writes: 1 + 7 });
    expect([...world.events.keys()]).toEqual(["single"]);
    expect(await world.documents.series(calendarKey, ["finite"])).toEqual([]);
  });

  test("one that is deleted and has no occurrences: a query costs one all the same", async () => {
    const world = new SyncWorld({}, plain);
    const past = { start: { date: "2020-01-01" }, end: { date: "2020-01-02" } };
    world.google.put("finite", { ...finite, ...past });
    await world.import();
    world.google.remove("finite");
    await world.pull(60_000);
    expect(world.lastLine()).toMatchObject({ reads: stateReads + 2 + 1, deleted: 0 });
  });

  test("nothing for what was never there", async () => {
    const world = new SyncWorld({}, plain);
    await world.import();
    world.google.put("gone");
    world.google.remove("gone");
    await world.pull(60_000);
    expect(world.lastLine()).toMatchObject({ reads: stateReads + 2, writes: 2, unchanged: 1 });
  });

  test("nothing but the protocol's own where nothing has changed", async () => {
    const world = new SyncWorld({}, plain);
    world.google.put("endless", endless);
    await world.import();
    await world.pull(60_000);
    expect(world.lastLine()).toMatchObject({ reads: stateReads, writes: 2, changed: 0 });
    expect(world.state.openSeries).toBe(true);
  });
});

test("what a reader sees of an occurrence: days of the calendar's zone, the content of the series", async () => {
  const world = new SyncWorld({}, plain);
  await world.import();
  const days = { start: { date: "2026-02-02" }, end: { date: "2026-02-03" }, ...endless };
  world.google.put("days", { ...days, summary: "Holidays" });
  await world.pull(60_000);
  expect(world.events.get("days_20260402")).toMatchObject({
    calendarKey,
    eventId: "days_20260402",
    recurringEventId: "days",
    start: { date: "2026-04-02" },
    originalStart: { date: "2026-04-02" },
    startAtMs: Date.parse("2026-04-01T22:00:00Z"),
    endAtMs: Date.parse("2026-04-02T22:00:00Z"),
    allDay: true,
    summary: "Holidays",
  });
});

describe("a calendar has series that go on", () => {
  test("as soon as one of several does, in whatever order they come", async () => {
    for (const ids of [
      ["a-endless", "b-finite"],
      ["a-finite", "b-endless"],
    ]) {
      for (const mode of ["pull", "full"]) {
        const world = new SyncWorld();
        if (mode === "pull") await world.import();
        for (const id of ids) world.google.put(id, id.endsWith("endless") ? endless : finite);
        await (mode === "pull" ? world.pull(60_000) : world.import());
        expect(world.state.openSeries).toBe(true);
      }
    }
  });

  test("until a full sync finds that none does", async () => {
    const world = new SyncWorld();
    world.google.put("series", endless);
    await world.import();
    world.google.put("series", finite);
    await world.pull(60_000);
    expect(world.state.openSeries).toBe(true);
    await fullSync(world);
    expect(world.state.openSeries).toBe(false);
  });
});

describe("a full sync", () => {
  test("reads series page by page, and removes those that Google does not list", async () => {
    const world = new SyncWorld({}, { maxBatchWrites: 10_000 });
    const idOf = (n: number) => `series${String(n).padStart(3, "0")}`;
    const once = { recurrence: ["RRULE:FREQ=DAILY;COUNT=1"] };
    for (let n = 0; n < 501; n++) world.google.put(idOf(n), once);
    await world.import();
    world.google.remove(idOf(7));
    const pages: Parameters<SyncStore["seriesPage"]>[1][] = [];
    const store = storeOf(world.documents, {
      seriesPage: async (key, options) => {
        pages.push(options);
        return await world.documents.seriesPage(key, options);
      },
    });
    world.google.expireSyncTokens();
    world.clock.advance(60_000);
    await world.request("user");
    await world.drain(10, { ...world.ports, store });
    expect(pages).toEqual([
      { openOnly: false, limit: 500 },
      { openOnly: false, limit: 500, afterId: idOf(499) },
    ]);
    expect(world.lastLine()).toMatchObject({ reads: stateReads + 501 + 501, deleted: 1, written: 0 });
    expect(await world.documents.series(calendarKey, [idOf(7), idOf(8)])).toHaveLength(1);
    expect(world.events.size).toBe(500);
  });

  test("leaves alone what is stored of a series that it cannot read, and of no other", async () => {
    const world = new SyncWorld();
    world.google.put("bad", finite);
    world.google.put("badly", finite);
    await world.import();
    world.google.put("bad", { recurrence: ["RRULE:FREQ=NEVER"] });
    world.google.remove("badly");
    await fullSync(world);
    expect([...world.events.keys()].every(id => id.startsWith("bad_"))).toBe(true);
    expect(world.events.size).toBe(3);
    expect(world.lastLine()).toMatchObject({ malformed: 1, deleted: 3 });
    expect(skipped(world)).toEqual([
      {
        level: "warn",
        message: "series not read completely",
        fields: { calendarKey, eventId: "bad", problem: 'unknown frequency: "NEVER"' },
      },
    ]);
  });

  test("keeps the first occurrences of a series that has too many", async () => {
    const world = new SyncWorld();
    world.google.put("often", { recurrence: ["RRULE:FREQ=SECONDLY"] });
    await world.import();
    expect(world.events.size).toBe(20_000);
    expect(world.state.openSeries).toBe(true);
  });
});

describe("a series that was left half written", () => {
  test("is compared with what is stored, occurrence by occurrence", async () => {
    const world = new SyncWorld({}, plain);
    world.google.put("series", finite);
    await world.import();
    const [known] = await world.documents.series(calendarKey, ["series"]);
    const stored = await world.documents.read(calendarKey);
    if (known === undefined || stored === undefined) throw new Error("nothing was imported");
    const [first = ""] = world.events.keys();
    await world.documents.commit(
      calendarKey,
      "user",
      {
        events: [{ kind: "delete", eventId: first, why: "cancelled" }],
        series: [{ kind: "set", series: { ...known, dirty: true } }],
        state: { pulledAt: world.clock.now() },
      },
      stored.version,
    );
    world.google.put("series", { summary: "touched", etag: "same" });
    world.clock.advance(dayMs);
    await world.pull(60_000);
    expect(world.events.size).toBe(3);
    expect(new Set([...world.events.values()].map(({ summary }) => summary))).toEqual(new Set(["touched"]));
    expect(await world.documents.series(calendarKey, ["series"])).toMatchObject([{ dirty: false }]);
    expect(world.lastLine()).toMatchObject({ reads: stateReads + 2 + 2 });
  });
});
