import { describe, expect, test } from "@jest/globals";
import { CommitRefused } from "../../ports/sync.port.ts";
import { utc, zoneOr } from "../../recurrence/zone-names.ts";
import { extendHorizon } from "../extend-horizon.ts";
import { planSeries } from "../plan-series.ts";
import { event } from "../testing/sync-store-contract.fake.ts";
import { calendarKey, storeOf, SyncWorld, uid } from "../testing/sync-world.fake.ts";
import { startMs } from "../testing/virtual-clock.fake.ts";

/** A store that refuses some events and series, and with `state` also the sync's own fields. */
function refusing(world: SyncWorld, ids: readonly string[], state = false) {
  const store = storeOf(world.documents, {
    commit: async (...args) => {
      const { events, series = [], state: patch } = args[2];
      const has =
        events.some(write => write.kind === "set" && ids.includes(write.event.eventId)) ||
        series.some(write => write.kind === "set" && ids.includes(write.series.seriesId)) ||
        (state && patch.syncToken !== undefined);
      if (has) throw new CommitRefused("no");
      return await world.documents.commit(...args);
    },
  });
  return { ...world.ports, store };
}

async function announcedTask(world: SyncWorld): Promise<string> {
  world.clock.advance(10_000);
  await world.notify();
  const [id] = [...world.queue.tasks.keys()];
  if (id === undefined) throw new Error("no task");
  return id;
}

describe("an event that the store refuses for its content", () => {
  test.each([1, 2, 3, 10, 50])("costs only itself among %d that are new", async count => {
    const world = new SyncWorld({}, { maxBatchWrites: 8 });
    await world.import();
    for (let n = 0; n < count; n++) world.google.put(`event${n}`);
    const bad = `event${Math.floor(count / 2)}`;
    const id = await announcedTask(world);
    expect(await world.deliver(id, refusing(world, [bad]))).toBe("synced");
    const wanted = world.wanted();
    wanted.delete(bad);
    expect(world.events).toEqual(wanted);
    expect(world.state).toMatchObject({
      lease: null,
      failure: null,
      shown: { phase: "live", unreadable: 1 },
    });
    expect(world.documents.calendars.get(`${uid}/${calendarKey}`)).toMatchObject({ unreadable: 1 });
    expect(world.log).toContainEqual({
      level: "error",
      message: "refused by the store",
      fields: { calendarKey, eventId: bad },
    });
    world.google.put(bad, { summary: "fits now" });
    await world.pull();
    expect(world.events).toEqual(world.wanted());
    expect(world.state).toMatchObject({ unreadable: [], shown: { phase: "live" } });
    expect(world.state.shown?.unreadable).toBeUndefined();
  });

  test("costs only itself in a full sync, and keeps the last version that could be stored", async () => {
    const world = new SyncWorld();
    for (const id of ["good", "bad"]) world.google.put(id);
    await world.import();
    const before = world.events.get("bad");
    world.google.put("bad", { summary: "too much" });
    world.google.put("good", { summary: "other" });
    world.google.expireSyncTokens();
    const id = await announcedTask(world);
    expect(await world.deliver(id, refusing(world, ["bad"]))).toBe("synced");
    expect(world.events.get("bad")).toEqual(before);
    expect(world.events.get("good")).toMatchObject({ summary: "other" });
  });

  test("which is an occurrence costs no other, and its series is stored", async () => {
    const world = new SyncWorld();
    await world.import();
    world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] });
    const id = await announcedTask(world);
    expect(await world.deliver(id, refusing(world, ["daily_20260203T080000Z"]))).toBe("synced");
    expect([...world.events.keys()]).toEqual(["daily_20260202T080000Z", "daily_20260204T080000Z"]);
    expect(await world.documents.series(calendarKey, ["daily"])).toMatchObject([{ dirty: false }]);
  });

  test("which is a series is named, and its occurrences are there", async () => {
    const world = new SyncWorld();
    await world.import();
    world.google.put("daily", { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] });
    const id = await announcedTask(world);
    expect(await world.deliver(id, refusing(world, ["daily"]))).toBe("synced");
    expect(world.events.size).toBe(3);
    expect(world.state.shown).toMatchObject({ unreadable: 1 });
  });
});

test.each([2, 480])(
  "beyond the horizon a series that the store refuses costs no other, %d to a commit",
  async maxBatchWrites => {
    const world = new SyncWorld({}, { maxBatchWrites });
    for (const id of ["first", "refused", "second"])
      world.google.put(id, { recurrence: ["RRULE:FREQ=DAILY"] });
    await world.import();
    const before = world.events.size;
    world.clock.advance(86_400_000);
    const beyond = "refused_20270209T080000Z";
    const delivered = { taskId: "horizon", attempt: 0 };
    expect(await extendHorizon(refusing(world, [beyond]), calendarKey, delivered)).toMatchObject({
      kind: "extended",
    });
    expect(world.events.has(beyond)).toBe(false);
    expect(world.events.size).toBe(before + 2);
    expect(world.state).toMatchObject({ lease: null, horizonPendingFrom: null, openSeries: true });
    expect(world.state.unreadable).toHaveLength(1);
  },
);

describe("a commit of which the state itself is refused", () => {
  test("is tried again with back-off, leaves no lease, and is loud in the log", async () => {
    const world = new SyncWorld();
    await world.import();
    world.google.put("any");
    const id = await announcedTask(world);
    expect(await world.deliver(id, refusing(world, [], true))).toBe("retry");
    expect(world.state).toMatchObject({ lease: null, failure: { reason: "refused", count: 1 } });
    expect(world.log).toContainEqual(
      expect.objectContaining({
        level: "error",
        fields: expect.objectContaining({ kind: "refused" }) as unknown,
      }),
    );
    const { coveredEpoch, syncToken } = world.state;
    expect(await world.deliver(id, refusing(world, [], true))).toBe("retry");
    expect(world.state).toMatchObject({ coveredEpoch, syncToken, failure: { count: 1 } });
  });

  test("is shown to the user when it lasts, and heals when it is taken", async () => {
    const world = new SyncWorld();
    await world.import();
    world.google.put("any");
    const id = await announcedTask(world);
    await world.deliver(id, refusing(world, [], true));
    expect(world.state.shown?.phase).toBe("live");
    world.clock.advance(15 * 60_000);
    await world.deliver(id, refusing(world, [], true));
    expect(world.state.shown?.phase).toBe("error");
    expect(world.documents.calendars.get(`${uid}/${calendarKey}`)).toMatchObject({
      message: expect.stringMatching(/cannot be stored/),
    });
    world.clock.advance(15 * 60_000);
    expect(await world.deliver(id)).toBe("synced");
    expect(world.state).toMatchObject({ failure: null, shown: { phase: "live" } });
  });
});

test("a series with more exceptions than a document holds is left as it is, with a word for the log", () => {
  const at = (day: number) => ({
    dateTime: new Date(startMs + day * 86_400_000).toISOString(),
    timeZone: "Europe/Berlin",
  });
  const { start: _start, end: _end, startAtMs: _from, endAtMs: _to, ...content } = event("endless");
  const { eventId: seriesId, calendarKey: key, ...rest } = content;
  const master = { start: at(0), end: at(0), recurrence: ["RRULE:FREQ=DAILY;COUNT=9"], event: rest };
  const exceptions = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, day) => [
        `endless_${day}`,
        { originalStartTime: at(day), cancelled: true },
      ]),
    );
  const plan = (count: number) =>
    planSeries({ seriesId, master, exceptions: exceptions(count), doubtful: false }, undefined, undefined, {
      calendar: { calendarKey: key, zone: zoneOr("Europe/Berlin", utc) },
      window: { fromMs: startMs - 86_400_000, toMs: startMs + 400 * 86_400_000 },
      storedFromMs: startMs - 86_400_000,
      nowMs: startMs,
      queryVersion: 1,
      rewrite: false,
    });
  expect(plan(6_000).problem).toBeUndefined();
  expect(plan(10_000)).toEqual({
    unit: { events: [] },
    alive: [],
    open: false,
    problem: "larger than a document may be",
    keepsStored: true,
  });
});
