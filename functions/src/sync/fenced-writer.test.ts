import { describe, expect, test } from "@jest/globals";
import type { SyncStore } from "../ports/sync.port.ts";
import { leaseMs } from "./protocol.ts";
import { createFencedWriter, type FencedWriter } from "./fenced-writer.ts";
import { calendarKey, storeOf, SyncWorld } from "./testing/sync-world.fake.ts";

/** A calendar whose lease `me` holds, and the fenced writer of `me`. */
async function held(replaced: Partial<SyncStore> = {}): Promise<{ world: SyncWorld; fence: FencedWriter }> {
  const world = new SyncWorld();
  const lease = { holder: "me", taskId: "task", attempt: 0, expiresAt: world.clock.now() + leaseMs };
  world.documents.change(calendarKey, { lease });
  const taken = await world.documents.read(calendarKey);
  if (taken === undefined) throw new Error("no state");
  const store = storeOf(world.documents, replaced);
  return { world, fence: createFencedWriter({ ...world.ports, store }, calendarKey, "me", taken) };
}
const token = (syncToken: string) => () => ({ events: [], state: { syncToken } });

describe("the holder of a lease", () => {
  test("renews it with every commit, and knows what it has written", async () => {
    const { world, fence } = await held();
    world.clock.advance(50_000);
    expect(await fence.commit(token("new"))).toBe("committed");
    expect(world.state).toMatchObject({
      syncToken: "new",
      lease: { holder: "me", taskId: "task", expiresAt: world.clock.now() + leaseMs },
    });
    expect(fence.state()).toEqual(world.state);
    expect(await fence.commit(token("newer"))).toBe("committed");
  });

  test("gives it back in the same commit that ends its work", async () => {
    const { world, fence } = await held();
    await fence.commit(() => ({ events: [], state: { lease: null } }));
    expect(world.state.lease).toBeNull();
    expect(await fence.commit(token("late"))).toBe("lost");
    expect(world.state.syncToken).toBeNull();
  });

  test("goes on after a note, which its own commit must not undo", async () => {
    const { world, fence } = await held();
    world.documents.change(calendarKey, { pendingEpoch: 99 });
    const seen: number[] = [];
    const outcome = await fence.commit(({ pendingEpoch }) => {
      seen.push(pendingEpoch);
      return { events: [], state: { syncToken: "new" } };
    });
    expect(outcome).toBe("committed");
    expect(seen.at(-1)).toBe(99);
    expect(world.state).toMatchObject({ pendingEpoch: 99, syncToken: "new" });
  });

  test("renews only when the last commit is half a minute ago", async () => {
    const { world, fence } = await held();
    world.clock.advance(29_999);
    expect(await fence.renew()).toBe("fresh");
    world.clock.advance(1);
    expect(await fence.renew()).toBe("committed");
    expect(world.state.lease?.expiresAt).toBe(world.clock.now() + leaseMs);
    expect(await fence.renew()).toBe("fresh");
  });
});

describe("nothing is written", () => {
  test.each([
    ["the lease is another's", { holder: "other", taskId: "other", attempt: 0, expiresAt: 1 }],
    ["nobody has the lease", null],
  ])("once %s", async (_what, lease) => {
    const { world, fence } = await held();
    world.documents.change(calendarKey, { lease });
    world.clock.advance(60_000);
    expect(await fence.commit(token("new"))).toBe("lost");
    expect(await fence.renew()).toBe("lost");
    expect(await fence.release(token("new"))).toBe("lost");
    expect(world.state).toMatchObject({ syncToken: null, lease });
    expect(fence.isGone()).toBe(false);
  });

  test("after the calendar is switched off, but that the lease is free", async () => {
    const { world, fence } = await held();
    world.documents.change(calendarKey, { active: false });
    expect(await fence.commit(token("new"))).toBe("lost");
    world.clock.advance(60_000);
    expect(await fence.renew()).toBe("lost");
    expect(world.state.syncToken).toBeNull();
    expect(await fence.release(() => ({ events: [], state: { lease: null } }))).toBe("committed");
    expect(world.state).toMatchObject({ active: false, lease: null });
  });

  test("after the state is gone, whether a commit finds that out or the look after a conflict", async () => {
    const { world, fence } = await held();
    world.documents.states.clear();
    expect(await fence.commit(token("new"))).toBe("lost");
    expect(fence.isGone()).toBe(true);
    const other = await held({ commit: () => Promise.resolve({ kind: "conflict" }) });
    other.world.documents.states.clear();
    expect(await other.fence.commit(token("new"))).toBe("lost");
  });

  test("and nobody waits for ever, where every commit meets a conflict", async () => {
    let commits = 0;
    const { fence } = await held({
      commit: () => {
        commits += 1;
        return Promise.resolve({ kind: "conflict" });
      },
    });
    await expect(fence.commit(token("new"))).rejects.toThrow("50 conflicts in a row");
    expect(commits).toBe(50);
  });
});
