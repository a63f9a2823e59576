import { describe, expect, test } from "@jest/globals";
import type { SyncPorts } from "../../ports/sync.port.ts";
import type { GoogleEvent } from "../testing/fake-google.fake.ts";
import { storeOf, SyncWorld } from "../testing/sync-world.fake.ts";

/*
 * The calendar may change between two pages, so an event may be on two pages, or twice on one page. At that time the
 * pass's own earlier write of the event is waiting, in progress, or stored.
 */

/** A calendar with the event `old`, and two writes per commit. */
async function worldWithOld(): Promise<SyncWorld> {
  const world = new SyncWorld({}, { maxBatchWrites: 2 });
  world.google.put("old");
  world.google.put("old", { summary: "as it was" });
  await world.import();
  world.clock.advance(60_000);
  return world;
}

/** Makes Google answer every list with these pages. */
function answerWith(world: SyncWorld, pages: readonly (readonly GoogleEvent[])[]): void {
  world.google.list = ({ pageToken = "0" }) => {
    const next = Number(pageToken) + 1;
    const token =
      next < pages.length ? { nextPageToken: String(next) } : { nextSyncToken: world.state.syncToken ?? "" };
    return Promise.resolve({ kind: "page", items: pages[next - 1] ?? [], ...token });
  };
}

/** Ports with slow commits. */
function slowly(world: SyncWorld): SyncPorts {
  const store = storeOf(world.documents, {
    commit: async (...batch) => {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      return await world.documents.commit(...batch);
    },
  });
  return { ...world.ports, store };
}

const event = (id: string): GoogleEvent => {
  const { google } = new SyncWorld();
  google.put(id);
  return google.event(id) ?? {};
};
const gone = (id: string): GoogleEvent => ({ id, status: "cancelled" });
const others = ["a", "b", "c", "d"].map(event);

/** The places of the two items. */
const places: readonly [string, (first: GoogleEvent, second: GoogleEvent) => readonly GoogleEvent[][]][] = [
  ["on one page", (first, second) => [[first, second]]],
  ["on two pages, its write still waiting", (first, second) => [[first], [second]]],
  ["on two pages, its write on its way", (first, second) => [[first, ...others], [second]]],
];

describe.each(places)("an event that a pull finds twice, %s,", (_where, pagesOf) => {
  test("is deleted if it has appeared and gone", async () => {
    const world = await worldWithOld();
    answerWith(world, pagesOf(event("new"), gone("new")));
    await world.notify();
    await world.drain(9, slowly(world));
    expect(world.events.has("new")).toBe(false);
  });

  test("is there if it has gone and come back as it was", async () => {
    const world = await worldWithOld();
    answerWith(world, pagesOf(gone("old"), world.google.event("old") ?? {}));
    await world.notify();
    await world.drain(9, slowly(world));
    expect(world.events.get("old")?.summary).toBe("as it was");
  });
});

test.each(["pull", "full sync"])("what a %s finds twice as it is is written once", async mode => {
  const world = await worldWithOld();
  answerWith(world, [[event("new"), ...others], [event("new")], [event("new")]]);
  if (mode === "full sync") await world.request("user");
  else await world.notify();
  if (mode === "full sync") world.documents.change(world.key, { resyncEpoch: world.state.epoch });
  await world.drain(9, slowly(world));
  expect(world.lastLine()).toMatchObject({ written: 1 + others.length, unchanged: 2 });
});

describe("what a full sync finds on two pages", () => {
  const daily = { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] };
  const series = { ...event("old"), ...daily };

  test.each<[string, readonly GoogleEvent[], readonly string[]]>([
    ["a series that is deleted meanwhile", [series, gone("old")], []],
    ["a series that becomes a single event", [series, event("old")], ["old"]],
    [
      "a single event that becomes a series",
      [event("old"), series],
      ["old_20260202T080000Z", "old_20260203T080000Z", "old_20260204T080000Z"],
    ],
    [
      "a series that goes and comes back",
      [series, gone("old"), series],
      ["old_20260202T080000Z", "old_20260203T080000Z", "old_20260204T080000Z"],
    ],
  ])("is as the later one has it: %s", async (_what, mentions, ids) => {
    const world = await worldWithOld();
    answerWith(
      world,
      mentions.map(mention => [mention]),
    );
    await world.request("user");
    world.documents.change(world.key, { resyncEpoch: world.state.epoch });
    await world.drain();
    expect([...world.events.keys()].sort()).toEqual(ids);
  });
});

test.each([
  ["after", [0, 1]],
  ["before", [1, 0]],
])("a mention that cannot be read, %s one that can, costs nothing but itself", async (_where, order) => {
  const world = await worldWithOld();
  const mentions = [event("new"), { ...event("new"), start: 7 }];
  answerWith(world, [order.map(index => mentions[index] ?? {})]);
  await world.notify();
  await world.drain();
  expect(world.events.get("new")?.summary).toBe("event new");
});
