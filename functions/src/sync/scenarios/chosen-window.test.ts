import { beforeEach, describe, expect, test } from "@jest/globals";
import type { WindowChoice } from "../../ports/calendars.port.ts";
import {
  calendarWithSeries,
  choose,
  daysStored,
  outOfStep,
  runRounds,
  watchedStore,
} from "../testing/chosen-window.fake.ts";
import { seriesOutOfStep } from "../testing/shown-series.fake.ts";
import { dayMs, storeOf, type SyncWorld } from "../testing/sync-world.fake.ts";

/*
 * The user chooses a window of a calendar. At every commit, everything that Google has in the stored window is stored
 * (`missingInside`); at rest, nothing else is (`outOfStep`), and the stored window is the chosen one.
 */
let world: SyncWorld;
beforeEach(async () => {
  world = await calendarWithSeries();
});

const expectAtRest = async (): Promise<void> => {
  expect(outOfStep(world)).toEqual([]);
  expect(await seriesOutOfStep(world)).toEqual([]);
  expect(world.state).toMatchObject({ lease: null, horizonPendingFrom: null, progress: null });
};

const choices: readonly (readonly [what: string, choice: WindowChoice, stored: readonly [number, number]])[] =
  [
    ["more past", { pastDays: 55 }, [55, 30]],
    ["less past", { pastDays: 2 }, [2, 30]],
    ["no past", { pastDays: 0 }, [0, 30]],
    ["more future", { futureDays: 90 }, [10, 90]],
    ["less future", { futureDays: 7 }, [10, 7]],
    ["more of both", { pastDays: 55, futureDays: 90 }, [55, 90]],
    ["less of both", { pastDays: 2, futureDays: 7 }, [2, 7]],
    ["more past, less future", { pastDays: 55, futureDays: 7 }, [55, 7]],
    ["less past, more future", { pastDays: 2, futureDays: 90 }, [2, 90]],
  ];

describe.each(choices)("%s", (_what, choice, stored) => {
  test("is stored at once, and nothing inside is missing at any commit", async () => {
    await expectAtRest();
    const { store, problems } = watchedStore(world);
    expect(await choose(world, choice)).toMatchObject({ kind: "chosen" });
    await world.drain(20, { ...world.ports, store });
    expect(problems).toEqual([]);
    expect(daysStored(world)).toEqual(stored);
    await expectAtRest();
  });

  test("costs one full sync if it lacks past, and otherwise no call", async () => {
    const calls = world.google.calls.length;
    await choose(world, choice);
    await world.drain();
    const queries = world.google.calls.slice(calls).map(({ query }) => query);
    expect(queries).toEqual(choice.pastDays === 55 ? [{ timeMinMs: expect.any(Number) }] : []);
    // A repetition finds nothing to do.
    const written: unknown[] = [];
    world.documents.onCommit = ({ batch }) => written.push(...batch.events);
    expect(await choose(world, choice)).toMatchObject({ kind: "chosen", needsFullSync: false });
    await world.drain();
    expect(written).toEqual([]);
    expect(world.google.calls.length).toBe(calls + queries.length);
  });

  test("is done by the rounds if its tasks are lost", async () => {
    await choose(world, choice);
    world.queue.tasks.clear();
    await runRounds(world);
    await world.drain();
    expect(daysStored(world).map(Math.round)).toEqual(stored);
    await expectAtRest();
  });

  test("is left again when nothing is chosen any more", async () => {
    await choose(world, choice);
    await world.drain();
    world.clock.advance(61 * 60_000);
    expect(await choose(world, { pastDays: null, futureDays: null })).toMatchObject({ kind: "chosen" });
    expect(world.state.window).toEqual({});
    await world.drain();
    // A larger past stays as long as retention keeps it.
    const [past, future] = stored;
    expect(daysStored(world).map(Math.round)).toEqual([past > 40 ? 40 : 10, 30]);
    expect(future).toBeGreaterThan(0);
    await expectAtRest();
  });

  test("dies at any commit, before or after its effect, and meanwhile a series changes", async () => {
    let deaths = 0;
    for (let diesAt = 1; ; diesAt++) {
      for (const isAfter of [false, true]) {
        world = await calendarWithSeries();
        let commits = 0;
        const hasDied = () => commits >= diesAt;
        const { store, problems } = watchedStore(world);
        const dying = storeOf(store, {
          commit: async (...batch) => {
            commits += 1;
            if (commits !== diesAt) return await store.commit(...batch);
            if (isAfter) await store.commit(...batch);
            throw new Error("died");
          },
        });
        await choose(world, choice);
        const drained = world.drain(20, { ...world.ports, store: dying });
        await drained.catch((error: unknown) => {
          if (!hasDied()) throw error;
        });
        expect(problems).toEqual([]);
        if (!hasDied()) {
          expect(deaths).toBeGreaterThan(1);
          return;
        }
        deaths += 1;
        const left = [...world.queue.tasks.values()];
        // Half of the times the queue has lost the tasks.
        if (diesAt % 2 === 0) world.queue.tasks.clear();
        world.google.put("endless", { summary: "Other", recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2"] });
        world.google.put("counted", { recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=12"] });
        world.google.put("over", { location: "Elsewhere" });
        world.clock.advance(130_000);
        await world.notify();
        // The pull of the change comes first.
        for (const { id } of left) world.queue.forget(id);
        await world.drain();
        if (diesAt % 2 === 1)
          for (const { id, task } of left) await world.queue.syncCalendar(task, { id: `${id}-again` });
        await world.drain();
        await runRounds(world);
        await world.drain();
        // What is outside the window may stay for a day; it does not, once retention comes.
        world.clock.advance(1.5 * dayMs);
        await runRounds(world);
        await world.drain();
        const [past, future] = daysStored(world);
        expect(Math.abs(past - (choice.pastDays ?? past))).toBeLessThan(2);
        expect(Math.abs(future - (choice.futureDays ?? future))).toBeLessThan(1);
        await expectAtRest();
        const found = structuredClone([...world.events]);
        world.google.expireSyncTokens();
        await world.pull();
        expect(outOfStep(world)).toEqual([]);
        if (choice.pastDays === undefined) expect([...world.events]).toEqual(found);
      }
    }
  });
});
