import { describe, expect, test } from "@jest/globals";
import { CaseWorld } from "./case-world.fake.ts";
import { plain, startsOf, unharmed, type Raw } from "./variants.fake.ts";

const time = (dateTime: string) => ({ dateTime, timeZone: "Europe/Berlin" });
/** A weekly series on Mondays that began long before the window. */
const clinic: Raw = {
  id: "clinic",
  start: time("2025-11-03T09:00:00+01:00"),
  end: time("2025-11-03T10:00:00+01:00"),
  recurrence: ["RRULE:FREQ=WEEKLY;COUNT=15"],
};
const ofFebruary = {
  id: "clinic_20260202T080000Z",
  recurringEventId: "clinic",
  originalStartTime: time("2026-02-02T09:00:00+01:00"),
};
const moved = (from: string, to: string): Raw => ({
  ...ofFebruary,
  start: time(from),
  end: time(to),
  summary: "moved",
});

/** The changes of the instance of 2 February, and its start in the window, if it has one. */
const fates: readonly (readonly [string, Raw, string | undefined])[] = [
  ["moved to before the window", moved("2025-11-05T09:00:00+01:00", "2025-11-05T10:00:00+01:00"), undefined],
  [
    "moved to just before the window",
    moved("2025-12-06T07:00:00+01:00", "2025-12-06T08:30:00+01:00"),
    undefined,
  ],
  [
    "moved within the window",
    moved("2026-02-04T15:00:00+01:00", "2026-02-04T16:00:00+01:00"),
    "2026-02-04T14:00:00Z",
  ],
  [
    "moved into the past of the window",
    moved("2025-12-20T15:00:00+01:00", "2025-12-20T16:00:00+01:00"),
    "2025-12-20T14:00:00Z",
  ],
  ["cancelled", { ...ofFebruary, status: "cancelled" }, undefined],
];
const around = ["2026-01-26T08:00:00Z", "2026-02-09T08:00:00Z"];

function ask(world: CaseWorld, seen: string | undefined): void {
  const starts = startsOf(world);
  expect(starts).toEqual(expect.arrayContaining([...around, ...(seen === undefined ? [] : [seen])]));
  expect(starts).not.toContain("2026-02-02T08:00:00Z");
  expect(starts).toHaveLength(seen === undefined ? 9 : 10);
}

const lists = [true, false].flatMap(listsByOwnEnd =>
  fates.map(fate => ({ listsByOwnEnd, fate: fate[0], exception: fate[1], seen: fate[2] })),
);

/** Imports the series, then pulls the exception. */
async function pulled(row: (typeof lists)[number]): Promise<CaseWorld> {
  const world = new CaseWorld(row);
  const { google } = world.sync;
  google.replace(clinic);
  await world.import();
  google.replace(row.exception);
  google.replace(plain);
  await world.pull();
  return world;
}

describe("an instance of a series", () => {
  test.each(lists)(
    "$fate is where a pull says, through full syncs (listed by its own end: $listsByOwnEnd)",
    async row => {
      const world = await pulled(row);
      const { google } = world.sync;
      ask(world, row.seen);
      for (let round = 0; round < 2; round++) {
        await world.full();
        ask(world, row.seen);
      }
      google.replace({ ...clinic, summary: "renamed" });
      await world.pull();
      ask(world, row.seen);
      expect(unharmed(world)).toEqual([]);
    },
  );

  test.each(lists)("$fate is back once Google says so (listed by its own end: $listsByOwnEnd)", async row => {
    const world = await pulled(row);
    await world.full();
    world.sync.google.replace({
      ...ofFebruary,
      start: ofFebruary.originalStartTime,
      end: time("2026-02-02T10:00:00+01:00"),
    });
    await world.pull();
    expect(startsOf(world)).toContain("2026-02-02T08:00:00Z");
    await world.full();
    expect(startsOf(world)).toContain("2026-02-02T08:00:00Z");
    expect(startsOf(world)).toHaveLength(10);
    expect(unharmed(world)).toEqual([]);
  });
});

const pull = async (world: CaseWorld) => {
  await world.pull();
};
const full = async (world: CaseWorld) => {
  await world.full();
};
const nothing = () => Promise.resolve();
const between: Readonly<Record<string, (world: CaseWorld) => Promise<void>>> = {
  "seen by a pull": pull,
  "seen by a full sync": full,
  "not seen": nothing,
};

const restorations = Object.entries(between).flatMap(([how, happens]) =>
  fates
    .filter(([fate]) => !fate.includes("before"))
    .map(([fate, exception, seen]) => ({ how, happens, fate, exception, seen })),
);

describe("a series that is deleted and restored", () => {
  test.each(restorations)("has its instance that was $fate (the deletion $how)", async row => {
    const world = new CaseWorld();
    const { google } = world.sync;
    google.replace(clinic);
    google.replace(row.exception);
    google.replace(plain);
    await world.import();
    ask(world, row.seen);
    google.remove("clinic");
    await row.happens(world);
    if (row.happens !== nothing) expect(startsOf(world)).toEqual([]);
    google.restore("clinic");
    await world.pull();
    ask(world, row.seen);
    await world.full();
    ask(world, row.seen);
    expect(unharmed(world)).toEqual([]);
  });
});

/**
 * The items that a list of changes may contain for the exceptions of a deleted series. Google's behaviour is not
 * documented.
 */
const farewells: readonly (readonly [string, object])[] = [
  ["deleted", { status: "cancelled" }],
  ["holes of their series", { ...ofFebruary, status: "cancelled" }],
];

describe("a series whose exceptions are named when it is deleted, and not when it is restored", () => {
  test.each(farewells)(
    "has its moved instance, although the delta called its exceptions %s",
    async (_name, farewell) => {
      const world = new CaseWorld();
      const { google } = world.sync;
      const seen = "2026-02-04T14:00:00Z";
      for (const event of [clinic, moved("2026-02-04T15:00:00+01:00", "2026-02-04T16:00:00+01:00"), plain])
        google.replace(event);
      await world.import();
      ask(world, seen);
      google.remove("clinic");
      const list = google.list.bind(google);
      google.list = async request => {
        const page = await list(request);
        return page.kind === "page"
          ? { ...page, items: [...page.items, { ...farewell, id: ofFebruary.id }] }
          : page;
      };
      await world.pull();
      expect(startsOf(world)).toEqual([]);
      google.list = list;
      google.restore("clinic");
      await world.pull();
      ask(world, seen);
      await world.full();
      ask(world, seen);
      expect(unharmed(world)).toEqual([]);
    },
  );
});

describe("a changed instance that does not say which one it was", () => {
  const series = (fields: object): Raw => ({
    id: "talks",
    summary: "plain",
    recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
    ...fields,
  });
  const timed = series({ start: time("2026-02-02T09:00:00+01:00"), end: time("2026-02-02T10:00:00+01:00") });
  const days = series({ start: { date: "2026-02-02" }, end: { date: "2026-02-03" } });
  const changed = { recurringEventId: "talks", summary: "changed" };

  test.each([
    [
      "of times",
      timed,
      {
        ...changed,
        id: "talks_20260203T080000Z",
        start: time("2026-02-03T15:00:00+01:00"),
        end: time("2026-02-03T16:00:00+01:00"),
      },
      "2026-02-03T14:00:00Z",
    ],
    [
      "of days",
      days,
      { ...changed, id: "talks_20260203", start: { date: "2026-02-07" }, end: { date: "2026-02-08" } },
      "2026-02-07",
    ],
  ] as const)("in a series %s is known by its id", async (_name, master, exception, start) => {
    for (const originalStartTime of [undefined, null, {}, { dateTime: "then" }]) {
      const world = new CaseWorld();
      for (const event of [master, { ...exception, originalStartTime }, plain])
        world.sync.google.replace(event);
      await world.import();
      await world.full();
      expect(startsOf(world)).toHaveLength(3);
      expect(startsOf(world)).toContain(start);
      expect(world.stored.find(({ eventId }) => eventId === exception.id)?.summary).toBe("changed");
      expect(unharmed(world)).toEqual([]);
    }
  });
});

describe("a series with very many occurrences", () => {
  const pump = (rule: string, start = "2025-11-26T00:00:00Z"): Raw => ({
    id: "pump",
    start: { dateTime: start, timeZone: "UTC" },
    end: { dateTime: start.replace("00:00Z", "10:00Z"), timeZone: "UTC" },
    recurrence: [`RRULE:${rule}`],
  });
  const monthMs = 31 * 86_400_000;

  test.each([
    ["FREQ=HOURLY", "2025-11-26T00:00:00Z", 744],
    ["FREQ=HOURLY", "2016-11-26T00:00:00Z", 744],
    ["FREQ=HOURLY;UNTIL=20351231T000000Z", "2025-11-26T00:00:00Z", 744],
    ["FREQ=HOURLY;COUNT=20000", "2025-11-26T00:00:00Z", 744],
    [
      "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23",
      "2025-11-26T00:00:00Z",
      744,
    ],
    ["FREQ=MINUTELY;INTERVAL=60", "2025-11-26T00:00:00Z", 744],
  ])("%s from %s on shows every one of the next month", async (rule, start, count) => {
    const world = new CaseWorld();
    world.sync.google.replace(pump(rule, start));
    world.sync.google.replace(plain);
    const fromMs = world.sync.clock.now();
    await world.import();
    const coming = world.stored.filter(
      ({ eventId, startAtMs }) => eventId !== plain.id && startAtMs >= fromMs && startAtMs < fromMs + monthMs,
    );
    expect(coming).toHaveLength(count);
    expect(unharmed(world)).toEqual([]);
  });

  test.each(["FREQ=MINUTELY", "FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=99999999"])(
    "%s shows some of the next day and stops nothing",
    async rule => {
      const world = new CaseWorld();
      world.sync.google.replace(pump(rule, "2026-01-05T00:00:00Z"));
      world.sync.google.replace(plain);
      await world.import();
      expect(startsOf(world).length).toBeGreaterThan(0);
      expect(unharmed(world)).toEqual([]);
    },
  );
});
