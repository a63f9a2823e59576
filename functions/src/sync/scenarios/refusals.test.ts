import { describe, expect, test } from "@jest/globals";
import type { GoogleFailureReason } from "../../model/google-failure.ts";
import { SyncWorld, calendarKey, dayMs } from "../testing/sync-world.fake.ts";
import { calendarOf, deliver, minuteMs, refused } from "../testing/refused-pull.fake.ts";

/* Refusals that are not final. They delete, hide or stop nothing, and the next successful sync clears them. */

/** Delivers the queued task after the longest back-off, again and again, until the outcome is not `retry`. */
async function untilDone(world: SyncWorld, deliveries: number): Promise<string[]> {
  const outcomes: string[] = [];
  while (outcomes.length < deliveries && outcomes.at(-1) !== "synced") {
    world.clock.advance(13 * minuteMs);
    outcomes.push(await deliver(world));
  }
  return outcomes;
}
const fullLists = (world: SyncWorld) =>
  world.google.calls.filter(({ query, pageToken }) => !("syncToken" in query) && pageToken === undefined)
    .length;

describe("what only the operator can mend", () => {
  test.each<[GoogleFailureReason, string, string]>([
    ["operator", "accessNotConfigured", "google.apiDisabled"],
    ["operator", "SERVICE_DISABLED", "google.apiDisabled"],
    ["operator", "billingNotEnabled", "google.projectRefused"],
    ["operator", "invalid_client", "google.oauthClientRefused"],
    ["rateLimited", "calendarUsageLimitsExceeded", "google.quota"],
    ["notUnderstood", "somethingNew", "google.unknownRefusal"],
  ])("%s, %s: an alarm, and calendar, watch and account stay", async (reason, googleReason, event) => {
    const world = await refused(reason, { status: 403, googleReason });
    expect(await deliver(world)).toBe("retry");
    expect(world.alarms).toEqual([{ event, fields: { calendarKey, reason, status: 403, googleReason } }]);
    expect(world.state.active).toBe(true);
    expect(world.reauthRequired).toEqual([]);
    expect(world.queue.watchTasks).toEqual([]);
  });

  test.each<GoogleFailureReason>(["operator", "notUnderstood", "tokenRefused"])(
    "%s that lasts is shown, and not as something that the user has lost",
    async reason => {
      const world = await refused(reason);
      await deliver(world);
      world.google.nextFailures.push({ kind: "failed", reason });
      await untilDone(world, 1);
      world.google.nextFailures.push({ kind: "failed", reason });
      await untilDone(world, 1);
      expect(calendarOf(world)).toMatchObject({ phase: "error", message: expect.stringMatching(/\.$/) });
      expect(calendarOf(world)?.message).not.toMatch(/permission|lost|no longer|reconnect/i);
      expect(await untilDone(world, 1)).toEqual(["synced"]);
      expect(calendarOf(world)).toMatchObject({ phase: "live" });
    },
  );

  test("what passes by itself is no alarm", async () => {
    for (const reason of ["rateLimited", "unavailable", "tokenRefused"] as const) {
      const world = await refused(reason, { googleReason: "rateLimitExceeded" });
      await deliver(world);
      expect(world.alarms).toEqual([]);
    }
  });
});

describe("a token that is refused as soon as it is issued", () => {
  const refuse = (world: SyncWorld, times = 1) => {
    for (let n = 0; n < times; n++)
      world.google.nextFailures.push({ kind: "failed", reason: "tokenRefused" });
  };

  test("ends the account after a day of nothing else", async () => {
    const world = await refused("tokenRefused");
    const sinceMs = world.clock.now();
    expect(await deliver(world)).toBe("retry");
    while (world.clock.now() - sinceMs < dayMs - 13 * minuteMs) {
      refuse(world);
      expect(await untilDone(world, 1)).toEqual(["retry"]);
    }
    expect(world.state.active).toBe(true);
    refuse(world);
    expect(await untilDone(world, 1)).toEqual(["reauthRequired"]);
    expect(world.reauthRequired).toEqual([{ accountId: "account", reason: "tokenRefused" }]);
    expect(world.state).toMatchObject({ lease: null, inactiveReason: "reauth_required" });
  });

  test("does not, where a sync has succeeded in between", async () => {
    const world = await refused("tokenRefused");
    await deliver(world);
    expect(await untilDone(world, 1)).toEqual(["synced"]);
    world.clock.advance(2 * dayMs);
    await world.notify();
    refuse(world);
    expect(await deliver(world)).toBe("retry");
    expect([world.state.active, world.reauthRequired]).toEqual([true, []]);
  });

  test("does not, where a page was given before the refusal", async () => {
    const world = await refused("tokenRefused");
    world.google.pageSize = 1;
    for (const id of ["a", "b"]) world.google.put(id);
    expect(await deliver(world)).toBe("retry");
    world.clock.advance(2 * dayMs);
    const list = world.google.list.bind(world.google);
    world.google.list = async request =>
      request.pageToken === undefined ? await list(request) : { kind: "failed", reason: "tokenRefused" };
    expect(await deliver(world)).toBe("retry");
    expect([world.refusedSinceMs, world.reauthRequired]).toEqual([undefined, []]);
  });

  test("of a connection that was replaced meanwhile is only tried again", async () => {
    const world = await refused("tokenRefused", { grantId: "superseded" });
    expect(await deliver(world)).toBe("retry");
    expect(world.refusedSinceMs).toBeUndefined();
  });
});

describe("a sync token that is refused without being named", () => {
  /** Google refuses every pull with 400, and with `fullToo` every full list too. */
  async function refusing(fullToo: boolean): Promise<SyncWorld> {
    const world = await refused("badRequest", { status: 400 });
    const list = world.google.list.bind(world.google);
    world.google.list = async request => {
      const page = await list(request);
      return fullToo || "syncToken" in request.query
        ? { kind: "failed", reason: "badRequest", status: 400 }
        : page;
    };
    return world;
  }

  test("is given up after three pulls: one full sync, and all is well", async () => {
    const world = await refusing(false);
    expect(await untilDone(world, 9)).toEqual(["retry", "retry", "retry", "synced"]);
    expect(world.events).toEqual(world.wanted());
    expect([fullLists(world), world.state.failure]).toEqual([2, null]);
  });

  test("that a full sync is refused as well ends in ordinary back-off, with one full sync a day", async () => {
    const world = await refusing(true);
    const beganAtMs = world.clock.now();
    while (world.clock.now() - beganAtMs < dayMs) await untilDone(world, 1);
    expect(fullLists(world)).toBe(2);
    expect(world.state.failure).toMatchObject({ reason: "badRequest" });
    await untilDone(world, 5);
    expect(fullLists(world)).toBe(3);
    expect(world.state.active).toBe(true);
  });

  test("is not suspected of what other failures have done", async () => {
    const world = await refused("badRequest");
    for (const reason of ["badRequest", "unavailable", "operator"] as const)
      world.google.nextFailures.push({ kind: "failed", reason });
    expect(await untilDone(world, 9)).toEqual(["retry", "retry", "retry", "retry", "synced"]);
    expect(fullLists(world)).toBe(1);
  });

  test("a full sync for that reason that ran out of time goes on where it was", async () => {
    const world = await refusing(false);
    for (const id of ["a", "b", "c"]) world.google.put(id);
    await untilDone(world, 3);
    world.google.pageSize = 1;
    world.clock.advance(13 * minuteMs);
    const ports = { ...world.ports, settings: { ...world.ports.settings, timeBudgetMs: 0 } };
    const outcomes: string[] = [];
    while (outcomes.length < 20 && outcomes.at(-1) !== "synced") {
      outcomes.push(await world.deliver([...world.queue.tasks.keys()].at(-1) ?? "", ports));
      world.clock.advance(13 * minuteMs);
    }
    expect(outcomes.at(-1)).toBe("synced");
    expect(fullLists(world)).toBe(2);
  });
});

describe("a full list that is refused like a dead token", () => {
  test.each(["an import", "the full sync after a pull"])(
    "%s is not followed by another one at once",
    async which => {
      const world = new SyncWorld();
      world.google.put("event1");
      const dead = { kind: "failed", reason: "tokenExpired" } as const;
      if (which === "an import") {
        world.google.nextFailures.push(dead);
        await world.request("connect");
      } else {
        await world.import();
        world.clock.advance(minuteMs);
        world.google.calls.length = 0;
        world.google.nextFailures.push(dead, dead);
        await world.notify();
      }
      expect(await deliver(world)).toBe("retry");
      expect(fullLists(world)).toBe(1);
      expect(world.state.failure).toMatchObject({ reason: "incomplete" });
      expect(await untilDone(world, 3)).toEqual(["synced"]);
    },
  );
});

describe("a webhook whose address Google does not accept", () => {
  test("is told after each pull, until a channel is open", async () => {
    const world = new SyncWorld({ addressRefused: true });
    world.google.put("event1");
    await world.import();
    expect(calendarOf(world)).toMatchObject({ phase: "polling", message: expect.stringMatching(/address/) });
    world.documents.change(calendarKey, { addressRefused: false });
    await world.pull(2 * minuteMs);
    expect(calendarOf(world)).toMatchObject({ phase: "live" });
    expect(calendarOf(world)).not.toHaveProperty("message");
  });

  test("is not taken for a channel that has gone silent", async () => {
    const world = new SyncWorld({ addressRefused: true });
    await world.import();
    world.google.put("event1");
    world.clock.advance(minuteMs);
    await world.request("backup");
    await world.drain();
    expect(world.queue.watchTasks).toEqual([]);
  });
});
