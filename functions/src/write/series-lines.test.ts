import { describe, expect, test } from "@jest/globals";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { keyOf, plainSeries, type Split, splitLines } from "./series-lines.ts";

const berlin = zoneOr("Europe/Berlin", utc);
const timed = (dateTime: string) => ({ dateTime, timeZone: "Europe/Berlin" });

/** Mondays at nine, in the year in which the clocks change on 29 March. */
const mondays = { start: timed("2026-03-16T09:00:00+01:00"), end: timed("2026-03-16T10:00:00+01:00") };
const allDay = { start: { date: "2026-03-16" }, end: { date: "2026-03-17" } };
type At = typeof mondays | typeof allDay;

function split(at: At, lines: readonly string[], place: string, cancelled: readonly string[] = []) {
  const plain = plainSeries({ ...at, recurrence: lines }, berlin);
  if (plain === undefined) throw new Error("not plain");
  const key = (text: string) => {
    const found = keyOf(text.includes("T") ? { dateTime: text } : { date: text }, plain);
    if (found === undefined) throw new Error("no key");
    return found;
  };
  return splitLines(plain, key(place), cancelled.map(key));
}

const third = "2026-03-30T09:00:00+02:00";

describe("a split before the third occurrence", () => {
  test.each<readonly [string, At, readonly string[], string, Split["before"], Split["after"]]>([
    [
      "without an end",
      mondays,
      ["RRULE:FREQ=WEEKLY;BYDAY=MO"],
      third,
      ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260330T065959Z"],
      ["RRULE:FREQ=WEEKLY;BYDAY=MO"],
    ],
    [
      "of a count",
      mondays,
      ["RRULE:FREQ=WEEKLY;COUNT=5"],
      third,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z"],
      ["RRULE:FREQ=WEEKLY;COUNT=3"],
    ],
    [
      "of a count, whose excluded occurrences are counted, too",
      mondays,
      ["RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE:20260323T080000Z"],
      third,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z", "EXDATE:20260323T080000Z"],
      ["RRULE:FREQ=WEEKLY;COUNT=3"],
    ],
    [
      "of a count, before its last occurrence",
      mondays,
      ["RRULE:FREQ=WEEKLY;COUNT=3"],
      third,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z"],
      ["RRULE:FREQ=WEEKLY;COUNT=1"],
    ],
    [
      "of an end",
      mondays,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260501T000000Z"],
      third,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z"],
      ["RRULE:FREQ=WEEKLY;UNTIL=20260501T000000Z"],
    ],
    [
      "of an all-day series",
      allDay,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260501", "EXDATE;VALUE=DATE:20260323,20260406"],
      "2026-03-30",
      ["RRULE:FREQ=WEEKLY;UNTIL=20260329", "EXDATE;VALUE=DATE:20260323"],
      ["RRULE:FREQ=WEEKLY;UNTIL=20260501", "EXDATE;VALUE=DATE:20260406"],
    ],
    [
      "of a rule with dates on both sides",
      mondays,
      [
        "RRULE:FREQ=WEEKLY",
        "EXDATE:20260323T080000Z,20260406T070000Z",
        "RDATE:20260317T080000Z,20260407T070000Z",
      ],
      third,
      ["RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z", "EXDATE:20260323T080000Z", "RDATE:20260317T080000Z"],
      ["RRULE:FREQ=WEEKLY", "EXDATE:20260406T070000Z", "RDATE:20260407T070000Z"],
    ],
    [
      "of dates only",
      mondays,
      ["RDATE:20260323T080000Z,20260330T070000Z,20260407T070000Z"],
      third,
      ["RDATE:20260323T080000Z"],
      ["RDATE:20260407T070000Z"],
    ],
    ["of dates only, before the last one", mondays, ["RDATE:20260330T070000Z"], third, [], []],
  ])("%s", (_what, at, lines, place, before, after) => {
    expect(split(at, lines, place)).toEqual({ before, after });
  });

  test("cancelled occurrences become excluded ones of the second part, but not of the first", () => {
    const cancelled = ["2026-03-23T09:00:00+01:00", "2026-04-06T09:00:00+02:00", "2026-04-13T09:00:00+02:00"];
    expect(split(mondays, ["RRULE:FREQ=WEEKLY", "EXDATE:20260413T070000Z"], third, cancelled)).toEqual({
      before: ["RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z"],
      after: ["RRULE:FREQ=WEEKLY", "EXDATE:20260406T070000Z,20260413T070000Z"],
    });
  });
});

test.each([
  ["the first occurrence", mondays.start.dateTime],
  ["a time before it", "2026-03-09T09:00:00+01:00"],
])("nothing is before %s", (_what, place) => {
  expect(split(mondays, ["RRULE:FREQ=WEEKLY"], place)).toBe("first");
});

test.each<readonly [string, readonly string[], string]>([
  ["which the rule does not have", ["RRULE:FREQ=WEEKLY"], "2026-03-31T09:00:00+02:00"],
  ["after the end of the rule", ["RRULE:FREQ=WEEKLY;COUNT=2"], third],
  [
    "which is an added date beside the rule",
    ["RRULE:FREQ=WEEKLY", "RDATE:20260331T070000Z"],
    "2026-03-31T09:00:00+02:00",
  ],
  ["which is not among the dates", ["RDATE:20260401T070000Z"], third],
  ["which is too far", ["RRULE:FREQ=SECONDLY"], third],
])("no rule begins with an occurrence %s", (_what, lines, place) => {
  expect(split(mondays, lines, place)).toBe("unknown");
});

test("no rule begins with an occurrence that is at another time, because its own does not exist on that day", () => {
  const nights = { start: timed("2026-03-27T02:30:00+01:00"), end: timed("2026-03-27T03:00:00+01:00") };
  expect(split(nights, ["RRULE:FREQ=DAILY"], "2026-03-29T03:30:00+02:00")).toBe("unknown");
  expect(split(nights, ["RRULE:FREQ=DAILY"], "2026-03-30T02:30:00+02:00")).toMatchObject({
    after: ["RRULE:FREQ=DAILY"],
  });
});

describe("a series", () => {
  test.each<readonly [string, readonly string[]]>([
    ["two rules", ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY"]],
    ["an exclusion rule", ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"]],
    ["a rule that cannot be read", ["RRULE:FREQ=SOMETIMES"]],
    ["an unknown part", ["RRULE:FREQ=DAILY;BYMOON=1"]],
    ["a date that cannot be read", ["RRULE:FREQ=DAILY", "EXDATE:soon"]],
    [
      "an added period with a length of its own",
      ["RRULE:FREQ=DAILY", "RDATE;VALUE=PERIOD:20260320T080000Z/PT3H"],
    ],
  ])("with %s is not changed", (_what, recurrence) => {
    expect(plainSeries({ ...mondays, recurrence }, berlin)).toBeUndefined();
  });

  test("whose times cannot be read is not changed", () => {
    expect(
      plainSeries({ start: timed("soon"), end: timed("later"), recurrence: [] }, berlin),
    ).toBeUndefined();
  });

  test("keeps parts and cases of a rule as they are written", () => {
    const lines = ["RRULE:freq=weekly;wkst=su;byday=mo"];
    expect(split(mondays, lines, third)).toMatchObject({ after: ["RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO"] });
  });

  test("has no occurrence whose original start is a date, if it has times, or the other way round", () => {
    const ofTimes = plainSeries({ ...mondays, recurrence: ["RRULE:FREQ=DAILY"] }, berlin);
    const ofDates = plainSeries({ ...allDay, recurrence: ["RRULE:FREQ=DAILY"] }, berlin);
    if (ofTimes === undefined || ofDates === undefined) throw new Error("not plain");
    expect(keyOf({ date: "2026-03-16" }, ofTimes)).toBeUndefined();
    expect(keyOf(mondays.start, ofDates)).toBeUndefined();
    expect(keyOf({ dateTime: "soon" }, ofTimes)).toBeUndefined();
    expect(keyOf(mondays.start, ofTimes)).toBe(Date.parse(mondays.start.dateTime));
    expect(keyOf({ date: "2026-03-16" }, ofDates)).toBe(Date.UTC(2026, 2, 16));
  });
});
