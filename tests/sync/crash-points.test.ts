import { describe, expect, test } from "@jest/globals";
import { CrashWorld, type Death } from "./crash-world.ts";
import { openFirestore } from "./firestore-store.ts";

/*
 * The worker dies at its k-th call to Firestore, Google or the queue, for every k, before or after the call took
 * effect. The queue then delivers the task again. After each commit, the token must not be ahead of the data, and no
 * event that exists at Google may be missing. At the end, Firestore must equal Google.
 */
const db = openFirestore();
const ids = Array.from({ length: 9 }, (_, n) => `event${n}`);
/** Small, so that a pass needs several pages and several commits. */
const settings = { maxBatchWrites: 3 };

/** The changes at Google since the import. */
function edit({ memory: { google } }: CrashWorld): void {
  for (const id of ["event1", "event2", "event5", "event8"]) google.put(id, { summary: "changed" });
  for (const id of ["event0", "event7"]) google.remove(id);
  for (const id of ["new1", "new2"]) google.put(id);
}

const scenarios: Record<string, () => Promise<CrashWorld>> = {
  "a pull": async () => {
    const world = await CrashWorld.create(db, ids, { imported: true, settings });
    edit(world);
    return world;
  },
  "a first full sync": async () => await CrashWorld.create(db, ids, { imported: false, settings }),
  "a pull that answers 410": async () => {
    const world = await CrashWorld.create(db, ids, { imported: true, settings });
    edit(world);
    world.memory.google.expireSyncTokens();
    return world;
  },
  "a full sync that hands over": async () => {
    const world = await CrashWorld.create(db, ids, {
      imported: true,
      settings: { ...settings, timeBudgetMs: 10 },
    });
    edit(world);
    const { google, clock } = world.memory;
    google.expireSyncTokens();
    const list = google.list.bind(google);
    google.list = request => {
      clock.advance(4);
      return list(request);
    };
    return world;
  },
};

async function play(open: () => Promise<CrashWorld>, death: Death | undefined): Promise<CrashWorld> {
  const world = await open();
  world.memory.google.pageSize = 4;
  world.watchReaders();
  await world.notify();
  if (death !== undefined) await world.deliver(death);
  await world.drain();
  return world;
}

describe.each(Object.keys(scenarios))("%s", name => {
  const open = scenarios[name];
  if (open === undefined) throw new Error(name);

  test("survives the death of its worker at every call", async () => {
    const undisturbed = await play(open, undefined);
    expect(await undisturbed.differences()).toEqual([]);
    const deaths = Array.from({ length: undisturbed.calls }, (_, n) => n + 1).flatMap((at): Death[] => [
      { at, when: "before" },
      { at, when: "after" },
    ]);
    expect(deaths.length).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (let from = 0; from < deaths.length; from += 8) {
      await Promise.all(
        deaths.slice(from, from + 8).map(async death => {
          const world = await play(open, death);
          for (const what of await world.differences())
            wrong.push(`death ${death.when} call ${death.at}: ${what}`);
        }),
      );
    }
    expect(wrong).toEqual([]);
  });
});
