import { describe, expect, test } from "@jest/globals";
import { queryVersion } from "../model/sync-state.ts";
import { failed } from "./testing/fake-google.fake.ts";
import { SyncWorld, calendarKey, dayMs, uid } from "./testing/sync-world.fake.ts";

/** Checks that Firestore contains exactly Google's events. */
function expectInStep(world: SyncWorld): void {
  expect(world.events).toEqual(world.wanted());
}

async function imported(events = 3): Promise<SyncWorld> {
  const world = new SyncWorld();
  for (let n = 0; n < events; n++) world.google.put(`event${n}`);
  await world.import();
  return world;
}

/** Stores an event as another mapping would have written it. */
function mapOtherwise(world: SyncWorld, id: string): void {
  const event = world.events.get(id);
  if (event === undefined) throw new Error(`${id} is not stored`);
  world.documents.events.get(world.key)?.set(id, { ...event, summary: "of another mapping" });
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

  test("a refusal of a grant that the user has replaced meanwhile: the queue gets the task back", async () => {
    const world = await imported();
    world.google.put("event1", { summary: "changed" });
    world.google.nextFailures.push({ ...failed("unauthorized"), grantId: "superseded" });
    await world.notify();
    expect(await world.drain()).toEqual(["retry", "synced"]);
    expectInStep(world);
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
  test("of an upgrade writes exactly the events whose documents differ from the new mapping", async () => {
    const world = await imported();
    world.documents.change(calendarKey, { queryVersion: 0 });
    for (const id of ["event0", "event1"]) mapOtherwise(world, id);
    await world.request("backup");
    await world.drain();
    expect(world.lastLine()).toMatchObject({ written: 0 });
    expect(world.state).toMatchObject({ queryVersion: 0 });
    await world.request("upgrade");
    await world.drain();
    expect(world.lastLine()).toMatchObject({ written: 2, unchanged: 1 });
    expect(world.state).toMatchObject({ queryVersion, upgradedAt: world.clock.now() });
    expect(world.events.get("event1")?.summary).toBe("event event1");
  });

  test("of an upgrade runs although a pull has covered the task's epoch, and only once", async () => {
    const world = await imported();
    world.documents.change(calendarKey, { queryVersion: 0 });
    mapOtherwise(world, "event0");
    await world.request("upgrade");
    const [id = ""] = world.queue.tasks.keys();
    const task = world.queue.tasks.get(id);
    world.clock.advance(10_000);
    await world.request("backup");
    await world.deliver([...world.queue.tasks.keys()].at(-1) ?? "");
    const calls = world.google.calls.length;
    expect(await world.deliver(id)).toBe("synced");
    expect(world.state.queryVersion).toBe(queryVersion);
    if (task === undefined) throw new Error("no task");
    world.queue.tasks.set(id, task);
    expect(await world.deliver(id)).toBe("covered");
    expect(world.google.calls.length).toBe(calls + 1);
  });

  test("of an upgrade waits for the end of another delivery's lease", async () => {
    const world = await imported();
    const lease = { holder: "other", taskId: "other", attempt: 0, expiresAt: world.clock.now() + 60_000 };
    world.documents.change(calendarKey, { queryVersion: 0, lease });
    await world.request("upgrade");
    const [id = ""] = world.queue.tasks.keys();
    expect(await world.deliver(id)).toBe("retry");
    world.clock.advance(60_000);
    expect(await world.deliver(id)).toBe("synced");
    expect(world.state.queryVersion).toBe(queryVersion);
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
    // One refused pull, then each page of the full sync once. Each hand-over may have fetched one page ahead.
    expect(world.google.calls.length - before).toBeLessThanOrEqual(1 + 3 + outcomes.length);
  });
});

describe("bad data", () => {
  const bad = [
    ["an id with a slash", { id: "a/b" }],
    ["an absurd date", { id: "absurd", start: { date: "99999-01-01" } }],
    ["a description of 1 MB", { id: "large", description: "x".repeat(1_000_000) }],
    ["no start", { id: "startless", start: undefined }],
    ["no id", { id: undefined }],
    ["an id longer than that of a document may be", { id: "x".repeat(2_000) }],
  ] as const;

  test.each(bad)("%s: the others are synced, the bad one is counted and logged", async (_what, fields) => {
    for (const mode of ["full sync", "pull"]) {
      const world = mode === "pull" ? await imported(0) : new SyncWorld();
      world.google.put("good1");
      world.google.put(fields.id ?? "nameless", fields);
      world.google.put("good2");
      await world.request("user");
      expect(await world.drain()).toEqual(["synced"]);
      expect([...world.events.keys()]).toEqual(["good1", "good2"]);
      expect(world.lastLine()).toMatchObject({ malformed: 1, written: 2 });
      const skipped = world.log.filter(({ message }) => message === "event skipped");
      expect(skipped.map(line => line.fields["eventId"])).toEqual([fields.id?.slice(0, 100)]);
    }
  });

  test("an event that turns bad keeps its last good version, also through a full sync", async () => {
    const id = "a".repeat(1_000);
    const world = await imported(0);
    world.google.put(id, { summary: "good" });
    await world.notify();
    await world.drain();
    world.google.put(id, { start: "soon" });
    world.google.expireSyncTokens();
    await world.notify();
    await world.drain();
    expect(world.events.get(id)?.summary).toBe("good");
  });
});

describe("nothing goes round for ever", () => {
  test("a pass whose hand-over leads nowhere begins again", async () => {
    const world = new SyncWorld({}, { timeBudgetMs: 10 });
    world.google.pageSize = 2;
    for (let n = 0; n < 4; n++) world.google.put(`event${n}`);
    const list = world.google.list.bind(world.google);
    // The pages after this page token never contain a sync token.
    let lame: string | undefined;
    world.google.list = async request => {
      world.clock.advance(20);
      const page = await list(request);
      if (page.kind === "failed") return page;
      lame ??= page.nextPageToken;
      if (request.pageToken !== lame || world.google.calls.length > 20) return page;
      const { nextSyncToken: _lost, ...rest } = page;
      return rest;
    };
    await world.request("connect");
    await world.drain(12).catch(() => undefined);
    expect(world.google.calls.filter(call => call.pageToken === undefined).length).toBeGreaterThan(1);
  });

  test("a calendar whose document somebody has deleted is synced all the same, and shown again", async () => {
    const world = await imported();
    world.documents.calendars.clear();
    world.google.put("event1", { summary: "changed" });
    const before = world.google.calls.length;
    world.clock.advance(60_000);
    await world.notify();
    expect(await world.drain(5)).toEqual(["synced"]);
    expect(world.google.calls.length - before).toBe(1);
    expect(world.documents.calendars.get(`${uid}/${calendarKey}`)).toMatchObject({ phase: "live" });
  });

  test("a task for an epoch that the state has not reached is done all the same", async () => {
    const world = await imported();
    await world.queue.syncCalendar(
      { calendarKey, epoch: world.state.epoch + 1_000_000, cause: "user" },
      { id: "future" },
    );
    expect(await world.drain(5)).toEqual(["synced"]);
  });
});

describe("a change that only the backup has found", () => {
  test("re-opens the watch", async () => {
    const world = await imported();
    world.google.put("event1", { summary: "changed" });
    world.google.remove("event2");
    await world.request("backup");
    await world.drain();
    expect(world.queue.watchTasks).toEqual([{ calendarKey, action: "replace" }]);
    expect(world.queue.asked.at(-1)).toBe(`${calendarKey}-reopen-${world.state.coveredEpoch}`);
    expect(world.log.find(({ level }) => level === "warn")?.fields).toEqual({ calendarKey });
  });

  test.each([
    ["that was announced", "user", {}],
    ["of a calendar that Google cannot push for", "backup", { pushUnsupported: true }],
  ] as const)("%s: it does not", async (_what, cause, change) => {
    const world = await imported();
    world.documents.change(calendarKey, change);
    world.google.put("event1", { summary: "changed" });
    await world.request(cause);
    expect(await world.drain()).toEqual(["synced"]);
    expect(world.queue.watchTasks).toEqual([]);
  });

  test("none at all: it does not", async () => {
    const world = await imported();
    await world.request("backup");
    expect(await world.drain()).toEqual(["synced"]);
    expect(world.queue.watchTasks).toEqual([]);
  });

  test("because the mapping is new says nothing about the watch", async () => {
    const world = await imported();
    world.documents.change(calendarKey, { queryVersion: 0 });
    mapOtherwise(world, "event0");
    await world.request("upgrade");
    await world.drain();
    expect(world.lastLine()).toMatchObject({ written: 1 });
    expect(world.queue.watchTasks).toEqual([]);
  });
});
