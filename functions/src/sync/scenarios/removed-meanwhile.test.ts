import { expect, test } from "@jest/globals";
import { calendarKey, storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

const weekly = { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=9"] };

/** A reconnected calendar: its stored events may be outdated, and the user sees an import. */
async function connectedAgain(): Promise<SyncWorld> {
  const world = new SyncWorld({}, { maxBatchWrites: 3 });
  for (let n = 0; n < 20; n++) world.google.put(`event${String(n).padStart(2, "0")}`);
  await world.import();
  for (let n = 0; n < 20; n += 2) world.google.remove(`event${String(n).padStart(2, "0")}`);
  for (let n = 1; n < 20; n += 2) world.google.put(`event${String(n).padStart(2, "0")}`, { summary: "new" });
  world.google.put("weekly", weekly);
  world.google.put("weekly2", weekly);
  world.google.pageSize = 4;
  world.clock.advance(60_000);
  world.documents.change(calendarKey, { syncToken: null, shown: null });
  return world;
}

test("an import whose calendar is removed, at whatever commit, ends there, without a lease or another task", async () => {
  let places = 0;
  for (let removedAt = 2; ; removedAt++) {
    const world = await connectedAgain();
    await world.request("connect");
    const [id = ""] = world.queue.tasks.keys();
    let commits = 0;
    let listed = 0;
    const store = storeOf(world.documents, {
      commit: async (...batch) => {
        commits += 1;
        if (commits === removedAt) {
          world.documents.states.delete(calendarKey);
          listed = world.google.calls.length;
        }
        return await world.documents.commit(...batch);
      },
    });
    const outcome = await world.deliver(id, { ...world.ports, store });
    if (commits < removedAt) {
      expect(outcome).toBe("synced");
      break;
    }
    places += 1;
    expect(outcome).toBe("inactive");
    expect(world.lastLine()).toMatchObject({ passes: 1 });
    // One attempt to release the lease; no other commit.
    expect(commits - removedAt).toBe(1);
    expect(world.google.calls.length - listed).toBeLessThanOrEqual(2);
    expect(world.documents.states.size).toBe(0);
    expect(world.queue.tasks.size).toBe(0);
  }
  expect(places).toBeGreaterThan(8);
});
