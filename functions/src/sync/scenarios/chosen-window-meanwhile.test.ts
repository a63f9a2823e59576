import { beforeEach, describe, expect, test } from "@jest/globals";
import type { WindowChoice } from "../../ports/calendars.port.ts";
import {
  calendarWithSeries,
  choose,
  daysStored,
  missingInside,
  on,
  outOfStep,
  runRounds,
  watchedStore,
} from "../testing/chosen-window.fake.ts";
import { Deliveries } from "../testing/deliveries.fake.ts";
import { randomChoice, seededRandom } from "../testing/schedule.fake.ts";
import { seriesOutOfStep } from "../testing/shown-series.fake.ts";
import { calendarKey, dayMs, storeOf, SyncWorld, uid } from "../testing/sync-world.fake.ts";
import { type PendingCall, UnknownEffect, Workers } from "../testing/workers.fake.ts";

/* A window is chosen, and other things happen before its work is done. */

let world: SyncWorld;
beforeEach(async () => {
  world = await calendarWithSeries();
});

test("a full sync never makes the window smaller: its sweep would delete what the stored window contains", async () => {
  await choose(world, { pastDays: 2, futureDays: 7 });
  world.queue.tasks.clear();
  world.google.expireSyncTokens();
  await world.notify();
  const { store, problems } = watchedStore(world);
  await world.drain(20, { ...world.ports, store });
  expect(problems).toEqual([]);
  expect(daysStored(world)).toEqual([10, 30]);
  expect(outOfStep(world)).toEqual([]);
});

test("a calendar that was never imported is imported with the chosen window at once", async () => {
  world.documents.change(calendarKey, { syncToken: null, shown: null });
  await choose(world, { pastDays: 2, futureDays: 7 });
  world.queue.tasks.clear();
  await world.request("user");
  await world.drain();
  expect(daysStored(world)).toEqual([2, 7]);
  expect(outOfStep(world)).toEqual([]);
});

test("what remains before the start is compared when the window is enlarged again", async () => {
  await choose(world, { pastDays: 2 });
  let commits = 0;
  const store = storeOf(world.documents, {
    commit: async (...batch) => {
      if (++commits === 2) throw new Error("died");
      return await world.documents.commit(...batch);
    },
  });
  await expect(world.drain(20, { ...world.ports, store })).rejects.toThrow("died");
  world.queue.tasks.clear();
  expect(outOfStep(world)).not.toEqual([]);
  world.clock.advance(130_000);
  world.google.put("endless", { summary: "Other" });
  await world.pull();
  expect(missingInside(world)).toEqual([]);
  await choose(world, { pastDays: 10 });
  await world.drain();
  expect(daysStored(world)).toEqual([10, 30]);
  expect(outOfStep(world)).toEqual([]);
});

test("an own past stays as long as it is chosen: the start moves with the day, also beyond the retention", async () => {
  for (const pastDays of [55, 3]) {
    world.clock.advance(2 * 3_600_000);
    await choose(world, { pastDays });
    await world.drain();
    world.clock.advance(5 * dayMs);
    const calls = world.google.calls.length;
    await runRounds(world);
    world.queue.tasks.forEach(({ task, id }) => {
      if (task.cause === "backup") world.queue.forget(id);
    });
    await world.drain();
    expect(daysStored(world)[0]).toBe(pastDays);
    expect(world.google.calls.length).toBe(calls);
    expect(outOfStep(world)).toEqual([]);
  }
});

test("an own future moves with the day, also without a series that goes on", async () => {
  world = new SyncWorld({}, { horizonMs: 30 * dayMs });
  world.google.put("one", on(1));
  await world.import();
  await choose(world, { futureDays: 7 });
  await world.drain();
  expect(world.state.openSeries).toBe(false);
  world.clock.advance(3 * dayMs);
  await runRounds(world);
  await world.drain();
  expect(daysStored(world)[1]).toBe(7);
});

test("other calendars keep their horizon if HORIZON_DAYS becomes smaller", async () => {
  const ports = { ...world.ports, settings: { ...world.ports.settings, horizonMs: 7 * dayMs } };
  await world.request("horizon");
  expect(await world.drain(5, ports)).toEqual(["covered"]);
  expect(daysStored(world)[1]).toBe(30);
});

describe("while more past is read", () => {
  const shown = () => world.documents.calendars.get(`${uid}/${calendarKey}`);

  test("the phase stays, and the number of events read so far is shown until the end", async () => {
    world.google.put("busy", { ...on(-54), recurrence: ["RRULE:FREQ=DAILY;COUNT=40"] });
    await world.pull();
    await choose(world, { pastDays: 55 });
    const seen: unknown[] = [];
    world.documents.onCommit = ({ batch }) => {
      if (batch.shown !== undefined) seen.push(batch.shown);
    };
    await world.drain();
    expect(seen.length).toBeGreaterThan(2);
    for (const status of seen.slice(0, -1)) {
      expect(status).toEqual({ phase: "live", importedCount: expect.any(Number) });
    }
    expect(shown()).toMatchObject({ phase: "live" });
    expect(shown()).not.toHaveProperty("importedCount");
  });

  test("a calendar with an error keeps its message", async () => {
    const at = world.clock.now();
    world.documents.change(calendarKey, { shown: { phase: "error", at } });
    await choose(world, { pastDays: 55 });
    const phases: unknown[] = [];
    world.documents.onCommit = ({ batch }) => {
      if (batch.shown !== undefined) phases.push(batch.shown.phase);
    };
    await world.drain();
    expect(phases).toEqual(["live"]);
  });
});

/*
 * SCHEDULES sets the number of schedules of other tests, which are faster. SCHEDULE_SEED repeats one schedule. Seeds 63
 * and 81 found what a full sync for a larger window leaves behind that is interrupted before a smaller one is chosen.
 */
const schedules = Number(process.env["SCHEDULES"] ?? 400) / 10;
const firstSeed = 61;
const onlySeed = process.env["SCHEDULE_SEED"];
const wishes: readonly WindowChoice[] = [
  { pastDays: 55 },
  { pastDays: 2 },
  { pastDays: null },
  { futureDays: 60 },
  { futureDays: 7 },
  { futureDays: null },
  { pastDays: 20, futureDays: 20 },
];
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** One schedule of choices, deliveries, deaths and, in every second one, edits; then everything comes to rest. */
async function play(seed: number): Promise<void> {
  const pick = randomChoice(seededRandom(seed));
  const trace: string[] = [];
  const workers = new Workers(world);
  const deliveries = new Deliveries(world, workers, seed % 3, trace);
  const unexpected: unknown[] = [];
  let names = 0;
  let edits = seed % 2 === 0 ? 0 : 3;
  let left = 4;
  const change: readonly (() => unknown)[] = [
    () => world.google.put("endless", { summary: `Edit ${edits}` }),
    () => world.google.put("endless", { recurrence: [`RRULE:FREQ=DAILY;INTERVAL=${2 + edits}`] }),
    () => world.google.put("counted", { recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=14"] }),
    () => world.google.put("single84", { ...on(-6), summary: "Earlier" }),
    () => world.google.remove("over"),
    () => world.google.put("endless_moved", { ...on(28), summary: "Again" }),
  ];
  const act = (weight: number, label: string, run: () => unknown) => ({ weight, label, run });
  const calls = (pending: readonly PendingCall[]) =>
    pending.flatMap(call => {
      const { name } = call.worker;
      return [
        act(2, `${name} ${call.name}`, call.perform),
        act(0.03, `${name} ${call.name} with unknown effect`, call.failAfter),
        act(0.03, `${name} ${call.name} fails`, call.failBefore),
        act(0.03, `${name} dies in ${call.name}`, () => {
          call.effectOnly();
          deliveries.kill(call.worker);
        }),
      ];
    });
  const deliverable = () =>
    deliveries.heldBy(0).map(stored =>
      act(1, `delivery of ${stored.id}`, () => {
        deliveries.deliver(stored, { name: `w${++names}`, skewMs: 0, deployed: ports => ports }, error => {
          if (!(error instanceof UnknownEffect)) unexpected.push(error);
        });
      }),
    );
  for (let step = 0; step < 120; step++) {
    const actions = [
      ...calls(workers.pending),
      ...(workers.running.length < 3 ? deliverable() : []),
      act(0.2, "time passes", () => {
        world.clock.advance([1_000, 20_000, 130_000][pick([1, 1, 1])] ?? 0);
      }),
      ...(left === 0
        ? []
        : wishes.map(wish =>
            act(0.1, `choice of ${JSON.stringify(wish)}`, async () => {
              left -= 1;
              world.documents.change(calendarKey, { fullDemandedAt: 0 });
              await choose(world, wish);
            }),
          )),
      ...(edits === 0
        ? []
        : [
            act(0.3, "edit", async () => {
              change[pick(change.map(() => 1))]?.();
              edits -= 1;
              await world.notify();
            }),
          ]),
    ];
    const action = actions[pick(actions.map(({ weight }) => weight))];
    trace.push(action?.label ?? "nothing");
    await action?.run();
    await turn();
    if (seed % 2 === 0 && missingInside(world).length > 0)
      throw new Error(`missing: ${missingInside(world).join()}\n  ${trace.join("\n  ")}`);
  }
  for (const worker of workers.running) deliveries.kill(worker);
  world.clock.advance(130_000);
  for (let round = 0; round < 3; round++) {
    await world.notify();
    await runRounds(world);
    await world.drain();
    world.clock.advance(1.1 * dayMs);
  }
  const [past, future] = daysStored(world);
  const { pastDays, futureDays = 30 } = world.state.window ?? {};
  const problems = [
    ...outOfStep(world),
    ...(await seriesOutOfStep(world)),
    ...unexpected.map(String),
    ...(pastDays !== undefined && Math.abs(past - pastDays) > 2.5 ? [`past ${past}`] : []),
    ...(pastDays === undefined && (past < 10 || past > 42.5) ? [`past ${past}`] : []),
    ...(Math.abs(future - futureDays) > 2.5 ? [`future ${future}`] : []),
  ];
  if (problems.length > 0) throw new Error(`${problems.join("; ")}\n  ${trace.join("\n  ")}`);
}

test(
  "whatever is chosen, delivered, edited, or dies, in any order: at rest the chosen window equals Google",
  async () => {
    const seeds =
      onlySeed === undefined
        ? Array.from({ length: schedules }, (_, n) => firstSeed + n)
        : [Number(onlySeed)];
    for (const seed of seeds) {
      world = await calendarWithSeries();
      await play(seed).catch((error: unknown) => {
        throw new Error(`SCHEDULE_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    expect(seeds.length).toBeGreaterThan(0);
  },
  schedules * 1_000,
);
