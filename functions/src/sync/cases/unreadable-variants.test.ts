import { describe, expect, test } from "@jest/globals";
import { CaseWorld } from "./case-world.fake.ts";
import { plain, startsOf, unharmed, type Raw } from "./variants.fake.ts";

const at = (day: number, hour: number) => ({
  dateTime: `2026-02-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00+01:00`,
  timeZone: "Europe/Berlin",
});
const rule = ["RRULE:FREQ=WEEKLY;COUNT=3"];
const master = (id: string): Raw => ({ id, start: at(2, 9), end: at(2, 10), recurrence: rule });
const exception: Raw = {
  id: "course_20260209T080000Z",
  recurringEventId: "course",
  originalStartTime: at(9, 9),
  start: at(9, 15),
  end: at(9, 16),
};
const plainSeries = ["2026-02-02T08:00:00Z", "2026-02-09T08:00:00Z", "2026-02-16T08:00:00Z"];

/**
 * The items at Google: `also` stays readable, `good` becomes unreadable. `starts`: the starts while both are readable.
 */
const things = {
  "a single event": {
    also: [],
    good: { id: "single", start: at(3, 9), end: at(3, 10) },
    starts: ["2026-02-03T08:00:00Z"],
  },
  "a series": { also: [], good: master("course"), starts: plainSeries },
  "the new half of a split series": {
    also: [],
    good: master("course_R20260202T080000"),
    starts: plainSeries,
  },
  "the new half beside the old one": {
    also: [
      {
        ...master("course"),
        start: at(1, 9),
        end: at(1, 10),
        recurrence: ["RRULE:FREQ=WEEKLY;UNTIL=20260201T225959Z"],
      },
    ],
    good: master("course_R20260202T080000"),
    starts: ["2026-02-01T08:00:00Z", ...plainSeries],
  },
  "a moved instance": {
    also: [master("course")],
    good: exception,
    starts: ["2026-02-02T08:00:00Z", "2026-02-09T14:00:00Z", "2026-02-16T08:00:00Z"],
  },
} satisfies Record<string, { also: readonly Raw[]; good: Raw; starts: readonly string[] }>;

/** Invalid times that no lenient reading can repair. */
const damages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "ends before it starts": { end: at(1, 8) },
  "has no start": { start: undefined },
  "starts at null": { start: null },
  "starts at nothing": { start: {} },
  "starts at a text": { start: { dateTime: "tomorrow" } },
  "starts on 30 February": { start: { date: "2026-02-30" }, end: { date: "2026-03-01" } },
  "starts in the year 12026": { start: { dateTime: "+012026-02-02T09:00:00Z" } },
};

/** The syncs that run while the item is unreadable. */
const ways: Readonly<Record<string, (world: CaseWorld) => Promise<void>>> = {
  "a pull": async world => {
    await world.pull();
  },
  "a full sync": async world => {
    await world.full();
  },
  "a pull and two full syncs": async world => {
    await world.pull();
    await world.full();
    await world.full();
  },
  "full syncs between edits": async world => {
    await world.full();
    world.sync.google.replace({ ...plain, summary: "edited" });
    await world.full();
    await world.pull();
  },
};

const rows = Object.entries(things).flatMap(([what, thing]) =>
  Object.entries(damages).flatMap(([damage, fields]) =>
    Object.entries(ways).map(([way, happens]) => ({ what, damage, way, thing, fields, happens })),
  ),
);

async function worldOf({
  also,
  good,
}: {
  readonly also: readonly Raw[];
  readonly good: Raw;
}): Promise<CaseWorld> {
  const world = new CaseWorld();
  for (const event of [...also, good]) world.sync.google.replace(event);
  await world.import();
  return world;
}

describe("what is known and becomes unreadable", () => {
  test.each(rows)(
    "$what that $damage keeps its last version through $way",
    async ({ thing, fields, happens }) => {
      const world = await worldOf(thing);
      expect(startsOf(world)).toEqual(thing.starts);
      world.sync.google.replace({ ...thing.good, ...fields });
      world.sync.google.replace(plain);
      await happens(world);
      expect(startsOf(world)).toEqual(thing.starts);
      expect(unharmed(world)).toEqual([]);
    },
  );

  test.each(rows.filter(({ way }) => way === "a pull and two full syncs"))(
    "$what that $damage follows Google again once it can be read",
    async ({ thing, fields, happens }) => {
      const world = await worldOf(thing);
      world.sync.google.replace({ ...thing.good, ...fields });
      world.sync.google.replace(plain);
      await happens(world);
      world.sync.google.replace({ ...thing.good, summary: "mended" });
      await world.pull();
      expect(startsOf(world)).toEqual(thing.starts);
      expect(world.stored.some(({ summary }) => summary === "mended")).toBe(true);
      world.sync.google.remove(thing.good.id);
      await world.pull();
      expect(world.stored.some(({ summary }) => summary === "mended")).toBe(false);
      await world.full();
      expect(world.stored.some(({ summary }) => summary === "mended")).toBe(false);
      expect(unharmed(world)).toEqual([]);
    },
  );

  test.each(["SOMETIMES", "", "WEEKLYISH"])(
    "series keep what they were through a rule of frequency %j",
    async frequency => {
      for (const id of ["course", "course_R20260202T080000"]) {
        const world = await worldOf({ also: [], good: master(id) });
        world.sync.google.replace({ ...master(id), recurrence: [`RRULE:FREQ=${frequency};COUNT=3`] });
        world.sync.google.replace(plain);
        await world.pull();
        expect(startsOf(world)).toEqual(plainSeries);
        await world.full();
        expect(startsOf(world)).toEqual(plainSeries);
        expect(unharmed(world)).toEqual([]);
      }
    },
  );
});

describe("what is new and unreadable", () => {
  test.each(Object.entries(damages))(
    "an event that %s costs no other, by a first list or by a pull",
    async (_name, fields) => {
      for (const isKnown of [false, true]) {
        const world = new CaseWorld();
        if (isKnown) await world.import();
        for (const { good } of Object.values(things)) world.sync.google.replace({ ...good, ...fields });
        world.sync.google.replace(plain);
        await (isKnown ? world.pull() : world.import());
        expect(unharmed(world)).toEqual([]);
      }
    },
  );

  test.each([null, 5, "text", [], {}, { id: 5 }, { id: "" }, { id: null, status: "cancelled" }])(
    "%j in the place of an item costs no other",
    async item => {
      const world = new CaseWorld();
      const { google } = world.sync;
      google.replace(plain);
      const list = google.list.bind(google);
      google.list = async request => {
        const page = await list(request);
        return page.kind === "page" ? { ...page, items: [item, ...page.items, item] } : page;
      };
      await world.import();
      await world.pull();
      await world.full();
      expect(unharmed(world)).toEqual([]);
    },
  );
});
