import { describe, expect, test } from "@jest/globals";
import { failed } from "./testing/fake-google.fake.ts";
import { SyncWorld, calendarKey, dayMs } from "./testing/sync-world.fake.ts";

/** Firestore holds exactly what Google holds. */
function expectInStep(world: SyncWorld): void {
  expect(world.events).toEqual(world.wanted());
}

async function imported(events = 3): Promise<SyncWorld> {
  const world = new SyncWorld();
  for (let n = 0; n < events; n++) world.google.put(`event${n}`);
  await world.import();
  return world;
}

describe("a pull", () => {
  test("stores what changed since the token, and nothing else", async () => {
    const world = await imported();
    world.google.put("event1", { summary: "changed" });
    world.google.remove("event2");
    world.google.put("event9");
    expect(await world.notify()).toBe("accepted");
    expect(await world.drain()).toEqual(["synced"]);
    expectInStep(world);
    expect(world.lastLine()).toMatchObject({
      cause: "notification",
      pages: 1,
      written: 2,
      deleted: 1,
      apiCalls: 1,
    });
  });

  test("an empty page does not end it", async () => {
    const world = await imported();
    world.google.pageSize = 1;
    const list = world.google.list.bind(world.google);
    let empty = true;
    world.google.list = async request => {
      const page = await list(request);
      if (!empty || page.kind === "failed") return page;
      empty = false;
      return { kind: "page", items: [], nextPageToken: page.nextPageToken ?? "" };
    };
    world.google.put("event1", { summary: "changed" });
    world.google.put("event2", { summary: "changed" });
    await world.notify();
    await world.drain();
    expect(world.lastLine()).toMatchObject({ pages: 2 });
    expect(world.events.get("event2")?.summary).toBe("changed");
  });

  test("a last page without a sync token is tried again with the old token", async () => {
    const world = await imported();
    const token = world.state.syncToken;
    world.google.put("event1", { summary: "changed" });
    world.google.missingSyncTokens = 1;
    await world.notify();
    expect(await world.drain()).toEqual(["retry", "synced"]);
    expect(world.google.calls.slice(-2).map(call => call.query)).toEqual([
      { syncToken: token },
      { syncToken: token },
    ]);
    expectInStep(world);
  });

  test("a page token that Google rejects begins the pull again from the stored sync token", async () => {
    const world = await imported();
    world.google.pageSize = 1;
    for (const id of ["event0", "event1", "event2"]) world.google.put(id, { summary: "changed" });
    const list = world.google.list.bind(world.google);
    let rejections = 1;
    world.google.list = request => {
      if (request.pageToken !== undefined && rejections-- > 0) world.google.rejectPageTokens();
      return list(request);
    };
    await world.notify();
    expect(await world.drain()).toEqual(["synced"]);
    expectInStep(world);
  });

  test("a 410 leads to one full sync in the same task, which deletes what went unnoticed", async () => {
    const world = await imported();
    world.google.remove("event2");
    world.google.expireSyncTokens();
    await world.notify();
    expect(await world.drain()).toEqual(["synced"]);
    expectInStep(world);
    expect(world.lastLine()).toMatchObject({ passes: 2, written: 0, deleted: 1, apiCalls: 2 });
  });

  test("410 for ever is no loop: the queue gets the task back", async () => {
    const world = await imported();
    world.google.list = request => {
      world.google.calls.push(request);
      return Promise.resolve(failed("tokenExpired"));
    };
    const before = world.google.calls.length;
    await world.notify();
    const [id] = world.queue.tasks.keys();
    expect(await world.deliver(id ?? "")).toBe("retry");
    expect(world.google.calls.length - before).toBeLessThanOrEqual(4);
    expect(world.state.lease).toBeNull();
  });
});

describe("a full sync", () => {
  test("another query version writes every event anew", async () => {
    const world = await imported();
    world.documents.change(calendarKey, { queryVersion: 0 });
    await world.request("backup");
    await world.drain();
    expect(world.lastLine()).toMatchObject({ written: 3 });
  });

  test("history before the window stays although the list does not hold it", async () => {
    const world = await imported();
    const old = { dateTime: "2026-01-10T10:00:00Z" };
    world.google.put("old", { start: old, end: old });
    await world.notify();
    await world.drain();
    world.clock.advance(90 * dayMs);
    world.documents.change(calendarKey, { resyncEpoch: world.state.epoch });
    await world.request("user");
    await world.drain();
    expect([...world.events.keys()]).toContain("old");
    expect(world.lastLine()).toMatchObject({ written: 0, deleted: 0 });
  });

  test("a pass that is out of time goes on where it was, and remembers what it has seen", async () => {
    const world = await imported(6);
    world.google.pageSize = 2;
    world.google.remove("event5");
    world.google.expireSyncTokens();
    const list = world.google.list.bind(world.google);
    world.google.list = request => {
      world.clock.advance(250_000);
      return list(request);
    };
    const before = world.google.calls.length;
    await world.notify();
    const outcomes = await world.drain();
    expect(outcomes.slice(0, -1).every(outcome => outcome === "handedOver")).toBe(true);
    expect(outcomes.length).toBeGreaterThan(1);
    expectInStep(world);
    // One dead pull, and then each page of the full sync once, but for those fetched ahead of a hand-over.
    expect(world.google.calls.length - before).toBeLessThanOrEqual(1 + 3 + outcomes.length);
  });
});
