import { beforeEach, describe, expect, test } from "@jest/globals";
import { extendHorizon } from "../extend-horizon.ts";
import { dropEnded } from "../retention.ts";
import { at, daily, instanceId } from "../testing/daily-series.fake.ts";
import { dayMs, SyncWorld, storeOf } from "../testing/sync-world.fake.ts";

/*
 * That each entry lists exactly what its commit changes is checked at every commit of these and of nearly all other
 * tests of the sync, interleavings and crashes included (feed-check.fake.ts). Here: why, and what it costs.
 */

let world: SyncWorld;
beforeEach(async () => {
  world = new SyncWorld();
  world.google.put("single");
  world.google.put("daily", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] });
  await world.import();
});

const delivered = { taskId: "task", attempt: 0 };
/** The changes since the import, in the order of the commits. */
const changes = (since = 1) =>
  world.documents
    .feedOf(world.key)
    .slice(since)
    .flatMap(entry => entry.changes);
const gone = (why: string, ...ids: readonly string[]) =>
  ids.map(eventId => ({ kind: "deleted", eventId, why }));
const made = (...ids: readonly string[]) => ids.map(eventId => ({ kind: "created", eventId }));
const all = [1, 2, 3].map(instanceId);

describe("the feed says", () => {
  test("what an import has written, with a number that no earlier calendar of the same key has had", () => {
    expect(changes(0)).toEqual(made("single", ...all));
    const [entry] = world.documents.feedOf(world.key);
    expect(entry).toMatchObject({ accountId: "account", seq: entry?.atMs });
    expect(world.state.changeSeq).toBe(entry?.seq);
  });

  test("what changed, was made, and was cancelled", async () => {
    world.google.put("single", { summary: "other" });
    world.google.put("new");
    await world.pull();
    world.google.remove("new");
    await world.pull();
    expect(changes()).toEqual([
      { kind: "updated", eventId: "single" },
      ...made("new"),
      ...gone("cancelled", "new"),
    ]);
    const numbers = world.documents.feedOf(world.key).map(({ seq }) => seq);
    expect(numbers.map(seq => seq - (numbers[0] ?? 0))).toEqual([0, 1, 2]);
  });

  test("nothing, if nothing changed", async () => {
    await world.pull();
    world.google.expireSyncTokens();
    await world.pull();
    expect(world.documents.feedOf(world.key)).toHaveLength(1);
  });

  test("that one occurrence was cancelled", async () => {
    const id = instanceId(2);
    world.google.put(id, { status: "cancelled", recurringEventId: "daily", originalStartTime: at(2) });
    await world.pull();
    expect(changes()).toEqual(gone("cancelled", id));
  });

  test("that a series was cancelled", async () => {
    world.google.remove("daily");
    await world.pull();
    expect(changes()).toEqual(gone("cancelled", ...all));
  });

  test("that a series repeats otherwise, which cancels nothing", async () => {
    world.google.put("daily", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=3;INTERVAL=2"] });
    await world.pull();
    expect(changes()).toEqual([...made(instanceId(5)), ...gone("ruleChanged", instanceId(2))]);
  });

  test.each(["pull", "full sync"])(
    "in a %s: that an event has become a series, and a series an event",
    async mode => {
      if (mode === "full sync") world.google.expireSyncTokens();
      world.google.put("single", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=1"] });
      world.google.replace({ id: "daily", summary: "Once", start: at(1), end: at(1, 9) });
      await world.pull();
      const expected = [
        ...gone("ruleChanged", "single", ...all),
        ...made("daily", instanceId(1).replace("daily", "single")),
      ];
      const byId = (list: readonly { eventId: string }[]) =>
        list.map(change => JSON.stringify(change)).sort();
      expect(byId(changes())).toEqual(byId(expected));
    },
  );

  test("that an event was moved out of the window: it is not cancelled", async () => {
    world.google.put("single", { start: at(-100), end: at(-100, 9) });
    await world.pull();
    expect(changes()).toEqual(gone("leftWindow", "single"));
  });

  test("that events have ended long ago", async () => {
    world.clock.advance(500 * dayMs);
    expect(await dropEnded(world.ports, world.key, delivered)).toBe("dropped");
    expect(changes()).toEqual(gone("leftWindow", "single", ...all));
  });

  test("an event that a full sync does not find is cancelled", async () => {
    world.google.remove("single");
    world.google.remove("daily");
    world.google.expireSyncTokens();
    await world.pull();
    expect(changes()).toEqual(gone("cancelled", "single", ...all));
  });
});

describe("the horizon moves", () => {
  test("and after a crash in between, no occurrence is announced twice", async () => {
    world = new SyncWorld({}, { maxBatchWrites: 3 });
    world.google.put("daily", daily);
    await world.import();
    const before = changes(0).length;
    world.clock.advance(10 * dayMs);
    let commits = 0;
    const store = storeOf(world.documents, {
      commit: async (...batch) => {
        const outcome = await world.documents.commit(...batch);
        if (++commits === 3) throw new Error("the worker dies after its commit");
        return outcome;
      },
    });
    await expect(extendHorizon({ ...world.ports, store }, world.key, delivered)).rejects.toThrow("dies");
    expect(changes(0).length).toBeGreaterThan(before);
    expect(await extendHorizon(world.ports, world.key, { ...delivered, attempt: 1 })).toMatchObject({
      kind: "extended",
    });
    const announced = changes(0).slice(before);
    expect(announced).toHaveLength(10);
    expect(new Set(announced.map(({ eventId }) => eventId)).size).toBe(10);
  });
});

describe("what the feed costs", () => {
  /** The reads and writes of a pull after `edit`, with and without the feed. */
  async function costs(edit: (world: SyncWorld) => void) {
    const all = [];
    for (const changeFeed of [false, true]) {
      const calendar = new SyncWorld({}, { changeFeed });
      calendar.google.put("single");
      await calendar.import();
      edit(calendar);
      await calendar.pull(60_000);
      const { reads, writes, apiCalls } = calendar.lastLine();
      all.push({ reads, writes, apiCalls });
    }
    return all;
  }

  test("one write for a changed event, and no read", async () => {
    const edit = ({ google }: SyncWorld) => google.put("single", { summary: "other" });
    // The writes: the lease; the event, the state and the user's calendar document.
    expect(await costs(edit)).toEqual([
      { reads: 3, writes: 4, apiCalls: 1 },
      { reads: 3, writes: 5, apiCalls: 1 },
    ]);
  });

  test("nothing for a pull without a change", async () => {
    const [without, withFeed] = await costs(() => undefined);
    expect(withFeed).toEqual(without);
  });

  test("a read for each occurrence that a changed series writes", async () => {
    const edit = ({ google }: SyncWorld) =>
      google.put("daily", { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] });
    const [without, withFeed] = await costs(edit);
    expect(withFeed).toMatchObject({
      reads: Number(without?.reads) + 3,
      writes: Number(without?.writes) + 1,
    });
  });
});
