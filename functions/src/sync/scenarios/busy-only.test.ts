import { describe, expect, test } from "@jest/globals";
import type { GoogleFailure } from "../../model/google-failure.ts";
import type { SyncPorts } from "../../ports/sync.port.ts";
import { calendarOf, deliver } from "../testing/refused-pull.fake.ts";
import { calendarKey, storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

/*
 * Calendars of which only free and busy times are shared (role `freeBusyReader`). Google has been seen to list their
 * events without details (google/googleapis.dart#151) and to refuse the list (403).
 */

const ids = ["a", "b", "c"];

function worldOf(role: string, ...settings: ConstructorParameters<typeof SyncWorld>): SyncWorld {
  const world = new SyncWorld(...settings);
  world.google.accessRole = role;
  for (const id of ids) world.google.put(id);
  return world;
}

const summaries = (world: SyncWorld) =>
  Object.fromEntries([...world.events].map(([id, { summary }]) => [id, summary]));
const withTitles = { a: "event a", b: "event b", c: "event c" };
const withoutTitles = { a: undefined, b: undefined, c: undefined };

/** The queries of the calls since `from`. */
const queries = (world: SyncWorld, from: number) =>
  world.google.calls.slice(from).map(({ query }) => ("syncToken" in query ? "pull" : "full"));

describe("a calendar whose busy times Google lists", () => {
  test("is synced like any other, shows busyOnly, and its events have no titles", async () => {
    const world = worldOf("freeBusyReader");
    await world.import();
    expect(calendarOf(world)).toMatchObject({ phase: "busyOnly" });
    expect(calendarOf(world)).not.toHaveProperty("message");
    expect(world.state).toMatchObject({ active: true, busyOnly: true });
    expect(summaries(world)).toEqual(withoutTitles);
    const calls = world.google.calls.length;
    world.google.put("a", { start: { dateTime: "2026-02-02T08:00:00+01:00" } });
    await world.pull();
    expect(queries(world, calls)).toEqual(["pull"]);
    expect(world.lastLine()).toMatchObject({ written: 1 });
  });

  test.each([
    ["goes down", "reader", "freeBusyReader", withoutTitles, "busyOnly"],
    ["goes up", "freeBusyReader", "reader", withTitles, "live"],
    ["goes up to write", "freeBusyReader", "writerWithoutPrivateAccess", withTitles, "live"],
  ])("and whose role %s is read again once, whole", async (_what, before, after, seen, phase) => {
    const world = worldOf(before);
    await world.import();
    const calls = world.google.calls.length;
    world.google.accessRole = after;
    await world.pull();
    expect(queries(world, calls)).toEqual(["pull", "full"]);
    expect(summaries(world)).toEqual(seen);
    expect(calendarOf(world)).toMatchObject({ phase });
    const later = world.google.calls.length;
    await world.pull();
    expect(queries(world, later)).toEqual(["pull"]);
    expect(world.lastLine()).toMatchObject({ written: 0, deleted: 0 });
  });

  test.each([undefined, "somethingNew", ""])("stays what it was under the role %j", async role => {
    for (const before of ["reader", "freeBusyReader"]) {
      const world = worldOf(before);
      await world.import();
      const { busyOnly } = world.state;
      const phase = calendarOf(world)?.phase;
      const calls = world.google.calls.length;
      world.google.accessRole = role;
      await world.pull();
      expect(queries(world, calls)).toEqual(["pull"]);
      expect(world.state.busyOnly).toBe(busyOnly);
      expect(calendarOf(world)?.phase).toBe(phase);
    }
  });

  test("and whose role goes up while its sync token dies has its titles, although no etag has changed", async () => {
    const world = worldOf("freeBusyReader");
    await world.import();
    world.google.accessRole = "reader";
    world.google.expireSyncTokens();
    await world.pull();
    expect(summaries(world)).toEqual(withTitles);
    expect(world.state.busyOnly).toBe(false);
  });
});

describe("a change of the role that takes several tasks", () => {
  /** Google needs 10 ms for each page, and a page holds one event. */
  async function slow(timeBudgetMs: number): Promise<SyncWorld> {
    const world = worldOf("reader", {}, { timeBudgetMs, maxBatchWrites: 2 });
    world.google.pageSize = 1;
    for (const id of ["d", "e", "f"]) world.google.put(id, { summary: undefined });
    await world.import();
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      world.clock.advance(10);
      return await list(request);
    };
    return world;
  }

  test("goes on where it was, comparing whole documents to its end", async () => {
    const world = await slow(15);
    const calls = world.google.calls.length;
    world.google.accessRole = "freeBusyReader";
    await world.notify();
    await world.drain();
    expect(summaries(world)).toMatchObject(withoutTitles);
    expect(world.state).toMatchObject({ busyOnly: true, progress: null });
    // One pull, and each of the six pages of the full sync once or, at a hand-over, twice.
    expect(queries(world, calls).filter(kind => kind === "pull")).toHaveLength(1);
    expect(queries(world, calls).length).toBeLessThanOrEqual(13);
  });

  test("ends a full sync that was handed over before it: that one begins again, and nothing fails", async () => {
    const world = await slow(15);
    world.google.expireSyncTokens();
    world.clock.advance(10_000);
    await world.notify();
    expect(await deliver(world)).toBe("handedOver");
    world.google.accessRole = "freeBusyReader";
    expect(await world.drain()).not.toContain("retry");
    expect(summaries(world)).toMatchObject(withoutTitles);
  });

  test.each([1_000, 15])(
    "and is taken back in its middle (%j ms a task) is made good",
    async timeBudgetMs => {
      const world = await slow(timeBudgetMs);
      const list = world.google.list.bind(world.google);
      world.google.accessRole = "freeBusyReader";
      world.google.list = async request => {
        if (request.pageToken !== undefined) world.google.accessRole = "reader";
        return await list(request);
      };
      await world.notify();
      await world.drain();
      await world.pull();
      expect(summaries(world)).toMatchObject(withTitles);
      expect(calendarOf(world)).toMatchObject({ phase: "live" });
    },
  );

  test("and dies at any of its commits loses no event, and ends as Google shows the calendar", async () => {
    const died = new Error("the instance died");
    let points = 0;
    for (let at = 1; ; at++) {
      for (const done of [true, false]) {
        const world = await slow(60_000);
        let commits = 0;
        const dying: SyncPorts = {
          ...world.ports,
          store: storeOf(world.documents, {
            commit: async (...batch) => {
              commits += 1;
              if (commits < at) return await world.documents.commit(...batch);
              if (done && commits === at) await world.documents.commit(...batch);
              throw died;
            },
          }),
        };
        world.clock.advance(10_000);
        world.google.accessRole = "freeBusyReader";
        await world.notify();
        const [id = ""] = world.queue.tasks.keys();
        const outcome = await world.deliver(id, dying).catch((error: unknown) => error);
        expect([...world.events.keys()].sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
        // The role may be the old one again when the next worker looks.
        for (const [role, seen, phase] of [
          ["reader", withTitles, "live"],
          ["freeBusyReader", withoutTitles, "busyOnly"],
        ] as const) {
          world.google.accessRole = role;
          world.clock.advance(600_000);
          await world.drain();
          await world.pull();
          expect(summaries(world)).toMatchObject(seen);
          expect(calendarOf(world)).toMatchObject({ phase });
        }
        points += 1;
        if (outcome !== died) {
          expect(points).toBeGreaterThan(8);
          return;
        }
      }
    }
  });
});

describe("a calendar whose busy times Google does not list", () => {
  const refusal = (googleReason: string): GoogleFailure => ({
    kind: "failed",
    reason: "forbidden",
    status: 403,
    googleReason,
  });
  const listed = (accessRole: string) => ({ listed: { summary: "Work", accessRole } });

  /** A calendar that was readable, and whose list Google now refuses. */
  async function refusedWith(failure: GoogleFailure, accessRole: string): Promise<SyncWorld> {
    const world = worldOf("reader", listed("reader"));
    await world.import();
    world.documents.change(calendarKey, listed(accessRole));
    world.google.nextFailures.push(failure);
    world.clock.advance(60_000);
    await world.notify();
    expect(await deliver(world)).toBe("unavailable");
    return world;
  }

  test.each([
    ["requiredAccessLevel", "reader"],
    ["requiredAccessLevel", "freeBusyReader"],
    ["forbidden", "freeBusyReader"],
    ["notACalendarUser", "freeBusyReader"],
  ])("(%s, listed as %s) says so, keeps its events, and closes its channel", async (reason, role) => {
    const world = await refusedWith(refusal(reason), role);
    expect(calendarOf(world)).toEqual({
      phase: "busyOnly",
      message: expect.stringMatching(/free and busy times/),
    });
    expect(summaries(world)).toEqual(withTitles);
    expect(world.state).toMatchObject({ active: false, inactiveReason: "unavailable", lease: null });
    expect(world.queue.watchTasks).toMatchObject([{ action: "stop" }]);
  });

  test.each([
    [refusal("forbidden"), "reader"],
    [refusal("forbidden"), "somethingNew"],
    [{ kind: "failed", reason: "calendarGone", googleReason: "notFound" } as const, "freeBusyReader"],
  ])("is not meant by %j to a %s: access is lost", async (failure, role) => {
    const world = await refusedWith(failure, role);
    expect(calendarOf(world)).toMatchObject({ phase: "unavailable" });
  });

  test.each([
    ["reader", withTitles, "live", ["pull"]],
    ["freeBusyReader", withoutTitles, "busyOnly", ["pull", "full"]],
  ])("and is started again as %s: goes on from its sync token", async (role, seen, phase, calls) => {
    const world = await refusedWith(refusal("requiredAccessLevel"), "freeBusyReader");
    world.google.accessRole = role;
    const before = world.google.calls.length;
    world.documents.change(calendarKey, { active: true, lease: null });
    await world.pull();
    expect(queries(world, before)).toEqual(calls);
    expect(summaries(world)).toEqual(seen);
    expect(calendarOf(world)).toMatchObject({ phase });
    expect(calendarOf(world)).not.toHaveProperty("message");
  });

  test("has 403s of another kind like any calendar: nothing is stopped", async () => {
    const world = worldOf("freeBusyReader");
    await world.import();
    world.google.nextFailures.push({ kind: "failed", reason: "notUnderstood", status: 403 });
    world.clock.advance(60_000);
    await world.notify();
    expect(await deliver(world)).toBe("retry");
    expect(world.state.active).toBe(true);
    expect(calendarOf(world)).toMatchObject({ phase: "busyOnly" });
  });
});
