import { describe, expect, test } from "@jest/globals";
import { at, daily, instanceId } from "../testing/daily-series.fake.ts";
import { SyncWorld } from "../testing/sync-world.fake.ts";

/* A series is split, and a part of the split is unreadable. Found by fuzzing the answers. */

const before = { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=10"], summary: "Before" };
const ended = { recurrence: ["RRULE:FREQ=DAILY;COUNT=4"] };
const followingId = `daily_R${instanceId(5).slice("daily_".length)}`;
const following = { start: at(5), end: at(5, 9), recurrence: ["RRULE:FREQ=DAILY;COUNT=6"], summary: "After" };
const titlesOf = (world: SyncWorld) =>
  Array.from({ length: 10 }, (_, index) => world.events.get(instanceId(index + 1))?.summary ?? "nothing");
const titles = (head: string, tail: string) =>
  Array.from({ length: 10 }, (_, index) => (index < 4 ? head : tail));

async function imported(settings: { readonly maxBatchWrites?: number } = {}): Promise<SyncWorld> {
  const world = new SyncWorld({}, settings);
  world.google.put("daily", before);
  await world.import();
  return world;
}

describe("a series is split, and the new one cannot be read", () => {
  const unreadable: readonly (readonly [string, Record<string, unknown>])[] = [
    ["its rule", { ...following, recurrence: ["𠮷野家"] }],
    ["its start", { ...following, start: { dateTime: "never" } }],
  ];
  test.each(unreadable)(
    "%s: what the old one gave up stays, in a pull and in a full sync",
    async (_what, odd) => {
      const world = await imported();
      world.google.put("daily", ended);
      world.google.put(followingId, odd);
      await world.pull();
      expect(titlesOf(world).filter(title => title === "nothing")).toEqual([]);
      world.google.expireSyncTokens();
      await world.pull();
      expect(titlesOf(world).filter(title => title === "nothing")).toEqual([]);
      world.google.put(followingId, following);
      await world.pull();
      expect(titlesOf(world)).toEqual(titles("Before", "After"));
    },
  );

  test.each(unreadable)("%s: when it is deleted, so is what the old one gave up", async (_what, odd) => {
    const world = await imported();
    world.google.put("daily", ended);
    world.google.put(followingId, odd);
    await world.pull();
    world.google.remove(followingId);
    await world.pull();
    expect(titlesOf(world)).toEqual(titles("Before", "nothing"));
  });
});

test.each(["pull", "full sync"])(
  "what the old series kept in doubt goes when the new one is read: %s",
  async how => {
    const world = await imported();
    world.google.put("daily", ended);
    world.google.put(followingId, { ...following, start: { dateTime: "never" } });
    if (how === "full sync") world.google.expireSyncTokens();
    await world.pull();
    world.google.put(followingId, { ...following, recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
    await world.pull();
    const expected = titles("Before", "nothing").map((title, index) =>
      index === 4 || index === 5 ? "After" : title,
    );
    expect(titlesOf(world)).toEqual(expected);
  },
);

test("a rule of which a part cannot be read any more stays as it was", async () => {
  const world = new SyncWorld();
  world.google.put("daily", { ...before, recurrence: ["RRULE:FREQ=DAILY;INTERVAL=3;COUNT=4"] });
  await world.import();
  const shown = titlesOf(world);
  world.google.put("daily", { ...before, recurrence: ["RRULE:FREQ=DAILY;IN\u0000TERVAL=3;COUNT=4"] });
  await world.pull();
  expect(titlesOf(world)).toEqual(shown);
  world.google.put("daily", ended);
  await world.pull();
  expect(titlesOf(world).slice(0, 5)).toEqual(["Before", "Before", "Before", "Before", "nothing"]);
});

test("nothing is deleted in one commit and written again in the next, although the old series was in doubt", async () => {
  const world = await imported({ maxBatchWrites: 3 });
  const [stored] = await world.documents.series(world.key, ["daily"]);
  if (stored === undefined) throw new Error("the series is not stored");
  await world.documents.commit(
    world.key,
    world.state.uid,
    { events: [], series: [{ kind: "set", series: { ...stored, dirty: true } }], state: { pendingEpoch: 0 } },
    (await world.documents.read(world.key))?.version,
  );
  world.google.put("daily", ended);
  world.google.put(followingId, following);
  const deleted: string[] = [];
  world.documents.onCommit = ({ batch }) => {
    for (const write of batch.events) if (write.kind === "delete") deleted.push(write.eventId);
  };
  await world.pull();
  expect(titlesOf(world)).toEqual(titles("Before", "After"));
  expect(deleted).toEqual([]);
});

test("an instance that could not be read is not taken away by a shorter rule, and goes with its series", async () => {
  const world = await imported();
  world.google.put(instanceId(7), {
    recurringEventId: "daily",
    originalStartTime: at(7),
    start: {},
    end: {},
  });
  await world.pull();
  world.google.put("daily", ended);
  await world.pull();
  expect(titlesOf(world)).toEqual(
    titles("Before", "nothing").map((title, index) => (index === 6 ? "Before" : title)),
  );
  world.google.remove("daily");
  world.google.remove(instanceId(7));
  await world.pull();
  expect(titlesOf(world)).toEqual(titles("nothing", "nothing"));
});

test("a full list in which the master has no id does not forget it", async () => {
  const world = await imported();
  const moved = { recurringEventId: "daily", originalStartTime: at(7), start: at(7, 12), end: at(7, 13) };
  world.google.put(instanceId(7), { ...moved, summary: "Before" });
  await world.pull();
  world.google.expireSyncTokens();
  const list = world.google.list.bind(world.google);
  world.google.list = async request => {
    const page = await list(request);
    if (page.kind === "failed") return page;
    return {
      ...page,
      items: page.items.map(item =>
        (item as { id: string }).id === "daily" ? { ...(item as object), id: null } : item,
      ),
    };
  };
  await world.pull();
  world.google.list = list;
  world.google.expireSyncTokens();
  world.google.put("daily", { ...before, recurrence: ["𠮷野家"] });
  await world.pull();
  expect(titlesOf(world)).toEqual(titles("Before", "Before"));
});

test("of two versions that cannot be read completely the one that shows more stays", async () => {
  const world = new SyncWorld();
  world.google.put("daily", { ...before, end: undefined });
  await world.import();
  const shown = titlesOf(world);
  expect(shown).toEqual(titles("Before", "Before"));
  world.google.put("daily", { ...before, recurrence: ["𠮷野家"], end: undefined });
  await world.pull();
  expect(titlesOf(world)).toEqual(shown);
});

test("an odd line beside dates alone may be what the rule was", async () => {
  const world = await imported();
  world.google.put("daily", {
    ...before,
    recurrence: ["𠮷野家", "RDATE;TZID=Europe/Berlin:20260201T080000"],
  });
  await world.pull();
  expect(titlesOf(world)).toEqual(titles("Before", "Before"));
});
