import { describe, expect, test } from "@jest/globals";
import { expandSeries } from "../recurrence/expand-series.ts";
import { zoneOr, utc } from "../recurrence/zone-names.ts";
import { CaseWorld } from "./cases/case-world.fake.ts";
import { expectReadable } from "./cases/lunch-item.fake.ts";
import { imported, plain, startsOf, unharmed, weekly, weeklyStarts } from "./cases/variants.fake.ts";
import { parseItem } from "./parse-event.ts";

const calendar = { calendarKey: "calendar-key-aaaaaaaaa", zone: zoneOr("America/New_York", utc) };
const good = {
  id: "abcdefg12345",
  etag: "1",
  start: { dateTime: "2026-02-02T12:00:00-05:00", timeZone: "America/New_York" },
  end: { dateTime: "2026-02-04T13:00:00-05:00", timeZone: "America/New_York" },
};

describe("a time that clearly says what it means is read, in whatever form", () => {
  test.each([
    ["2026-02-02t17:00:00z", "17:00:00"],
    ["2026-02-02T22:30:00+0530", "17:00:00"],
    ["2026-02-02T12:00:00-05", "17:00:00"],
    ["2026-02-02 17:00:00Z", "17:00:00"],
    [" 2026-02-02T17:00:00Z ", "17:00:00"],
    ["20260202T170000Z", "17:00:00"],
    ["2026-02-02T17:00Z", "17:00:00"],
    ["2026-02-02T17:00:00,5Z", "17:00:00"],
    ["2026-02-02T16:59:60Z", "16:59:59"],
    ["20260202T120000", "17:00:00"],
    ["2026-02-01T24:00:00Z", "00:00:00"],
  ])("%j is %s", (dateTime, time) => {
    const item = parseItem({ ...good, start: { dateTime } }, calendar);
    const wanted = `2026-02-02T${time}.000Z`;
    if (item.kind !== "event") throw new Error(item.kind);
    const { startAtMs } = item.event;
    expect(new Date(startAtMs).toISOString()).toBe(wanted);
    expectReadable(item);
    const series = parseItem({ ...good, start: { dateTime }, recurrence: ["RRULE:FREQ=DAILY"] }, calendar);
    if (series.kind !== "series") throw new Error(series.kind);
    const window = { fromMs: Date.UTC(2026, 1, 1), toMs: Date.UTC(2026, 1, 4) };
    const expansion = expandSeries({ id: series.eventId, ...series.master }, [], window, calendar.zone);
    expect(expansion).toMatchObject({ occurrences: [{ startMs: startAtMs }, {}], incomplete: false });
  });

  test.each(["20260202", " 2026-02-02", "2026-02-02T00:00:00Z", "2026-02-02T00:00:00+13:00"])(
    "%j is a day",
    date => {
      const end = { date: "2026-02-03" };
      expect(parseItem({ ...good, start: { date }, end }, calendar)).toMatchObject({
        event: { allDay: true, start: { date: "2026-02-02" } },
      });
    },
  );

  test.each([
    "2026-02-02T24:00:01Z",
    "2026-02-02T12:00:00+24:00",
    "2026-02-30T12:00:00z",
    "+012026-02-02T09:00Z",
  ])("%j is none", dateTime => {
    expect(parseItem({ ...good, start: { dateTime } }, calendar).kind).toBe("malformed");
  });

  test("a day where a moment should be is a day", () => {
    const days = { start: { dateTime: "2026-02-02" }, end: { dateTime: "2026-02-03" } };
    expect(parseItem({ ...good, ...days }, calendar)).toMatchObject({
      event: { allDay: true, start: { date: "2026-02-02" }, end: { date: "2026-02-03" } },
    });
  });

  test("what is written as documented goes before what is not", () => {
    const start = { date: "20260201", dateTime: good.start.dateTime };
    expect(parseItem({ ...good, start }, calendar)).toMatchObject({ event: { allDay: false } });
  });
});

/** Ends of a series that are unreadable or do not fit its start. */
const ends: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["missing", { end: undefined }],
  ["null", { end: null }],
  ["empty", { end: {} }],
  ["unspecified", { end: undefined, endTimeUnspecified: true }],
  ["text", { end: { dateTime: "later" } }],
  ["before the start", { end: { dateTime: "2026-01-12T08:00:00-05:00" } }],
  ["a day", { end: { date: "2026-01-13" } }],
];

describe("a series whose end is", () => {
  test.each(ends)("%s shows where it starts, and is told of", async (_what, fields) => {
    const world = await imported([weekly(fields)]);
    expect(startsOf(world)).toEqual(weeklyStarts);
    expect(unharmed(world)).toEqual([]);
    await world.full();
    expect(startsOf(world)).toEqual(weeklyStarts);
    expect(world.sync.state.unreadable).toHaveLength(1);
  });

  test.each(ends)(
    "%s keeps its last version while it is known, and follows once it can be read",
    async (_what, fields) => {
      const world = new CaseWorld();
      for (const event of [weekly(), plain]) world.sync.google.replace(event);
      await world.import();
      const before = world.stored;
      world.sync.google.replace(
        weekly({ ...fields, summary: "damaged", recurrence: ["RRULE:FREQ=DAILY;COUNT=9"] }),
      );
      await world.pull();
      expect(world.stored).toEqual(before);
      await world.full();
      expect(world.stored).toEqual(before);
      world.sync.google.replace(weekly({ summary: "mended", recurrence: ["RRULE:FREQ=WEEKLY;COUNT=1"] }));
      await world.pull();
      expect(startsOf(world)).toEqual(weeklyStarts.slice(0, 1));
      expect(unharmed(world)).toEqual([]);
    },
  );
});

test("a known series whose new rule was torn in two keeps its last version", async () => {
  const world = await imported([weekly()]);
  world.sync.google.replace(weekly({ recurrence: ["RRULE:FREQ=DAILY;", "COUNT=9"] }));
  await world.pull();
  await world.full();
  expect(startsOf(world)).toEqual(weeklyStarts);
  expect(world.sync.state.openSeries).toBe(false);
  expect(unharmed(world)).toEqual([]);
});

test("a cancelled instance may name its original start without an offset", () => {
  const dateTime = "2026-02-02T12:00:00";
  const cancelled = { id: "one", status: "cancelled", recurringEventId: "series" };
  expect(parseItem({ ...cancelled, originalStartTime: { dateTime } }, calendar)).toMatchObject({
    instanceOf: { originalStartTime: { dateTime: "2026-02-02T12:00:00-05:00" } },
  });
});
