import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GoogleEvent } from "../testing/fake-google.fake.ts";
import { SyncWorld, calendarKey, dayMs, uid } from "../testing/sync-world.fake.ts";

/*
 * An unreadable event or series is kept, counted, shown to the user, and correct again once it is readable. It never
 * proves that something was deleted.
 */

let world: SyncWorld;

beforeEach(() => {
  world = new SyncWorld();
});

const at = (day: number, hour: number) => ({
  dateTime: `2026-02-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00+01:00`,
  timeZone: "Europe/Berlin",
});
const lasting = (day: number, hour: number): GoogleEvent => ({
  start: at(day, hour),
  end: at(day, hour + 1),
});
/** Three days, from 2 February on. */
const series: GoogleEvent = { ...lasting(2, 9), recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };
const backwards = { end: at(1, 1) };
const instanceId = (id: string, day: number) => `${id}_202602${String(day).padStart(2, "0")}T080000Z`;
const exceptionOf = (id: string, day: number, hour: number): GoogleEvent => ({
  ...lasting(day, hour),
  recurringEventId: id,
  originalStartTime: at(day, 9),
  summary: "moved",
});

async function fullSync(): Promise<void> {
  world.google.expireSyncTokens();
  await world.pull();
}

/** Three ways in which a change arrives. */
const deliveries: readonly (readonly [string, () => Promise<void>])[] = [
  ["a pull", () => world.pull()],
  ["a full sync", fullSync],
  [
    "a pull and two full syncs",
    async () => {
      await world.pull();
      await fullSync();
      await fullSync();
    },
  ],
];

const calendar = () => world.documents.calendars.get(`${uid}/${calendarKey}`);

describe.each(deliveries)("through %s", (_name, deliver) => {
  test.each(["course", "course_R20260202T080000"])(
    "the master %s that turns malformed keeps its occurrences",
    async id => {
      world.google.put(id, series);
      world.google.put("other");
      await world.import();
      const before = new Map(world.events);
      world.google.put(id, backwards);
      await deliver();
      expect(world.events).toEqual(before);
      expect(calendar()).toMatchObject({ phase: "live", unreadable: 1 });
      world.google.put(id, { ...series, summary: "readable again" });
      await world.pull();
      expect([...world.events.values()].map(({ summary }) => summary)).toEqual(
        expect.arrayContaining(["readable again", "readable again", "readable again", "event other"]),
      );
      expect(calendar()).not.toHaveProperty("unreadable");
    },
  );

  test("the exception that turns malformed keeps its last good version, and the plain instance stays away", async () => {
    world.google.put("course", series);
    world.google.put(instanceId("course", 3), exceptionOf("course", 3, 15));
    await world.import();
    const before = new Map(world.events);
    world.google.put(instanceId("course", 3), backwards);
    await deliver();
    expect(world.events).toEqual(before);
    expect(calendar()).toMatchObject({ unreadable: 1 });
  });

  test("a rule that cannot be read leaves the series as it was", async () => {
    world.google.put("course_R20260202T080000", series);
    await world.import();
    const before = new Map(world.events);
    world.google.put("course_R20260202T080000", { recurrence: ["RRULE:FREQ=SOMETIMES;COUNT=3"] });
    await deliver();
    expect(world.events).toEqual(before);
    expect(calendar()).toMatchObject({ unreadable: 1 });
  });

  test("a single event that turns malformed keeps its last good version", async () => {
    world.google.put("single", lasting(2, 9));
    await world.import();
    const before = new Map(world.events);
    world.google.put("single", backwards);
    await deliver();
    expect(world.events).toEqual(before);
  });

  test("what is new and malformed costs nothing else", async () => {
    world.google.put("good");
    await world.import();
    world.google.put("bad", { start: 7 });
    world.google.put("new");
    await deliver();
    expect([...world.events.keys()]).toEqual(["good", "new"]);
    expect(calendar()).toMatchObject({ unreadable: 1 });
    world.google.remove("bad");
    await world.pull();
    expect(calendar()).not.toHaveProperty("unreadable");
  });

  test.each([[undefined], [null], [5], [""], ["x".repeat(2_000)], ["a\u0000b"], [" two"], ["t wo"]])(
    "an item with the id %p deletes nothing, for it may be anything",
    async id => {
      for (const one of ["one", "two", "three"]) world.google.put(one);
      world.google.put("course", series);
      await world.import();
      const before = new Map(world.events);
      world.google.put("two", { id, summary: "whatever" });
      await deliver();
      expect(world.events).toEqual(before);
      expect(calendar()).toMatchObject({ unreadable: 1 });
      world.google.put("two", { id: "two" });
      world.google.remove("three");
      await fullSync();
      expect(world.events.has("three")).toBe(false);
      expect(calendar()).not.toHaveProperty("unreadable");
    },
  );
});

test("the count outlives a hand-over, and so does what it stands for", async () => {
  world = new SyncWorld({}, { timeBudgetMs: 0 });
  world.google.pageSize = 2;
  for (const id of ["a", "b", "c", "d", "e"]) world.google.put(id);
  world.google.put("course", series);
  await world.import();
  const before = new Map(world.events);
  world.google.put("course", backwards);
  world.google.put("b", { id: null });
  await fullSync();
  expect(world.log.filter(({ fields }) => fields["outcome"] === "handedOver").length).toBeGreaterThan(1);
  expect(world.events).toEqual(before);
  expect(calendar()).toMatchObject({ unreadable: 2 });
});

describe("exceptions that a full list does not name", () => {
  beforeEach(async () => {
    world.google.put("course", series);
    world.google.put(instanceId("course", 3), exceptionOf("course", 3, 15));
    await world.import();
  });

  test("are forgotten where the list would have named them: the plain instance is back", async () => {
    world.google.remove(instanceId("course", 3));
    await fullSync();
    expect(world.events.get(instanceId("course", 3))).toMatchObject({
      start: { dateTime: "2026-02-03T09:00:00+01:00" },
    });
  });

  test("are kept where they lie outside the window: the list may leave them out for that", async () => {
    const old = { dateTime: "2025-06-01T09:00:00+02:00", timeZone: "Europe/Berlin" };
    world.google.put(instanceId("course", 3), {
      start: old,
      end: { ...old, dateTime: "2025-06-01T10:00:00+02:00" },
    });
    await world.pull();
    expect(world.events.has(instanceId("course", 3))).toBe(false);
    await fullSync();
    expect([...world.events.keys()]).toEqual([instanceId("course", 2), instanceId("course", 4)]);
  });
});

test("a restored series whose exceptions are not sent again is read anew, once", async () => {
  world.google.put("course", series);
  world.google.put(instanceId("course", 3), exceptionOf("course", 3, 15));
  await world.import();
  const before = new Map(world.events);
  world.google.remove("course");
  world.google.remove(instanceId("course", 3));
  await world.pull();
  expect(world.events.size).toBe(0);
  world.google.put("course", series);
  world.google.put(instanceId("course", 3), exceptionOf("course", 3, 15));
  // The list of changes contains only the series.
  const { calls } = world.google;
  const list = world.google.list.bind(world.google);
  world.google.list = async request => {
    const page = await list(request);
    if (page.kind !== "page" || !("syncToken" in request.query)) return page;
    return { ...page, items: page.items.filter(item => (item as GoogleEvent)["id"] === "course") };
  };
  const asked = calls.length;
  await world.pull();
  expect([...world.events.values()].map(({ start }) => start)).toEqual(
    [...before.values()].map(({ start }) => start),
  );
  expect(calls.slice(asked).map(({ query }) => "syncToken" in query)).toEqual([true, false]);
});

describe("the window", () => {
  const dayOf = (ms: number) => ({ start: iso(ms), end: iso(ms + 3_600_000) });
  const iso = (ms: number) => ({ dateTime: new Date(ms).toISOString(), timeZone: "UTC" });

  test("stands still: what was edited while a sync token was dead is not lost, however old", async () => {
    const eventMs = world.clock.now() - 20 * dayMs;
    world.google.put("old", dayOf(eventMs));
    await world.import();
    const { windowStart: windowStartMs } = world.state;
    world.clock.advance(60 * dayMs);
    world.google.put("old", { summary: "edited" });
    world.google.put("late", dayOf(eventMs));
    await fullSync();
    expect(world.state.windowStart).toBe(windowStartMs);
    expect(world.events.get("old")).toMatchObject({ summary: "edited" });
    expect(world.events.has("late")).toBe(true);
    world.google.remove("old");
    await fullSync();
    expect([...world.events.keys()]).toEqual(["late"]);
  });

  test("begins earlier as soon as the setting is larger, with one full sync", async () => {
    world.google.put("older", dayOf(world.clock.now() - 50 * dayMs));
    await world.import();
    expect(world.events.size).toBe(0);
    const settings = { ...world.ports.settings, pastWindowMs: 60 * dayMs };
    const calls = world.google.calls.length;
    for (let pulls = 0; pulls < 2; pulls++) {
      world.clock.advance(60_000);
      await world.notify();
      await world.drain(9, { ...world.ports, settings });
    }
    expect(world.events.has("older")).toBe(true);
    expect(world.google.calls.slice(calls).map(({ query }) => "syncToken" in query)).toEqual([false, true]);
  });
});

/** A calendar of which Firestore has lost an event. */
async function drifted(): Promise<void> {
  world.google.put("kept");
  world.google.put("drifted");
  await world.import();
  const events = world.documents.eventsOf(calendarKey) as Map<string, unknown>;
  events.delete("drifted");
}

test("everything is listed again about once a month, by a backup, and drift is healed", async () => {
  await drifted();
  world.clock.advance(29.9 * dayMs);
  await world.pull();
  expect(world.events.has("drifted")).toBe(false);
  world.clock.advance(4 * dayMs);
  const calls = world.google.calls.length;
  for (let backup = 0; backup < 3; backup++) {
    world.clock.advance(21_600_000);
    await world.request("backup");
    await world.drain();
  }
  expect(world.events.has("drifted")).toBe(true);
  expect(world.google.calls.slice(calls).map(({ query }) => "syncToken" in query)).toEqual([
    false,
    true,
    true,
  ]);
  expect(world.lastLine()).toMatchObject({ written: 0 });
});

test("a calendar that changes too often for a backup is listed again a few days later, by any pull", async () => {
  await drifted();
  world.clock.advance(36.1 * dayMs);
  await world.pull();
  expect(world.events.has("drifted")).toBe(true);
});

describe("an event that is stored, with a recurrence of which nothing can be read,", () => {
  test.each([null, 7, {}, [], [null], [1, "a", null], ["RRULE:FREQ=NEVER"]])(
    "stays, and is no series: %j",
    async recurrence => {
      const world = new SyncWorld();
      world.google.put("single");
      await world.import();
      const unreadable = Array.isArray(recurrence) && recurrence.length > 0 ? 1 : 0;
      for (const sync of ["pull", "full"]) {
        world.google.put("single", { recurrence, summary: `by ${sync}` });
        if (sync === "full") world.google.expireSyncTokens();
        await world.pull();
        expect([...world.events.keys()]).toEqual(["single"]);
        expect(world.events.get("single")?.summary).toBe(`by ${sync}`);
        expect(world.state.unreadable).toHaveLength(unreadable);
      }
      world.google.put("single", { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
      await world.pull();
      expect([...world.events.keys()]).toEqual(["single_20260202T080000Z", "single_20260203T080000Z"]);
      expect(world.state.unreadable).toEqual([]);
    },
  );

  test("stays an exception of its series", async () => {
    const world = new SyncWorld();
    world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
    const id = "daily_20260203T080000Z";
    const exception = { recurringEventId: "daily", originalStartTime: { dateTime: "2026-02-03T08:00:00Z" } };
    world.google.put(id, { ...exception, summary: "other" });
    await world.import();
    world.google.put(id, { recurrence: ["a"], summary: "newest" });
    await world.pull();
    expect(world.events.get(id)).toMatchObject({ recurringEventId: "daily", summary: "newest" });
    expect(world.events.size).toBe(2);
  });
});
