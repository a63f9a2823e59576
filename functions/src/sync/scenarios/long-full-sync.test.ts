import { describe, expect, test } from "@jest/globals";
import type { CalendarEvent } from "../../model/calendar-event.ts";
import { SyncWorld, calendarKey, storeOf } from "../testing/sync-world.fake.ts";

/** Checks that Firestore contains exactly Google's events. */
function expectInStep(world: SyncWorld): void {
  expect(world.events).toEqual(world.wanted());
}

describe("a long full sync", () => {
  /** A world with six pages, each of which takes a long time. */
  async function slowWorld(changed: { timeBudgetMs?: number }): Promise<SyncWorld> {
    const world = new SyncWorld({}, changed);
    for (let n = 0; n < 12; n++) world.google.put(`event${n}`);
    await world.import();
    world.google.pageSize = 2;
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      world.clock.advance(25_000);
      return await list(request);
    };
    return world;
  }

  test("renews its lease although nothing is written, so that nobody takes over", async () => {
    const world = await slowWorld({});
    world.google.expireSyncTokens();
    await world.notify();
    const ends: number[] = [];
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      const page = await list(request);
      ends.push((world.state.lease?.expiresAt ?? 0) - world.clock.now());
      return page;
    };
    await world.drain();
    expect(ends.length).toBeGreaterThan(5);
    expect(Math.min(...ends)).toBeGreaterThan(0);
  });

  test("caused by a 410 goes on in the next task instead of starting again", async () => {
    const world = await slowWorld({ timeBudgetMs: 70_000 });
    world.google.expireSyncTokens();
    const before = world.google.calls.length;
    await world.notify();
    const outcomes = await world.drain();
    expect(outcomes.at(-1)).toBe("synced");
    const dead = world.google.calls.slice(before).filter(call => "syncToken" in call.query);
    expect(dead.length).toBe(1);
    const firstPages = world.google.calls.slice(before + 1).filter(call => call.pageToken === undefined);
    expect(firstPages.length).toBe(1);
    expectInStep(world);
  });

  test("that a zombie interrupts loses nothing that it has seen", async () => {
    const world = await slowWorld({ timeBudgetMs: 45_000 });
    world.google.expireSyncTokens();
    await world.notify();
    const [id = ""] = world.queue.tasks.keys();
    // The old worker reads one page, is suspended before it saves its memory, and continues after another worker has
    // handed over.
    let wake = (): void => undefined;
    const asleep = new Promise<void>(resolve => {
      wake = resolve;
    });
    const saving = { begun: false };
    const store = storeOf(world.documents, {
      savePassMemory: async (...parts) => {
        saving.begun = true;
        await asleep;
        await world.documents.savePassMemory(...parts);
      },
    });
    const zombie = world.deliver(id, { ...world.ports, store });
    for (let turns = 0; !saving.begun && turns < 1_000; turns++) await new Promise(setImmediate);
    world.clock.advance(200_000);
    // The first events are removed, so that the two workers read different events.
    for (const n of [0, 1, 2]) world.google.remove(`event${n}`);
    expect(await world.deliver(id)).toBe("handedOver");
    wake();
    await zombie;
    await world.drain();
    expectInStep(world);
  });

  test("whose memory is lost begins again", async () => {
    const world = await slowWorld({ timeBudgetMs: 45_000 });
    world.google.remove("event3");
    world.google.expireSyncTokens();
    await world.notify();
    expect(await world.deliver([...world.queue.tasks.keys()][0] ?? "")).toBe("handedOver");
    world.documents.passMemory.clear();
    expect((await world.drain()).at(-1)).toBe("synced");
    expectInStep(world);
    expect(world.documents.passMemory.size).toBe(0);
  });

  test.each([
    ["of one task", 1_000],
    ["of many tasks", 10],
  ])("%s, in whose middle the calendar moves to another zone, is made good", async (_what, timeBudgetMs) => {
    const world = new SyncWorld({}, { timeBudgetMs });
    world.google.pageSize = 1;
    for (const id of ["a", "b", "c"])
      world.google.put(id, { start: { date: "2026-02-02" }, end: { date: "2026-02-03" } });
    await world.import();
    world.google.expireSyncTokens();
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      world.clock.advance(10);
      if (request.pageToken !== undefined) world.google.timeZone = "Asia/Tokyo";
      return await list(request);
    };
    await world.notify();
    await world.drain();
    await world.notify();
    await world.drain();
    expect(world.state.timeZone).toBe("Asia/Tokyo");
    expectInStep(world);
  });

  test("of an older query version does not go on under a newer one", async () => {
    const world = await slowWorld({ timeBudgetMs: 45_000 });
    world.google.expireSyncTokens();
    await world.notify();
    const [id = ""] = world.queue.tasks.keys();
    expect(await world.deliver(id)).toBe("handedOver");
    const { progress } = world.state;
    if (progress === null) throw new Error("nothing was handed over");
    world.documents.change(calendarKey, {
      queryVersion: 0,
      progress: { ...progress, queryVersion: 0 },
    });
    const stored = world.documents.events.get(world.key) ?? new Map<string, CalendarEvent>();
    for (const event of [...stored.values()])
      stored.set(event.eventId, { ...event, summary: "as mapped before" });
    await world.drain();
    const rewritten = world.log
      .filter(({ message }) => message === "sync")
      .map(line => Number(line.fields["written"]));
    expect(rewritten.slice(-10).reduce((sum, n) => sum + n, 0)).toBe(12 + 12);
  });
});
