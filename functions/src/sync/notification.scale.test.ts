import { expect, test } from "@jest/globals";
import { SyncWorld } from "./testing/sync-world.fake.ts";

test.each([
  ["keeps delays", false],
  ["ignores them", true],
])(
  "1,000 notifications in ten seconds cost at most one pull an interval, plus one, if the queue %s",
  async (_what, early) => {
    const world = new SyncWorld();
    await world.import();
    world.clock.advance(60_000);
    const before = world.google.calls.length;
    const startMs = world.clock.now();
    for (let n = 0; n < 1_000; n++) {
      world.clock.nowMs = Math.max(world.clock.nowMs, startMs + n * 10);
      world.google.put("event0", { summary: `version ${n}` });
      await world.notify();
      const due = [...world.queue.tasks.values()].filter(
        task => early || task.notBeforeMs <= world.clock.now(),
      );
      for (const { id } of due) await world.deliver(id);
    }
    const lastMs = world.clock.now();
    await world.drain();
    const pulls = world.google.calls.length - before;
    expect(pulls).toBeLessThanOrEqual(Math.ceil((lastMs - startMs) / 2_000) + 1);
    if (!early) expect(pulls).toBeLessThanOrEqual(6);
    expect(world.events).toEqual(world.wanted());
  },
);
