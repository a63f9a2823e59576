import { describe, expect, test } from "@jest/globals";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { areTimes, isStill, movedTimes, moveOf, type Times } from "./moved-times.ts";

const berlin = zoneOr("Europe/Berlin", utc);
const at = (dateTime: string, timeZone = "Europe/Berlin") => ({ dateTime, timeZone });
const localOf = (text: string) => Date.parse(`${text}Z`);

describe("times of an event", () => {
  test.each<readonly [string, Times, boolean]>([
    ["a day", { start: { date: "2026-03-16" }, end: { date: "2026-03-17" } }, true],
    ["no day", { start: { date: "2026-03-16" }, end: { date: "2026-03-16" } }, false],
    ["an hour", { start: at("2026-03-16T09:00:00Z"), end: at("2026-03-16T10:00:00Z") }, true],
    ["a moment", { start: at("2026-03-16T09:00:00Z"), end: at("2026-03-16T10:00:00+01:00") }, true],
    [
      "the end before the start",
      { start: at("2026-03-16T09:00:00Z"), end: at("2026-03-16T09:30:00+01:00") },
      false,
    ],
    ["a date and a time", { start: { date: "2026-03-16" }, end: at("2026-03-17T09:00:00Z") }, false],
    ["a time and a date", { start: at("2026-03-16T09:00:00Z"), end: { date: "2026-03-17" } }, false],
    ["a date that does not exist", { start: { date: "2026-02-30" }, end: { date: "2026-03-03" } }, false],
    ["text", { start: at("soon"), end: at("later") }, false],
  ])("%s: %j → %s", (_what, times, expected) => {
    expect(areTimes(times)).toBe(expected);
    expect(moveOf({ date: "2026-03-16" }, { date: "2026-03-16" }, times, berlin) !== undefined).toBe(
      expected,
    );
  });

  test("there is no move from a place that cannot be read", () => {
    const times = { start: { date: "2026-03-16" }, end: { date: "2026-03-17" } };
    expect(moveOf(at("soon"), at("2026-03-16T09:00:00Z"), times, berlin)).toBeUndefined();
  });
});

interface Moved {
  /** An occurrence's place in its series, and where it is moved. */
  readonly original: Times["start"];
  readonly to: Times;
  /** Another occurrence: where it was, and where it is. */
  readonly other: string;
  readonly becomes: Times;
  readonly seriesStart?: Times["start"];
}

test.each<readonly [string, Moved]>([
  [
    "an hour later, on both sides of the change of the clocks",
    {
      original: at("2026-03-23T09:00:00+01:00"),
      to: { start: at("2026-03-23T10:00:00+01:00"), end: at("2026-03-23T10:45:00+01:00") },
      other: "2026-03-30T09:00:00",
      becomes: { start: at("2026-03-30T10:00:00+02:00"), end: at("2026-03-30T10:45:00+02:00") },
    },
  ],
  [
    "from winter into summer: as many days later, at the same time of day",
    {
      original: at("2026-03-23T09:00:00+01:00"),
      to: { start: at("2026-03-31T09:00:00+02:00"), end: at("2026-03-31T10:00:00+02:00") },
      other: "2026-03-16T09:00:00",
      becomes: { start: at("2026-03-24T09:00:00+01:00"), end: at("2026-03-24T10:00:00+01:00") },
    },
  ],
  [
    "into the hour that a day in spring does not have",
    {
      original: at("2026-03-22T01:30:00+01:00"),
      to: { start: at("2026-03-22T02:30:00+01:00"), end: at("2026-03-22T02:45:00+01:00") },
      other: "2026-03-29T01:30:00",
      becomes: { start: at("2026-03-29T03:30:00+02:00"), end: at("2026-03-29T03:45:00+02:00") },
    },
  ],
  [
    "from days to a time, in the calendar's zone",
    {
      original: { date: "2026-03-16" },
      to: {
        start: { dateTime: "2026-03-17T18:00:00+01:00" },
        end: { dateTime: "2026-03-17T19:00:00+01:00" },
      },
      other: "2026-04-13T00:00:00",
      becomes: { start: at("2026-04-14T18:00:00+02:00"), end: at("2026-04-14T19:00:00+02:00") },
    },
  ],
  [
    "from a time to days",
    {
      original: at("2026-03-16T23:00:00+01:00"),
      to: { start: { date: "2026-03-18" }, end: { date: "2026-03-20" } },
      other: "2026-04-13T23:00:00",
      becomes: { start: { date: "2026-04-15" }, end: { date: "2026-04-17" } },
    },
  ],
  [
    "by days",
    {
      original: { date: "2026-03-16" },
      to: { start: { date: "2026-03-14" }, end: { date: "2026-03-15" } },
      other: "2026-03-30T00:00:00",
      becomes: { start: { date: "2026-03-28" }, end: { date: "2026-03-29" } },
    },
  ],
  [
    "to the same hour in another zone, whose clocks change on another day",
    {
      original: at("2026-03-02T09:00:00+01:00"),
      to: {
        start: at("2026-03-02T09:00:00-05:00", "America/New_York"),
        end: at("2026-03-02T10:00:00-05:00", "America/New_York"),
      },
      other: "2026-03-16T09:00:00",
      becomes: {
        start: at("2026-03-16T09:00:00-04:00", "America/New_York"),
        end: at("2026-03-16T10:00:00-04:00", "America/New_York"),
      },
    },
  ],
  [
    "as its series, if the new times name no zone",
    {
      original: { dateTime: "2026-03-02T14:00:00Z" },
      seriesStart: at("2026-03-02T09:00:00-05:00", "America/New_York"),
      to: { start: { dateTime: "2026-03-02T15:00:00Z" }, end: { dateTime: "2026-03-02T16:00:00Z" } },
      other: "2026-03-16T09:00:00",
      becomes: {
        start: at("2026-03-16T10:00:00-04:00", "America/New_York"),
        end: at("2026-03-16T11:00:00-04:00", "America/New_York"),
      },
    },
  ],
])("a series moves %s", (_what, { original, seriesStart = original, to, other, becomes }) => {
  const move = moveOf(original, seriesStart, to, berlin);
  if (move === undefined) throw new Error("no move");
  expect(isStill(move)).toBe(false);
  expect(movedTimes(move, localOf(other))).toEqual(becomes);
});

test("a series stays where it is if only its length changes", () => {
  const original = at("2026-03-16T09:00:00+01:00");
  const move = moveOf(original, original, { start: original, end: at("2026-03-16T12:00:00+01:00") }, berlin);
  expect(move && isStill(move)).toBe(true);
  expect(move && movedTimes(move, localOf("2026-03-30T09:00:00"))).toEqual({
    start: at("2026-03-30T09:00:00+02:00"),
    end: at("2026-03-30T12:00:00+02:00"),
  });
});
