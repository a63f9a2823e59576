import { describe, expect, test } from "@jest/globals";
import { expectReadable, good, parse } from "../cases/lunch-item.fake.ts";

describe("an odd item costs as little as can be", () => {
  test("a zone that means nothing is the calendar's, for a time without an offset", () => {
    const start = { timeZone: "Mars/Olympus", dateTime: "2026-02-02T12:00:00" };
    const startAtMs = Date.parse(good.start.dateTime);
    expect(parse({ start: { ...start, dateTime: good.start.dateTime } })).toMatchObject({
      event: { startAtMs },
    });
    expect(parse({ start })).toMatchObject({ event: { startAtMs } });
  });

  test("an odd entry of a list costs itself, an odd field of an entry the field", () => {
    const me = { email: "me@example.com", responseStatus: "declined", self: true };
    const attendees = [me, { email: "b@example.com", additionalGuests: 1.5, self: "no" }, null, "c", [], 7];
    const conferenceData = {
      entryPoints: [null, 7, { entryPointType: "video", uri: "https://meet.example/abc" }],
    };
    const item = parse({ attendees, conferenceData });
    expect(item).toMatchObject({
      event: { attendees: [me, { email: "b@example.com" }], conferenceLink: "https://meet.example/abc" },
    });
    expectReadable(item);
  });

  test("without an etag any change is noticed, and only a change", () => {
    const etagOf = (change: object) => {
      const item = parse({ etag: undefined, ...change });
      return item.kind === "event" ? item.event.etag : item.kind;
    };
    expect(etagOf({})).toBe(etagOf({}));
    expect(etagOf({})).not.toBe(etagOf({ summary: "Dinner" }));
    expect(etagOf({})).not.toContain("Lunch");
  });

  test("an empty etag says nothing, and hides no change", () => {
    const etagOf = (change: object) => {
      const item = parse({ etag: "", ...change });
      return item.kind === "event" ? item.event.etag : item.kind;
    };
    expect(etagOf({})).not.toBe("");
    expect(etagOf({})).not.toBe(etagOf({ summary: "Dinner" }));
  });

  test.each([null, "", 7, "a/b", {}])("an exception of a series called %j is no single event", seriesId => {
    expect(parse({ recurringEventId: seriesId })).toMatchObject({ kind: "malformed", eventId: good.id });
  });

  test("a malformed exception tells its series", () => {
    expect(parse({ recurringEventId: "series", start: 7 })).toMatchObject({
      kind: "malformed",
      seriesId: "series",
    });
    expect(parse({ start: 7 })).not.toHaveProperty("seriesId");
  });

  test.each([
    [null, []],
    [7, []],
    [[], []],
    [{}, []],
    [
      [null, 7],
      ["?", "?"],
    ],
    [
      ["RRULE:FREQ=DAILY", null],
      ["RRULE:FREQ=DAILY", "?"],
    ],
    ["RRULE:FREQ=DAILY", ["RRULE:FREQ=DAILY"]],
  ])("a recurrence that is %j makes a series, never a single event", (recurrence, lines) => {
    expect(parse({ recurrence })).toMatchObject({ kind: "series", master: { recurrence: lines } });
  });

  test("an exception stays one beside a recurrence that says nothing", () => {
    const originalStartTime = { date: "2026-02-02" };
    expect(parse({ recurrence: null, recurringEventId: "series", originalStartTime }).kind).toBe("event");
  });

  test.each(["0000-11-30", "0001-01-01"])("a series may begin in a year that stands for none: %s", date => {
    const series = parse({ start: { date }, end: { date }, recurrence: ["RRULE:FREQ=YEARLY"] });
    expect(series.kind).toBe("series");
  });

  test("an exception that does not say which instance it was is known by its id", () => {
    const recurringEventId = "series";
    const exception = parse({ id: "series_20260203T080000Z", recurringEventId });
    const originalStart = { dateTime: "2026-02-03T08:00:00Z", timeZone: "UTC" };
    expect(exception).toMatchObject({ event: { originalStart } });
    expect(
      parse({ id: "series_20260203", status: "cancelled", recurringEventId, originalStartTime: 7 }),
    ).toMatchObject({ kind: "removed", instanceOf: { originalStartTime: { date: "2026-02-03" } } });
    expect(parse({ id: "series_20260230", recurringEventId })).not.toHaveProperty("event.originalStart");
  });

  test.each([
    [good.start, good.start],
    [{ date: "2026-02-02" }, { date: "2026-02-02" }],
  ])("what takes no time ends a millisecond later for queries: %j", (start, end) => {
    const item = parse({ start, end });
    if (item.kind !== "event") throw new Error(item.kind);
    expect(item.event.endAtMs).toBe(item.event.startAtMs + 1);
    expect(item.event.end).toEqual(end);
  });

  test("absurd nesting costs the item that has it", () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(parse({ deep, etag: undefined })).toEqual({
      kind: "malformed",
      eventId: good.id,
      problem: "threw",
    });
    expect(parse({ deep }).kind).toBe("event");
  });
});
