import { describe, expect, test } from "@jest/globals";
import type { GoogleFailureReason } from "../../model/google-failure.ts";
import { SyncWorld, calendarKey, dayMs } from "../testing/sync-world.fake.ts";
import { calendarOf, deliver, minuteMs, refused } from "../testing/refused-pull.fake.ts";

const linesOf = (world: SyncWorld, message: string) =>
  world.log.filter(line => line.message === message).map(({ level, fields }) => ({ level, ...fields }));

describe("a failure that may pass", () => {
  test.each<GoogleFailureReason>([
    "rateLimited",
    "unavailable",
    "badRequest",
    "pushUnsupported",
    "operator",
    "notUnderstood",
    "addressRefused",
    "tokenRefused",
  ])("%s: the queue gets the task back, the reason is remembered, and a pass heals it", async reason => {
    const world = await refused(reason, { status: 599, googleReason: "why" });
    const nowMs = world.clock.now();
    expect(await deliver(world)).toBe("retry");
    expect(world.state).toMatchObject({
      active: true,
      lease: null,
      failure: { reason, count: 1, since: nowMs, retryAt: nowMs + 5_000 },
    });
    expect(linesOf(world, "sync failed")).toEqual([
      { level: "warn", calendarKey, kind: "failed", reason, status: 599, googleReason: "why" },
    ]);
    expect(world.lastLine()).toMatchObject({ outcome: "retry", reads: 1, writes: 2, written: 0 });
    expect(calendarOf(world)).toMatchObject({ phase: "live" });
    world.clock.advance(5_000);
    expect(await world.drain()).toEqual(["synced"]);
    expect(world.state.failure).toBeNull();
    expect(world.events).toEqual(world.wanted());
  });

  test("Google is not asked again before its time, though the queue delivers", async () => {
    const world = await refused("rateLimited");
    await deliver(world);
    const asked = world.google.calls.length;
    world.clock.advance(4_999);
    expect(await deliver(world)).toBe("retry");
    expect(world.google.calls.length).toBe(asked);
  });

  test("a quota that is used up waits for ten minutes at once", async () => {
    const world = await refused("rateLimited", { googleReason: "quotaExceeded" });
    const nowMs = world.clock.now();
    await deliver(world);
    expect(world.state.failure?.retryAt).toBe(nowMs + 10 * minuteMs);
  });

  test("that lasts is shown to the user, and so is its end", async () => {
    const world = await refused("unavailable");
    await deliver(world);
    world.clock.advance(16 * minuteMs);
    world.google.nextFailures.push({ kind: "failed", reason: "unavailable" });
    const nowMs = world.clock.now();
    expect(await deliver(world)).toBe("retry");
    expect(calendarOf(world)).toMatchObject({ phase: "error", message: expect.stringContaining("Google") });
    expect(world.state).toMatchObject({ shown: { phase: "error", at: nowMs }, failure: { count: 2 } });
    const shows = [{ level: "warn", calendarKey, reason: "unavailable" }];
    expect(linesOf(world, "calendar shows an error")).toEqual(shows);
    world.clock.advance(11 * minuteMs);
    world.google.nextFailures.push({ kind: "failed", reason: "unavailable" });
    expect(await deliver(world)).toBe("retry");
    expect(linesOf(world, "calendar shows an error")).toEqual(shows);
    world.clock.advance(11 * minuteMs);
    expect(await deliver(world)).toBe("synced");
    expect(calendarOf(world)).toMatchObject({ phase: "live" });
  });

  test("an incomplete list begins again at its first page, whatever it had handed over", async () => {
    const world = new SyncWorld({}, { timeBudgetMs: 10 });
    world.google.pageSize = 1;
    for (const id of ["a", "b", "c"]) world.google.put(id);
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      world.clock.advance(20);
      return await list(request);
    };
    await world.request("connect");
    expect(await deliver(world)).toBe("handedOver");
    expect(world.state.progress).toMatchObject({ mode: "full" });
    world.google.list = async request => {
      const page = await list(request);
      if (page.kind === "failed") return page;
      return { kind: "page", items: page.items };
    };
    world.clock.advance(minuteMs);
    expect(await deliver(world)).toBe("retry");
    expect(world.state).toMatchObject({ progress: null, failure: { reason: "incomplete" } });
  });
});

describe("a dead grant", () => {
  test.each<GoogleFailureReason>(["unauthorized", "insufficientPermissions"])(
    "%s: the account asks for consent, the task is done, the lease is free",
    async reason => {
      const world = await refused(reason);
      expect(await deliver(world)).toBe("reauthRequired");
      expect(world.reauthRequired).toEqual([{ accountId: "account", reason }]);
      expect(world.state).toMatchObject({ lease: null, inactiveReason: "reauth_required" });
      expect(world.queue.watchTasks).toEqual([]);
    },
  );
});

describe("a calendar that is taken away", () => {
  test.each<[GoogleFailureReason, RegExp]>([
    ["calendarGone", /no longer exists/],
    ["forbidden", /permission/],
  ])("%s: says why, is left alone, and its channel is stopped", async (reason, sentence) => {
    const world = await refused(reason);
    const { epoch } = world.state;
    const nowMs = world.clock.now();
    expect(await deliver(world)).toBe("unavailable");
    expect(calendarOf(world)).toEqual({
      phase: "unavailable",
      message: expect.stringMatching(sentence),
    });
    expect(world.state).toMatchObject({
      active: false,
      inactiveReason: "unavailable",
      lease: null,
      shown: { phase: "unavailable", at: nowMs },
    });
    expect(world.queue.asked.at(-1)).toBe(`${calendarKey}-stop-${epoch + 1}`);
    expect(await world.notify()).toBe("ignored");
  });
});

describe("a task", () => {
  test("of a calendar whose state is gone is done", async () => {
    const world = await refused("unavailable");
    world.documents.states.clear();
    expect(await deliver(world)).toBe("inactive");
    expect(world.lastLine()).toMatchObject({ outcome: "inactive", reads: 1, apiCalls: 0 });
  });

  test("that throws is logged as failed, and thrown on", async () => {
    const world = await refused("unavailable");
    world.google.list = () => Promise.reject(new Error("a bug"));
    await expect(deliver(world)).rejects.toThrow("a bug");
    expect(world.lastLine()).toMatchObject({ outcome: "failed", cause: "notification" });
  });

  test("whose calendar goes while it is at work says so, and is done", async () => {
    const world = await refused("unavailable");
    world.google.nextFailures.pop();
    const list = world.google.list.bind(world.google);
    world.google.list = async (...request) => {
      world.documents.states.clear();
      return await list(...request);
    };
    expect(await deliver(world)).toBe("inactive");
    expect(linesOf(world, "calendar is gone")).toEqual([{ level: "warn", calendarKey }]);
    expect(world.documents.states.size).toBe(0);
  });

  test("of a calendar that changes hands again and again gives up", async () => {
    const world = await refused("unavailable");
    let races = 0;
    const commit = world.documents.commit.bind(world.documents);
    world.documents.commit = (...batch) => {
      races += 1;
      world.documents.change(calendarKey, { pulledAt: races });
      return commit(...batch);
    };
    await expect(deliver(world)).rejects.toThrow(/50 lost races/);
    expect(races).toBe(50);
  });
});

describe("another task's lease", () => {
  const lease = (world: SyncWorld) => ({
    holder: "other",
    taskId: "other",
    attempt: 0,
    expiresAt: world.clock.now() + minuteMs,
  });

  test("is waited for by one task, named after its end", async () => {
    const world = await refused("unavailable");
    world.google.nextFailures.pop();
    const held = lease(world);
    world.documents.change(calendarKey, { lease: held });
    const { epoch } = world.state;
    expect(await deliver(world)).toBe("yielded");
    expect(world.state).toMatchObject({ pendingEpoch: epoch, lease: held });
    const [followUp] = world.queue.tasks.values();
    expect(followUp).toMatchObject({
      id: `${calendarKey}-${epoch}-after-${held.expiresAt}`,
      task: { epoch, cause: "waiter", waitsForMs: held.expiresAt },
      notBeforeMs: held.expiresAt,
    });
    expect(world.lastLine()).toMatchObject({ outcome: "yielded", reads: 1, writes: 1 });
    expect(await deliver(world)).toBe("retry");
    expect(await world.drain()).toEqual(["synced"]);
  });

  test("that begins during a pass ends it without a write", async () => {
    const world = await refused("unavailable");
    world.google.nextFailures.pop();
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      const page = await list(request);
      world.documents.change(calendarKey, { lease: lease(world) });
      return page;
    };
    expect(await deliver(world)).toBe("yielded");
    expect(world.events.get("event1")?.summary).toBe("event event1");
  });
});

describe("the log line of a sync", () => {
  test("says what was asked, found and written, and how long it took", async () => {
    const world = new SyncWorld({}, { changeFeed: false });
    for (const id of ["a", "b", "c"]) world.google.put(id);
    world.google.put("series", { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
    await world.import();
    expect(world.lastLine()).toEqual({
      calendarKey,
      cause: "connect",
      outcome: "synced",
      attempt: 0,
      passes: 1,
      pages: 1,
      changed: 4,
      unchanged: 1,
      malformed: 0,
      written: 5,
      deleted: 0,
      apiCalls: 1,
      // The state, an empty index, an empty page of series, the state again.
      reads: 4,
      // The lease; five events, the series and its document, the state and the user's calendar document.
      writes: 10,
      durationMs: 0,
    });
    world.clock.advance(dayMs);
    const notifiedAtMs = world.clock.now();
    world.google.put("a", { summary: "changed" });
    world.google.remove("b");
    await world.notify();
    world.clock.advance(700);
    const list = world.google.list.bind(world.google);
    world.google.list = request => {
      world.clock.advance(300);
      return list(request);
    };
    await world.drain();
    expect(world.clock.now() - notifiedAtMs).toBe(1_000);
    expect(world.lastLine()).toMatchObject({
      cause: "notification",
      changed: 2,
      written: 1,
      deleted: 1,
      // The state, two events, a series with the removed id, the state again.
      reads: 4,
      writes: 5,
      durationMs: 300,
      pushLatencyMs: 1_000,
    });
    expect(world.state.lastRun).toEqual({
      cause: "notification",
      startedAt: notifiedAtMs + 700,
      finishedAt: notifiedAtMs + 1_000,
    });
  });
});
