import { describe, expect, test } from "@jest/globals";
import { CommitRefused } from "../ports/sync-store.port.ts";
import { utc, zoneOr } from "../recurrence/zone.ts";
import { planSeries } from "./plan-series.ts";
import { event } from "./testing/sync-store-contract.fake.ts";
import { SyncWorld, calendarKey, storeOf, uid } from "./testing/sync-world.fake.ts";
import { startMs } from "./testing/virtual-clock.fake.ts";

/** A store that takes everything but one event. */
function refusing(world: SyncWorld, eventId: string) {
  const store = storeOf(world.documents, {
    commit: async (...args) => {
      const has = args[2].events.some(write => write.kind === "set" && write.event.eventId === eventId);
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

describe("a commit that the store refuses for its content", () => {
  test("is tried again with back-off, leaves no lease, and is loud in the log", async () => {
    const world = new SyncWorld();
    await world.import();
    world.google.put("bad");
    const id = await announcedTask(world);
    expect(await world.deliver(id, refusing(world, "bad"))).toBe("retry");
    expect(world.state).toMatchObject({ lease: null, failure: { reason: "refused", count: 1 } });
    expect(world.log).toContainEqual(
      expect.objectContaining({
        level: "error",
        fields: expect.objectContaining({ kind: "refused" }) as unknown,
      }),
    );
    const { coveredEpoch, syncToken } = world.state;
    expect(await world.deliver(id, refusing(world, "bad"))).toBe("retry");
    expect(world.state).toMatchObject({ coveredEpoch, syncToken, failure: { count: 1 } });
  });

  test("is shown to the user when it lasts, and heals when the event changes", async () => {
    const world = new SyncWorld();
    await world.import();
    world.google.put("bad");
    const id = await announcedTask(world);
    await world.deliver(id, refusing(world, "bad"));
    expect(world.state.shown?.phase).toBe("live");
    world.clock.advance(15 * 60_000);
    await world.deliver(id, refusing(world, "bad"));
    expect(world.state.shown?.phase).toBe("error");
    expect(world.documents.calendars.get(`${uid}/${calendarKey}`)).toMatchObject({
      message: expect.stringMatching(/cannot be stored/),
    });
    world.google.remove("bad");
    world.clock.advance(15 * 60_000);
    expect(await world.deliver(id, refusing(world, "bad"))).toBe("synced");
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
      rewrite: false,
    });
  expect(plan(6_000).problem).toBeUndefined();
  expect(plan(10_000)).toEqual({
    unit: { events: [] },
    alive: [],
    open: false,
    problem: "larger than a document may be",
  });
});
