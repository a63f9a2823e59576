import { describe, expect, test } from "@jest/globals";
import { handleSyncTask } from "../../functions/src/sync/sync-calendar.ts";
import { uid } from "../../functions/src/sync/testing/sync-world.fake.ts";
import { CrashWorld } from "./crash-world.ts";
import { openFirestore } from "./firestore-store.ts";

const db = openFirestore();
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `event${n}`);
const settings = {};

/** The changes that a listener of the calendar's events receives after its first snapshot. */
async function listen(world: CrashWorld): Promise<{ readonly changes: string[]; readonly stop: () => void }> {
  const changes: string[] = [];
  let isFirst = true;
  let stop = (): void => undefined;
  await new Promise<void>((resolve, reject) => {
    stop = db
      .collection(`users/${uid}/calendarEvents`)
      .where("calendarKey", "==", world.memory.key)
      .onSnapshot(snapshot => {
        if (!isFirst)
          for (const { type, doc } of snapshot.docChanges())
            changes.push(`${type} ${String(doc.get("eventId"))}`);
        isFirst = false;
        resolve();
      }, reject);
  });
  return { changes, stop };
}

/**
 * Waits until a listener has received all earlier changes: writes one more document and waits for its change. Returns
 * the earlier changes.
 */
async function heard(world: CrashWorld, changes: readonly string[]): Promise<string[]> {
  const last = db.doc(`users/${uid}/calendarEvents/${world.memory.key}_last`);
  await last.set({ calendarKey: world.memory.key, eventId: "last" });
  for (let turns = 0; !changes.includes("added last") && turns < 1_000; turns++)
    await new Promise(resolve => setTimeout(resolve, 10));
  await last.delete();
  return changes.filter(change => !change.endsWith(" last"));
}

describe("a reader during a full sync after a 410", () => {
  test.each([0, 10])(
    "of 2,000 events, %d of them changed, sees these changes and nothing else",
    async changed => {
      const world = await CrashWorld.create(db, ids(2_000), { imported: true, settings });
      world.memory.google.pageSize = 250;
      for (const id of ids(changed)) world.memory.google.put(id, { summary: "changed" });
      world.memory.google.expireSyncTokens();
      const { changes, stop } = await listen(world);
      try {
        await world.notify();
        expect(await world.deliver()).toBe("synced");
        expect(world.eventWrites).toBe(changed);
        const seen = await heard(world, changes);
        expect(seen.sort()).toEqual(
          ids(changed)
            .map(id => `modified ${id}`)
            .sort(),
        );
      } finally {
        stop();
      }
    },
  );
});

describe("a zombie", () => {
  test("that wakes up when another has finished writes nothing", async () => {
    const world = await CrashWorld.create(db, ids(6), { imported: true, settings: { maxBatchWrites: 2 } });
    const { google, queue, clock } = world.memory;
    for (const id of ids(6)) google.put(id, { summary: "old" });
    await world.notify();
    const [stored] = [...queue.tasks.values()];
    if (stored === undefined) throw new Error("no task");
    const { ports } = world.worker();
    let wake = (): void => undefined;
    const asleep = new Promise<void>(resolve => {
      wake = resolve;
    });
    // The worker pauses after it has received Google's answer.
    const list: typeof ports.events.list = async request => {
      const page = await ports.events.list(request);
      await asleep;
      return page;
    };
    const delivery = { taskId: stored.id, attempt: 0 };
    const zombie = handleSyncTask({ ...ports, events: { list } }, stored.task, delivery);
    for (let turns = 0; (await world.state()).lease === null && turns < 1_000; turns++)
      await Promise.resolve();
    clock.advance(130_000);
    for (const id of ids(6)) google.put(id, { summary: "new" });
    await world.notify();
    await world.drain();
    expect(await world.differences()).toEqual([]);
    const before = world.eventWrites;
    wake();
    await zombie;
    expect(world.eventWrites).toBe(before);
    expect(await world.differences()).toEqual([]);
    expect([...(await world.events()).values()].map(event => event.summary)).toEqual(ids(6).map(() => "new"));
  });
});

describe("everything twice", () => {
  test("notifications, tasks and pages: not one event is written twice", async () => {
    const world = await CrashWorld.create(db, ids(10), { imported: true, settings });
    const { google, queue, clock } = world.memory;
    for (const id of ids(4)) google.put(id, { summary: "changed" });
    // Each page contains each of its items twice, and the first item of the page before it.
    const list = google.list.bind(google);
    google.pageSize = 2;
    let previous: unknown[] = [];
    google.list = async request => {
      const page = await list(request);
      if (page.kind === "failed") return page;
      const items = [...previous, ...page.items, ...page.items];
      previous = page.items.slice(0, 1);
      return { ...page, items };
    };
    await world.notify();
    await world.notify();
    for (const { id, task, attempt } of [...queue.tasks.values()]) {
      for (const again of [1, 2]) {
        await handleSyncTask(world.worker().ports, task, { taskId: id, attempt });
        clock.advance(again * 10_000);
      }
    }
    await world.drain();
    expect(world.eventWrites).toBe(4);
    expect(await world.differences()).toEqual([]);
    // The same pull again from the old token, as after a crash, writes nothing.
    const { syncToken } = await world.state();
    google.put("event9", { summary: "changed" });
    await world.notify();
    await world.drain();
    const stored = await world.store.read(world.memory.key);
    await world.store.commit(world.memory.key, uid, { events: [], state: { syncToken } }, stored?.version);
    const before = world.eventWrites;
    await world.notify();
    clock.advance(10_000);
    await world.drain();
    expect(world.eventWrites).toBe(before);
    expect((await world.state()).syncToken).not.toBe(syncToken);
  });
});
