import { describe, expect, test } from "@jest/globals";
import type { Fingerprint } from "../ports/sync.port.ts";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { type ParsedItem, parseItem } from "./parse-event.ts";
import { SeriesChanges } from "./series-changes.ts";

const calendar = { calendarKey: "calendar-key-aaaaaaaaa", zone: zoneOr("Europe/Berlin", utc) };
const day = (date: string) => ({ date });
const parse = (id: string, fields: object = {}): ParsedItem =>
  parseItem({ id, etag: '"1"', start: day("2026-02-02"), end: day("2026-02-03"), ...fields }, calendar);
const series = (id: string) => parse(id, { recurrence: ["RRULE:FREQ=DAILY"] });
const gone = (id: string, fields: object = {}) => parse(id, { status: "cancelled", ...fields });
const of = { recurringEventId: "daily", originalStartTime: day("2026-02-05") };

const storedAs = (eventId: string, recurringEventId?: string): ReadonlyMap<string, Fingerprint> =>
  new Map([[eventId, { etag: '"1"', startAtMs: 0, endAtMs: 1, recurringEventId }]]);
const nothing: ReadonlyMap<string, Fingerprint> = new Map();

function hear(mode: "pull" | "full", items: readonly ParsedItem[], stored = nothing): SeriesChanges {
  const drafts = new SeriesChanges(mode);
  for (const item of items) drafts.note(item, stored);
  drafts.settleCancellations();
  return drafts;
}
/** By series id: the master, whether it is doubtful, and the exceptions. */
const known = (drafts: SeriesChanges) =>
  Object.fromEntries(
    drafts.all.map(({ seriesId, master, doubtful, exceptions }) => [
      seriesId,
      { master: typeof master === "object" ? "a series" : master, doubtful, exceptions },
    ]),
  );
const certain = { master: undefined, doubtful: false };
const ended = { master: "ended", doubtful: true, exceptions: {} };
const cancelledOn = (originalStartTime: object) => ({ originalStartTime, cancelled: true });

describe("a pull hears", () => {
  test("of a series", () => {
    expect(known(hear("pull", [series("daily")]))).toEqual({
      daily: { master: "a series", doubtful: false, exceptions: {} },
    });
  });

  test("of instances that were cancelled or changed, whatever they are called", () => {
    expect(known(hear("pull", [gone("x", of), parse("y", of)]))).toEqual({
      daily: {
        ...certain,
        exceptions: {
          x: cancelledOn(day("2026-02-05")),
          y: { originalStartTime: day("2026-02-05"), cancelled: false },
        },
      },
    });
  });

  test.each([
    ["a single event", parse("daily")],
    [
      "an event that names a series but no day of it",
      parse("daily", { ...of, originalStartTime: undefined }),
    ],
    ["an event that names a day but no series", parse("daily", { ...of, recurringEventId: undefined })],
    ["something deleted", gone("daily")],
  ])("of %s: it may have been a series, unless it is stored as an event", (_what, item) => {
    expect(known(hear("pull", [item]))).toEqual({ daily: ended });
    expect(known(hear("pull", [item], storedAs("daily")))).toEqual({});
  });

  test("nothing of what it cannot read", () => {
    expect(known(hear("pull", [parse("daily", { start: 7 })]))).toEqual({});
  });

  test.each([
    ["daily_20260205", day("2026-02-05")],
    ["daily_20260205T070000Z", { dateTime: "2026-02-05T07:00:00Z", timeZone: "UTC" }],
  ])("of a cancelled instance no more than its id, which tells the rest: %s", (id, originalStartTime) => {
    const exceptions = { [id]: cancelledOn(originalStartTime) };
    expect(known(hear("pull", [gone(id)]))).toEqual({
      daily: { master: undefined, doubtful: true, exceptions },
    });
    expect(known(hear("pull", [gone(id)], storedAs(id, "daily_R1")))).toEqual({
      daily_R1: { master: undefined, doubtful: true, exceptions },
    });
    expect(known(hear("pull", [series("daily"), gone(id)]))["daily"]).toMatchObject({
      doubtful: false,
      exceptions,
    });
  });

  test.each(["_20260205", "daily_2026020", "daily_20260205T0700", "daily_20260205x", "daily-20260205"])(
    "that %s, which is no instance, was deleted",
    id => {
      expect(known(hear("pull", [gone(id)]))).toEqual({ [id]: ended });
    },
  );

  test("of an instance that its series exists, whatever it doubted before; an end is no doubt then either", () => {
    const id = "daily_20260204";
    expect(known(hear("pull", [gone(id), gone("x", of)]))["daily"]?.doubtful).toBe(false);
    expect(known(hear("pull", [gone("x", of), gone("daily")]))["daily"]).toMatchObject({
      master: "ended",
      doubtful: false,
    });
  });
});

describe("a full sync", () => {
  test("learns nothing from what is no series: the end of one shows in its absence", () => {
    expect(known(hear("full", [parse("single"), gone("deleted"), gone("daily_20260205")]))).toEqual({});
  });

  const id = "daily_20260205";
  const family = [gone(id), series("daily"), series("daily_R20260210"), series("daily2"), series("dail")];
  const holes = { daily: [id], daily_R20260210: [id], daily2: [], dail: [] };
  const holesOf = (drafts: SeriesChanges) =>
    Object.fromEntries(drafts.all.map(({ seriesId, exceptions }) => [seriesId, Object.keys(exceptions)]));

  test("takes an instance of which only the id came out of all series of its family", () => {
    const drafts = hear("full", family);
    expect(holesOf(drafts)).toEqual(holes);
    expect(known(drafts)["daily"]?.exceptions).toEqual({ [id]: cancelledOn(day("2026-02-05")) });
  });

  test("that hands over in the middle tells the next task all it has heard", () => {
    const first = new SeriesChanges("full");
    const second = new SeriesChanges("full");
    for (const item of family.slice(0, 2)) first.note(item, nothing);
    second.restore(first.toLines());
    for (const item of family.slice(2)) second.note(item, nothing);
    second.settleCancellations();
    expect(holesOf(second)).toEqual(holes);
    expect(second.all[0]).toEqual(hear("full", family).all[0]);
  });
});

test("what is remembered of a series with thousands of exceptions fits into documents, line by line", () => {
  const exceptions = Array.from({ length: 12_000 }, (_, n) => gone(`daily_${n}`, of));
  const drafts = hear("full", [series("daily"), ...exceptions, parse("other", of)]);
  const lines = drafts.toLines();
  expect(Math.max(...lines.map(line => Buffer.byteLength(line)))).toBeLessThan(300_000);
  const restored = new SeriesChanges("full");
  restored.restore(lines);
  expect(restored.all).toEqual(drafts.all);
});
