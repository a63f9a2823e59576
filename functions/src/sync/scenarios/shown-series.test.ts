import { beforeEach, describe, expect, test } from "@jest/globals";
import { eventDocumentId, seriesDocument } from "@firestore-calendar-sync/client";
import { extendHorizon } from "../extend-horizon.ts";
import { at, daily, instanceId } from "../testing/daily-series.fake.ts";
import { seriesOutOfStep } from "../testing/shown-series.fake.ts";
import { dayMs, storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

let world: SyncWorld;
beforeEach(() => {
  // Costs without the change feed are expected below.
  world = new SyncWorld({}, { changeFeed: false });
});

const shown = () => world.documents.shownSeriesOf(world.key);
const ids = () => [...shown().keys()].sort();
async function fullSync(): Promise<void> {
  world.google.expireSyncTokens();
  await world.pull();
}
/** The writes of the last delivery beyond its two commits, the events, and the user's calendar. */
const moved = (day: number) => ({
  recurringEventId: "daily",
  originalStartTime: at(day),
  start: at(day, 11),
  end: at(day, 12),
});
/** Stored by code that did not know the documents: the first versions. */
async function forgetShown(): Promise<void> {
  const { documents, key } = world;
  const [{ shownContent: _shown, ...old } = { seriesId: "" }] = await documents.series(key, ["daily"]);
  const stored = await documents.read(key);
  const series = [
    { kind: "delete", seriesId: "daily" },
    { kind: "set", series: old as never },
  ] as const;
  await documents.commit(key, "user", { events: [], series, state: { pendingEpoch: 0 } }, stored?.version);
  expect(ids()).toEqual([]);
}

describe("the document of a series", () => {
  test("tells clients what an occurrence does not: the rule, its zone, and the first occurrence", async () => {
    world.google.put("daily", {
      ...daily,
      recurrence: ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20260108T070000Z"],
    });
    await world.import();
    const document = {
      calendarKey: world.key,
      seriesId: "daily",
      summary: "Stand-up",
      start: at(1),
      end: at(1, 9),
      allDay: false,
      timeZone: "Europe/Berlin",
      recurrence: ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20260108T070000Z"],
      rule: { freq: "DAILY", interval: 1, count: 9 },
    };
    expect(shown().get("daily")).toEqual(document);
    expect(seriesDocument.parse(shown().get("daily"))).toEqual(document);
    expect(eventDocumentId(world.key, "daily")).toBe(`${world.key}_daily`);
  });

  test("of days names the calendar's zone, and is written again when that changes", async () => {
    const days = { start: { date: "2026-02-02" }, end: { date: "2026-02-03" } };
    world.google.put("days", { ...days, recurrence: ["RRULE:FREQ=WEEKLY;UNTIL=20260301"] });
    await world.import();
    expect(shown().get("days")).toMatchObject({
      ...days,
      allDay: true,
      timeZone: "Europe/Berlin",
      rule: { until: { date: "2026-03-01" } },
    });
    world.google.timeZone = "Asia/Tokyo";
    await world.pull();
    expect(shown().get("days")).toMatchObject({ timeZone: "Asia/Tokyo" });
    expect(await seriesOutOfStep(world)).toEqual([]);
  });

  test("has the lines, and no rule, if they are more than one rule", async () => {
    world.google.put("daily", {
      ...daily,
      recurrence: ["RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260120T070000Z"],
    });
    await world.import();
    expect(shown().get("daily")).not.toHaveProperty("rule");
    expect(shown().get("daily")?.recurrence).toHaveLength(2);
  });

  test("costs one write when it changes, and none when only an instance does", async () => {
    world.google.put("daily", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=9"] });
    await world.import();
    world.google.put("daily", { summary: "Renamed" });
    await world.pull(60_000);
    // The lease, the last commit with the calendar's document, nine occurrences, the record and the document.
    expect(world.lastLine()).toMatchObject({ written: 9, writes: 1 + 2 + 9 + 2 });
    expect(shown().get("daily")?.summary).toBe("Renamed");
    world.google.put(instanceId(3), moved(3));
    await world.pull(60_000);
    expect(world.lastLine()).toMatchObject({ written: 1, writes: 1 + 2 + 1 + 1 });
    await fullSync();
    expect(world.lastLine()).toMatchObject({ written: 0 });
    expect(await seriesOutOfStep(world)).toEqual([]);
  });
});

describe("the document of a series goes", () => {
  test.each(["pull", "full sync"])("with a series that is deleted, seen by a %s", async mode => {
    world.google.put("daily", daily);
    world.google.put(instanceId(3), moved(3));
    world.google.put("other", daily);
    await world.import();
    expect(ids()).toEqual(["daily", "other"]);
    world.google.remove("daily");
    await (mode === "pull" ? world.pull() : fullSync());
    expect(ids()).toEqual(["other"]);
    expect(await seriesOutOfStep(world)).toEqual([]);
    world.google.put("daily", daily);
    await world.pull();
    expect(ids()).toEqual(["daily", "other"]);
  });

  test("with a series that becomes a single event", async () => {
    world.google.put("daily", daily);
    await world.import();
    world.google.put("daily", { recurrence: undefined });
    await world.pull();
    expect(ids()).toEqual([]);
    expect(world.events.size).toBe(1);
  });
});

describe("there is no document", () => {
  test("of a series of which only an instance has arrived", async () => {
    world.google.put(instanceId(3), moved(3));
    await world.import();
    expect(world.events.size).toBe(1);
    expect(ids()).toEqual([]);
    world.google.put("daily", daily);
    await world.pull();
    expect(ids()).toEqual(["daily"]);
  });

  test("of a series that was over before the window begins", async () => {
    await world.import();
    const past = { start: at(-90), end: at(-90, 9), recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };
    world.google.put("daily", past);
    await world.pull();
    expect(ids()).toEqual([]);
    // One instance was moved into the window: clients see it, and look for its series.
    world.google.put(instanceId(-89), { ...moved(-89), start: at(5), end: at(5, 9) });
    await world.pull();
    expect(ids()).toEqual(["daily"]);
  });
});

describe("the document of a series stays", () => {
  test("as it was last readable, whatever Google sends", async () => {
    world.google.put("daily", daily);
    await world.import();
    const before = shown().get("daily");
    world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILYISH"], summary: "Unreadable" });
    await world.pull();
    expect(shown().get("daily")).toEqual(before);
    await fullSync();
    expect(shown().get("daily")).toEqual(before);
  });

  test("when the horizon moves", async () => {
    world.google.put("daily", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=402"] });
    await world.import();
    world.clock.advance(5 * dayMs);
    await extendHorizon(world.ports, world.key, { taskId: "horizon", attempt: 0 });
    expect(world.state.openSeries).toBe(false);
    expect(ids()).toEqual(["daily"]);
    expect(await seriesOutOfStep(world)).toEqual([]);
  });
});

test.each(["upgrade", "full sync"])(
  "the first %s by code that knows it writes it of unchanged series too",
  async mode => {
    world.google.put("daily", daily);
    await world.import();
    await forgetShown();
    const next = world.ports.settings.queryVersion + (mode === "upgrade" ? 1 : 0);
    const ports = { ...world.ports, settings: { ...world.ports.settings, queryVersion: next } };
    world.clock.advance(60_000);
    if (mode === "full sync") world.google.expireSyncTokens();
    await world.request(mode === "upgrade" ? "upgrade" : "user");
    await world.drain(10, ports);
    expect(ids()).toEqual(["daily"]);
    expect(world.lastLine()).toMatchObject({ written: 0 });
    expect(await seriesOutOfStep(world)).toEqual([]);
  },
);

test("a worker that dies between the commits of one series leaves a record and its document, or neither", async () => {
  world = new SyncWorld({}, { maxBatchWrites: 100 });
  world.google.put("single");
  await world.import();
  world.google.put("daily", daily);
  world.clock.advance(10_000);
  await world.notify();
  for (let lives = 1; lives < 9; lives++) {
    let commits = 0;
    const dying = storeOf(world.documents, {
      commit: async (...batch) => {
        if (++commits > lives) throw new Error("the process ends");
        return await world.documents.commit(...batch);
      },
    });
    const [id] = [...world.queue.tasks.keys()];
    if (id === undefined) break;
    await world.deliver(id, { ...world.ports, store: dying }).catch(() => undefined);
    expect(await seriesOutOfStep(world)).toEqual([]);
  }
  await world.drain();
  expect(ids()).toEqual(["daily"]);
  expect(world.events.size).toBe(401);
});
