import { describe, expect, test } from "@jest/globals";
import type { SyncSettings } from "../../ports/sync.port.ts";
import type { SyncCause } from "../../ports/tasks.port.ts";
import { calendarKey, SyncWorld } from "../testing/sync-world.fake.ts";

/** A calendar in which a change is announced during every pass. Each pass takes `passMs`. */
async function storm(passMs: number, settings: Partial<SyncSettings> = {}): Promise<SyncWorld> {
  const world = new SyncWorld({}, settings);
  world.google.put("event");
  await world.import();
  world.clock.advance(60_000);
  const list = world.google.list.bind(world.google);
  world.google.list = request => {
    world.clock.advance(passMs);
    world.documents.change(calendarKey, { pendingEpoch: world.state.epoch });
    return list(request);
  };
  await world.notify();
  return world;
}
const deliverFirst = async (world: SyncWorld) => await world.deliver([...world.queue.tasks.keys()][0] ?? "");

describe("a storm that does not end", () => {
  test("is another task's after eight passes", async () => {
    const world = await storm(0);
    expect(await deliverFirst(world)).toBe("handedOver");
    expect(world.lastLine()).toMatchObject({ passes: 8 });
    const { epoch, coveredEpoch } = world.state;
    expect(coveredEpoch).toBe(epoch - 1);
    expect([...world.queue.tasks.values()]).toMatchObject([{ task: { cause: "handover", epoch } }]);
  });

  test("or as soon as a task is out of time, but never before its first pass", async () => {
    const world = await storm(10, { timeBudgetMs: 10 });
    expect(await deliverFirst(world)).toBe("handedOver");
    expect(world.lastLine()).toMatchObject({ passes: 1 });
  });

  test("is over as soon as nothing is announced any more", async () => {
    const world = await storm(0);
    const list = world.google.list.bind(world.google);
    let calls = 0;
    world.google.list = async request => {
      const page = await list(request);
      if (++calls === 3) world.documents.change(calendarKey, { pendingEpoch: 0 });
      return page;
    };
    expect(await deliverFirst(world)).toBe("synced");
    expect(world.lastLine()).toMatchObject({ passes: 3 });
  });
});

test("a task whose epoch is covered is done, without a write or a call", async () => {
  const world = new SyncWorld();
  await world.import();
  const { coveredEpoch: epoch } = world.state;
  await world.queue.syncCalendar({ calendarKey, epoch, cause: "notification" }, { id: "late" });
  expect(await world.deliver("late")).toBe("covered");
  expect(world.lastLine()).toMatchObject({ outcome: "covered", reads: 1, writes: 0, apiCalls: 0, passes: 0 });
});

test("a task for a calendar that is switched off is done", async () => {
  const world = new SyncWorld({ active: false });
  await world.request("backup");
  expect(await deliverFirst(world)).toBe("inactive");
  expect(world.lastLine()).toMatchObject({ outcome: "inactive", reads: 1, writes: 0 });
});

test.each<[SyncCause, string]>([
  ["user", "synced"],
  ["connect", "synced"],
  ["reconnect", "synced"],
  ["backup", "retry"],
  ["notification", "retry"],
])("after a failure Google is asked at once where somebody is looking: %s: %s", async (cause, outcome) => {
  const world = new SyncWorld();
  await world.import();
  world.clock.advance(60_000);
  world.documents.change(calendarKey, {
    failure: { reason: "unavailable", since: 0, count: 1, retryAt: world.clock.now() + 5_000 },
  });
  await world.request(cause);
  expect(await deliverFirst(world)).toBe(outcome);
});

test("a page token that is refused for ever ends in a retry, not in a loop", async () => {
  const world = new SyncWorld();
  world.google.pageSize = 1;
  for (const id of ["a", "b"]) world.google.put(id);
  const list = world.google.list.bind(world.google);
  world.google.list = request => {
    if (request.pageToken !== undefined) world.google.rejectPageTokens();
    return list(request);
  };
  await world.request("connect");
  expect(await deliverFirst(world)).toBe("retry");
  expect(world.lastLine()).toMatchObject({ passes: 2 });
  expect(world.state).toMatchObject({ failure: { reason: "incomplete" }, lease: null });
});

describe("a pass that a task has left at its second page", () => {
  /** A full sync of three pages, each of which takes longer than a task's time budget. */
  async function interrupted(): Promise<SyncWorld> {
    const world = new SyncWorld({}, { timeBudgetMs: 10 });
    world.google.pageSize = 1;
    for (const id of ["a", "b", "c"]) world.google.put(id);
    const list = world.google.list.bind(world.google);
    world.google.list = request => {
      world.clock.advance(10);
      return list(request);
    };
    await world.request("connect");
    expect(await deliverFirst(world)).toBe("handedOver");
    world.clock.advance(60_000);
    return world;
  }
  const firstPages = (world: SyncWorld) =>
    world.google.calls.filter(({ pageToken }) => pageToken === undefined).length;

  test("keeps its place when Google fails for now", async () => {
    const world = await interrupted();
    const { progress } = world.state;
    world.google.nextFailures.push({ kind: "failed", reason: "unavailable" });
    expect(await deliverFirst(world)).toBe("retry");
    expect(world.state.progress).toEqual(progress);
    world.clock.advance(60_000);
    await world.drain();
    expect(firstPages(world)).toBe(1);
    expect(world.events).toEqual(world.wanted());
  });

  test("begins again at once when Google does not know the place any more", async () => {
    const world = await interrupted();
    world.google.rejectPageTokens();
    expect(await deliverFirst(world)).toBe("handedOver");
    // The lease; the deleted checkpoint; the state, and the memory of the pass. The event is stored already.
    expect(world.lastLine()).toMatchObject({ passes: 2, written: 0, writes: 4 });
    await world.drain();
    expect(firstPages(world)).toBe(2);
    expect(world.events).toEqual(world.wanted());
  });

  test("does not, if its lease has gone to another meanwhile", async () => {
    const world = await interrupted();
    world.google.rejectPageTokens();
    const list = world.google.list.bind(world.google);
    world.google.list = request => {
      const expiresAtMs = world.clock.now() + 60_000;
      world.documents.change(calendarKey, {
        lease: { holder: "other", taskId: "other", attempt: 0, expiresAt: expiresAtMs },
      });
      return list(request);
    };
    const calls = world.google.calls.length;
    expect(await deliverFirst(world)).toBe("yielded");
    expect(world.google.calls.length - calls).toBe(1);
    expect(world.lastLine()).toMatchObject({ passes: 1, writes: 2 });
  });
});

test("a task that had to wait for longer than it has time passes all the same", async () => {
  const world = new SyncWorld({}, { timeBudgetMs: 1_000 });
  await world.import();
  await world.notify();
  expect(await deliverFirst(world)).toBe("synced");
});

test.each([
  ["to itself", ["a", "a"]],
  ["to an earlier one", ["a", "b", "c", "a"]],
])(
  "a page that leads %s ends the pass, whatever time it has, and it is tried again",
  async (_where, tokens) => {
    const world = new SyncWorld();
    world.google.put("kept");
    await world.import();
    const list = world.google.list.bind(world.google);
    let pages = 0;
    world.google.list = () => {
      // Lets time pass, so that the pass also ends without the tested limit.
      world.clock.advance(60_000);
      return Promise.resolve({
        kind: "page",
        items: [],
        nextPageToken: tokens[pages++ % tokens.length] ?? "a",
      });
    };
    await world.notify();
    const [id = ""] = world.queue.tasks.keys();
    expect(await world.deliver(id)).toBe("retry");
    expect(pages).toBe(tokens.length);
    expect(world.state).toMatchObject({ lease: null, progress: null, failure: { reason: "incomplete" } });
    world.google.list = list;
    world.clock.advance(60_000);
    expect(await world.drain()).toEqual(["synced"]);
    expect(world.events).toEqual(world.wanted());
  },
);
