import { describe, expect, test } from "@jest/globals";
import { seriesOutOfStep } from "./testing/shown-series.fake.ts";
import { SyncWorld, calendarKey, dayMs, storeOf } from "./testing/sync-world.fake.ts";

const delivered = { taskId: "task", attempt: 0 };
const iso = (ms: number) => ({ dateTime: new Date(ms).toISOString(), timeZone: "UTC" });
const hours = (ms: number, count: number) => ({ start: iso(ms), end: iso(ms + count * 3_600_000) });

/** A calendar with an event on each of the first `events` days of its window, `days` days later. */
async function oldWorld(events: number, days: number, settings = {}): Promise<SyncWorld> {
  const world = new SyncWorld({}, settings);
  const firstMs = world.clock.now() - 29 * dayMs;
  for (let n = 0; n < events; n++) world.google.put(`day${n}`, hours(firstMs + n * dayMs, 1));
  await world.import();
  world.clock.advance(days * dayMs);
  return world;
}

async function daily(world: SyncWorld, ports = world.ports): Promise<readonly string[]> {
  await world.request("horizon");
  return await world.drain(20, ports);
}

describe("retention", () => {
  test("deletes what ended before it, nothing else, and moves the window's start there", async () => {
    const world = await oldWorld(20, 380);
    const startMs = world.clock.now() - 400 * dayMs;
    expect(await daily(world)).toEqual(["covered"]);
    expect(world.state).toMatchObject({ windowStart: startMs, lease: null });
    const kept = [...world.events.values()];
    expect(kept.length).toBe(11);
    expect(kept.every(({ endAtMs }) => endAtMs > startMs)).toBe(true);
    // Within the window Firestore still equals Google after a full sync.
    world.google.expireSyncTokens();
    await world.pull();
    expect(world.events).toEqual(world.wanted());
    expect(world.state.windowStart).toBe(startMs);
  });

  test("takes as many commits as it needs", async () => {
    const world = await oldWorld(20, 399, { maxBatchWrites: 4 });
    await daily(world);
    expect(world.events.size).toBe(0);
    expect(world.state.lease).toBeNull();
  });

  test("does nothing for less than a day, for a calendar that is off, was never synced, or is being listed", async () => {
    for (const change of [{}, { active: false }, { windowStart: null }, { progress: {} as never }]) {
      const world = await oldWorld(1, Object.keys(change).length === 0 ? 370.9 : 500);
      world.documents.change(calendarKey, change);
      const before = structuredClone(world.state);
      await daily(world);
      expect(world.state).toEqual(before);
      expect(world.events.size).toBe(1);
    }
  });

  test("waits for another task that writes the calendar", async () => {
    const world = await oldWorld(1, 500);
    const lease = { holder: "other", taskId: "x", attempt: 0, expiresAt: world.clock.now() + 60_000 };
    world.documents.change(calendarKey, { lease });
    expect((await daily(world)).slice(0, 1)).toEqual(["retry"]);
    expect(world.events.size).toBe(0);
  });

  test.each([0, 1, 2, 3])(
    "that dies after %d commits is finished by the next day's, and loses nothing",
    async deaths => {
      const world = await oldWorld(20, 399, { maxBatchWrites: 4 });
      world.google.put("new", hours(world.clock.now(), 1));
      await world.pull();
      let commits = 0;
      const store = storeOf(world.documents, {
        commit: async (...args) => {
          if (commits++ === deaths) throw new Error("died");
          return await world.documents.commit(...args);
        },
      });
      await expect(daily(world, { ...world.ports, store })).rejects.toThrow("died");
      world.clock.advance(2 * dayMs);
      world.queue.tasks.clear();
      await daily(world);
      expect([...world.events.keys()]).toEqual(["new"]);
      expect(world.state.lease).toBeNull();
    },
  );

  test("stops at once where the lease went to another", async () => {
    const world = await oldWorld(20, 399, { maxBatchWrites: 4 });
    const store = storeOf(world.documents, {
      endedBy: async (...args) => {
        const found = await world.documents.endedBy(...args);
        world.documents.change(calendarKey, {
          lease: { holder: "z", ...delivered, expiresAt: world.clock.now() },
        });
        return found;
      },
    });
    await world.request("horizon");
    const [task] = [...world.queue.tasks.keys()];
    expect(await world.deliver(task ?? "", { ...world.ports, store })).toBe("retry");
    expect(world.events.size).toBe(20);
  });
});

describe("retention of a series", () => {
  const weekly = (count: number) => ({ recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${count}`] });
  const shown = (world: SyncWorld) => [...world.documents.shownSeriesOf(calendarKey).keys()].sort();

  test("deletes the document that clients read of it with its last occurrence, and of no other series", async () => {
    const world = await oldWorld(0, 0);
    const firstMs = world.clock.now() - 20 * dayMs;
    world.google.put("over", { ...hours(firstMs, 1), ...weekly(2) });
    world.google.put("going", { ...hours(firstMs, 1), ...weekly(4) });
    world.google.put("endless", { ...hours(firstMs, 1), recurrence: ["RRULE:FREQ=WEEKLY"] });
    for (const id of ["moved", "cancelled"]) {
      world.google.put(id, { ...hours(firstMs, 1), ...weekly(2) });
      world.google.put(`${id}-later`, {
        recurringEventId: id,
        originalStartTime: iso(firstMs + 7 * dayMs),
        ...hours(firstMs + 30 * dayMs, 1),
        ...(id === "cancelled" && { status: "cancelled" }),
      });
    }
    await world.pull();
    expect(shown(world)).toEqual(["cancelled", "endless", "going", "moved", "over"]);
    world.clock.advance(395 * dayMs);
    await daily(world);
    expect(shown(world)).toEqual(["endless", "going", "moved"]);
    expect(await seriesOutOfStep(world)).toEqual([]);
    world.clock.advance(30 * dayMs);
    await daily(world);
    expect(shown(world)).toEqual(["endless"]);
    expect(await seriesOutOfStep(world)).toEqual([]);
    // The records stay for the next full sync, which finds nothing to write for clients.
    expect(await world.documents.series(calendarKey, ["over"])).toMatchObject([{ seriesId: "over" }]);
    world.google.expireSyncTokens();
    await world.pull();
    expect(shown(world)).toEqual(["endless"]);
  });
});
