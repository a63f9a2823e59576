import { describe, expect, test } from "@jest/globals";
import { backupSync } from "../scheduled-sync.ts";
import { newVersion, oldVersion, Rollout, type RolloutCounts } from "../testing/rollout.fake.ts";
import { randomChoice, seededRandom } from "../testing/schedule.fake.ts";
import { SyncWorld } from "../testing/sync-world.fake.ts";
import { codeOf, versionOf } from "../testing/versions.fake.ts";
import { rolloutMs } from "../query-version.ts";

const minuteMs = 60_000;
const seeds = Number(process.env["ROLLOUT_SEEDS"] ?? 40);
const onlySeed = process.env["ROLLOUT_SEED"];

describe("two versions side by side under load for ten minutes", () => {
  test.each([
    { faults: false, series: false },
    { faults: true, series: false },
    { faults: true, series: true },
  ])(
    "write no event twice, lose no change, and never go back: %j",
    async options => {
      const all: RolloutCounts[] = [];
      const first = onlySeed === undefined ? 1 : Number(onlySeed);
      for (let seed = first; seed < first + (onlySeed === undefined ? seeds : 1); seed++) {
        const rollout = new Rollout(randomChoice(seededRandom(seed)), { ...options, lastsMs: 10 * minuteMs });
        const counts = await rollout.play().catch((error: unknown) => {
          throw new Error(`ROLLOUT_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`);
        });
        all.push(counts);
      }
      const sum = (of: keyof RolloutCounts) => all.reduce((total, counts) => total + counts[of], 0);
      // Otherwise the seeds would not have tried what this test is about.
      // Otherwise the seeds would not have tried what this test is about.
      expect(Math.min(...all.map(({ edits }) => edits))).toBeGreaterThan(10);
      expect(sum("oldWrites")).toBeGreaterThan(6 * all.length);
      expect(sum("mappedAnew")).toBeGreaterThan(all.length);
      expect(sum("handedBack")).toBeGreaterThan(all.length);
    },
    60_000,
  );
});

describe("a rollback", () => {
  const summaries = (world: SyncWorld) =>
    Object.fromEntries([...world.events.values()].map(event => [event.eventId, versionOf(event)]));
  const drain = async (world: SyncWorld, version: number) =>
    await world.drain(100, codeOf(version, world.ports));
  /** Three events, imported by the old code and upgraded by the new code. */
  async function upgraded(): Promise<SyncWorld> {
    const world = new SyncWorld();
    for (const id of ["a", "b", "c"]) world.google.put(id);
    await world.import(codeOf(oldVersion, world.ports));
    world.clock.advance(minuteMs);
    await world.request("upgrade");
    await drain(world, newVersion);
    expect(world.lastLine()).toMatchObject({ written: 3 });
    expect(world.state.queryVersion).toBe(newVersion);
    world.clock.advance(minuteMs);
    return world;
  }
  /** The calendar an hour after its upgrade: the old code has pulled one change. */
  async function rolledBack(): Promise<SyncWorld> {
    const world = await upgraded();
    world.clock.advance(rolloutMs);
    world.google.put("a", { summary: "changed" });
    await world.notify();
    await drain(world, oldVersion);
    return world;
  }
  /** The backup round of a version. Returns the causes of the tasks. */
  async function round(world: SyncWorld, version: number): Promise<string[]> {
    const pace = { queryVersion: version, upgradesPerHour: 500 };
    const { documents: store, queue: tasks, clock } = world;
    world.clock.advance(minuteMs);
    await backupSync({ store, tasks, clock, pace }, clock.now(), 0, "none");
    const causes = [...tasks.tasks.values()].map(({ task }) => task.cause);
    await drain(world, version);
    return causes;
  }

  test("within an hour is not assumed: old code hands the task back without a call to Google, and new code takes it", async () => {
    const world = await upgraded();
    world.google.put("a", { summary: "changed" });
    await world.notify();
    const [id = ""] = world.queue.tasks.keys();
    const calls = world.google.calls.length;
    expect(await world.deliver(id, codeOf(oldVersion, world.ports))).toBe("retry");
    expect(world.google.calls.length).toBe(calls);
    expect(world.state).toMatchObject({ queryVersion: newVersion, lease: null });
    expect(await world.deliver(id, codeOf(newVersion, world.ports))).toBe("synced");
    expect(world.events.get("a")?.summary).toContain("changed");
    expect(summaries(world)).toEqual({ a: newVersion, b: newVersion, c: newVersion });
  });

  test("an hour after the upgrade the old code pulls again, and notes that the mappings are mixed", async () => {
    const world = await rolledBack();
    expect(world.google.calls.at(-1)?.query).toHaveProperty("syncToken");
    expect(summaries(world)).toEqual({ a: oldVersion, b: newVersion, c: newVersion });
    expect(world.state.queryVersion).toBe(0);
  });

  test("is noted before the first write: a pull that dies leaves no calendar that passes for upgraded", async () => {
    const world = await upgraded();
    world.clock.advance(rolloutMs);
    world.google.put("a", { summary: "changed" });
    await world.notify();
    const [id = ""] = world.queue.tasks.keys();
    const died = new Error("the instance died");
    const ports = codeOf(oldVersion, world.ports);
    const list = () => Promise.reject(died);
    await expect(world.deliver(id, { ...ports, events: { list } })).rejects.toBe(died);
    expect(world.state.queryVersion).toBe(0);
  });

  test("is carried out by the paced pass of the old code: it writes the rest back, and nothing else", async () => {
    const world = await rolledBack();
    expect(await round(world, oldVersion)).toEqual(["upgrade"]);
    expect(world.lastLine()).toMatchObject({ written: 2, unchanged: 1 });
    expect(summaries(world)).toEqual({ a: oldVersion, b: oldVersion, c: oldVersion });
    expect(world.state.queryVersion).toBe(oldVersion);
    expect(await round(world, oldVersion)).toEqual(["backup"]);
  });

  test("reaches calendars that have not changed since, too", async () => {
    const world = await upgraded();
    world.clock.advance(rolloutMs);
    expect(await round(world, oldVersion)).toEqual(["upgrade"]);
    expect(summaries(world)).toEqual({ a: oldVersion, b: oldVersion, c: oldVersion });
    expect(world.state.queryVersion).toBe(oldVersion);
  });

  test("followed by a second upgrade: that writes what the old code has written, and nothing else", async () => {
    const world = await rolledBack();
    expect(await round(world, newVersion)).toEqual(["upgrade"]);
    expect(world.lastLine()).toMatchObject({ written: 1, unchanged: 2 });
    expect(summaries(world)).toEqual({ a: newVersion, b: newVersion, c: newVersion });
    expect(world.state.queryVersion).toBe(newVersion);
  });
});

describe("a pull by new code before the upgrade", () => {
  test("stays a pull; the upgrade writes the other events and occurrences only", async () => {
    const world = new SyncWorld();
    const days = ["RRULE:FREQ=DAILY;COUNT=5"];
    world.google.put("a");
    world.google.put("b");
    for (const id of ["daily0", "daily1"]) world.google.put(id, { recurrence: days });
    await world.import(codeOf(oldVersion, world.ports));
    world.google.put("a", { summary: "changed" });
    world.google.put("daily0", { summary: "changed" });
    world.clock.advance(minuteMs);
    await world.notify();
    await world.drain(100, codeOf(newVersion, world.ports));
    expect(world.google.calls.at(-1)?.query).toHaveProperty("syncToken");
    expect(world.lastLine()).toMatchObject({ written: 1 + 5 });
    expect(world.state.queryVersion).toBe(oldVersion);
    world.clock.advance(minuteMs);
    await world.request("upgrade");
    await world.drain(100, codeOf(newVersion, world.ports));
    expect(world.lastLine()).toMatchObject({ written: 1 + 5 });
    expect([...world.events.values()].map(versionOf)).toEqual(Array.from({ length: 12 }, () => newVersion));
  });
});
