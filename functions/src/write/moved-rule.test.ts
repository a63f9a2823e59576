import { describe, expect, test } from "@jest/globals";
import { zoneOr, utc } from "../recurrence/zone-names.ts";
import { moveOf, type Times } from "./moved-times.ts";
import { localOf, keyOf, movedLines, plainSeries } from "./series-lines.ts";

const berlin = zoneOr("Europe/Berlin", utc);

/** `2026-03-16T09:00+01:00`, or a date. */
const time = (text: string, timeZone = "Europe/Berlin") =>
  text.includes("T") ? { dateTime: text.replace(/(T..:..)/, "$1:00"), timeZone } : { date: text };

interface Wanted {
  readonly start: string;
  readonly lines: readonly string[];
  /** The occurrence that is moved; by default the first one. */
  readonly from?: string;
  readonly to: string;
  readonly end?: string;
  readonly zone?: string;
}

const later = (text: string) =>
  text.includes("T")
    ? text.replace(/T(..)/, (_all, hour) => `T${String(Number(hour) + 1).padStart(2, "0")}`)
    : new Date(Date.parse(`${text}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

function linesAfter({ start, lines, from = start, to, end = later(to), zone }: Wanted): string[] | undefined {
  const series = { start: time(start), end: time(later(start)), recurrence: lines };
  const plain = plainSeries(series, berlin);
  if (plain === undefined) throw new Error("not plain");
  const times: Times = { start: time(to, zone), end: time(end, zone) };
  const key = keyOf(time(from), plain);
  const move = moveOf(time(from), series.start, times, berlin);
  if (key === undefined || move === undefined) throw new Error("no move");
  return movedLines(plain, move, localOf(plain, key));
}

const monday = "2026-03-16T09:00+01:00";
const tuesday = "2026-03-17T09:00+01:00";
const rule = (parts: string) => [`RRULE:FREQ=${parts}`];

/** 16 March 2026 is a Monday; the clocks change on the 29th. */
test.each<readonly [string, Wanted, string[]]>([
  ["weekly", { start: monday, lines: rule("WEEKLY"), to: tuesday }, rule("WEEKLY")],
  [
    "weekly, one day",
    { start: monday, lines: rule("WEEKLY;BYDAY=MO"), to: tuesday },
    rule("WEEKLY;BYDAY=TU"),
  ],
  [
    "weekly, one day, to the day before",
    { start: monday, lines: rule("WEEKLY;BYDAY=MO"), to: "2026-03-15T09:00+01:00" },
    rule("WEEKLY;BYDAY=SU"),
  ],
  [
    "weekly, several days",
    { start: monday, lines: rule("WEEKLY;BYDAY=MO,WE,SU"), to: tuesday },
    rule("WEEKLY;BYDAY=TU,TH,MO"),
  ],
  [
    "every second week, one day, to the next week",
    { start: monday, lines: rule("WEEKLY;INTERVAL=2;BYDAY=MO"), to: "2026-03-24T09:00+01:00" },
    rule("WEEKLY;INTERVAL=2;BYDAY=TU"),
  ],
  [
    "every second week, several days, within the week",
    { start: monday, lines: rule("WEEKLY;INTERVAL=2;BYDAY=MO,WE"), to: tuesday },
    rule("WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
  ],
  [
    "daily, on workdays",
    { start: monday, lines: rule("DAILY;BYDAY=MO,TU"), to: tuesday },
    rule("DAILY;BYDAY=TU,WE"),
  ],
  [
    "every third day",
    { start: monday, lines: rule("DAILY;INTERVAL=3"), to: tuesday },
    rule("DAILY;INTERVAL=3"),
  ],
  ["monthly", { start: monday, lines: rule("MONTHLY"), to: tuesday }, rule("MONTHLY")],
  [
    "monthly, the 16th",
    { start: monday, lines: rule("MONTHLY;BYMONTHDAY=16"), to: tuesday },
    rule("MONTHLY;BYMONTHDAY=17"),
  ],
  [
    "monthly, the third Monday",
    { start: monday, lines: rule("MONTHLY;BYDAY=3MO"), to: tuesday },
    rule("MONTHLY;BYDAY=3TU"),
  ],
  [
    "monthly, the third Monday, a week earlier",
    { start: monday, lines: rule("MONTHLY;BYDAY=3MO"), to: "2026-03-09T09:00+01:00" },
    rule("MONTHLY;BYDAY=2MO"),
  ],
  [
    "monthly, the last Monday",
    { start: "2026-03-30T09:00+02:00", lines: rule("MONTHLY;BYDAY=-1MO"), to: "2026-03-31T09:00+02:00" },
    rule("MONTHLY;BYDAY=-1TU"),
  ],
  [
    "yearly, the third Monday of March",
    { start: monday, lines: rule("YEARLY;BYMONTH=3;BYDAY=3MO"), to: tuesday },
    rule("YEARLY;BYMONTH=3;BYDAY=3TU"),
  ],
  [
    "any rule, at another time of its day",
    {
      start: monday,
      lines: rule("MONTHLY;BYDAY=MO,TU;BYSETPOS=2"),
      to: "2026-03-16T11:30+01:00",
      end: "2026-03-16T12:00+01:00",
    },
    rule("MONTHLY;BYDAY=MO,TU;BYSETPOS=2"),
  ],
  [
    "hours of the rule, a day later",
    { start: monday, lines: rule("DAILY;BYHOUR=9,15"), to: tuesday },
    rule("DAILY;BYHOUR=9,15"),
  ],
  // An end in summer, of a series in winter: 9:00 in Berlin is 7:00 UTC.
  [
    "an end in UTC",
    { start: monday, lines: rule("DAILY;UNTIL=20260401T070000Z"), to: "2026-03-16T10:30+01:00" },
    rule("DAILY;UNTIL=20260401T083000Z"),
  ],
  [
    "an end in local time",
    { start: monday, lines: rule("DAILY;UNTIL=20260401T090000"), to: "2026-03-16T10:30+01:00" },
    rule("DAILY;UNTIL=20260401T083000Z"),
  ],
  [
    "an end that is a date",
    { start: monday, lines: rule("DAILY;UNTIL=20260401"), to: tuesday },
    rule("DAILY;UNTIL=20260402T215959Z"),
  ],
  [
    "an all-day end",
    { start: "2026-03-16", lines: rule("DAILY;UNTIL=20260401"), to: "2026-03-18" },
    rule("DAILY;UNTIL=20260403"),
  ],
  ["a count", { start: monday, lines: rule("WEEKLY;COUNT=5"), to: tuesday }, rule("WEEKLY;COUNT=5")],
  [
    "to all day",
    { start: monday, lines: rule("DAILY;UNTIL=20260401T070000Z"), to: "2026-03-17" },
    rule("DAILY;UNTIL=20260402"),
  ],
  [
    "to all day, an end before the time of day",
    { start: monday, lines: rule("DAILY;UNTIL=20260401T065959Z"), to: "2026-03-16" },
    rule("DAILY;UNTIL=20260331"),
  ],
  [
    "to a time",
    { start: "2026-03-16", lines: rule("DAILY;UNTIL=20260401"), to: monday },
    rule("DAILY;UNTIL=20260401T070000Z"),
  ],
  [
    "to another zone",
    {
      start: monday,
      lines: rule("DAILY;UNTIL=20260401T070000Z"),
      to: "2026-03-16T09:00-04:00",
      zone: "America/New_York",
    },
    rule("DAILY;UNTIL=20260401T130000Z"),
  ],
  [
    "excluded and added dates, across the change of the clocks",
    {
      start: monday,
      lines: [
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Berlin:20260330T090000,20260323T090000",
        "RDATE;TZID=Europe/Berlin:20260402T090000",
      ],
      to: "2026-03-17T10:00+01:00",
    },
    ["RRULE:FREQ=WEEKLY", "EXDATE:20260324T090000Z,20260331T080000Z", "RDATE:20260403T080000Z"],
  ],
  [
    "excluded dates, to all day",
    {
      start: monday,
      lines: ["RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20260323T090000"],
      to: "2026-03-17",
    },
    ["RRULE:FREQ=WEEKLY", "EXDATE;VALUE=DATE:20260324"],
  ],
  [
    "the third Monday with an excluded day of the same kind",
    { start: monday, lines: [...rule("MONTHLY;BYDAY=3MO"), "EXDATE:20260420T070000Z"], to: tuesday },
    [...rule("MONTHLY;BYDAY=3TU"), "EXDATE:20260421T070000Z"],
  ],
  [
    "dates only",
    { start: monday, lines: ["RDATE:20260318T080000Z"], to: tuesday },
    ["RDATE:20260319T080000Z"],
  ],
])("%s", (_what, wanted, lines) => {
  expect(linesAfter(wanted)).toEqual(lines);
});

describe("a rule is refused, because no rule says where its occurrences are then:", () => {
  const last = "2026-03-31T09:00+02:00";
  test.each<readonly [string, Wanted]>([
    [
      "every second week, a day leaves the week",
      { start: monday, lines: rule("WEEKLY;INTERVAL=2;BYDAY=MO,SU"), to: tuesday },
    ],
    [
      "every second week, a day that is not the start's leaves the week",
      { start: monday, lines: rule("WEEKLY;INTERVAL=2;BYDAY=FR"), to: "2026-03-19T09:00+01:00" },
    ],
    [
      "every second week, the start leaves the week, which is not a day of the rule",
      {
        start: "2026-03-22T09:00+01:00",
        lines: rule("WEEKLY;INTERVAL=2;BYDAY=MO"),
        to: "2026-03-23T09:00+01:00",
      },
    ],
    [
      "every second week, a day goes to the week before",
      { start: monday, lines: rule("WEEKLY;INTERVAL=2;BYDAY=MO,WE"), to: "2026-03-15T09:00+01:00" },
    ],
    ["the 31st, to the 28th", { start: last, lines: rule("MONTHLY"), to: "2026-03-28T09:00+01:00" }],
    [
      "the third Monday of the year",
      { start: "2026-01-19T09:00+01:00", lines: rule("YEARLY;BYDAY=3MO"), to: "2026-01-20T09:00+01:00" },
    ],
    ["the first of one day", { start: monday, lines: rule("MONTHLY;BYMONTHDAY=16;BYSETPOS=1"), to: tuesday }],
    [
      "every second week beginning on Sundays, a day leaves the week",
      { start: monday, lines: rule("WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SA"), to: tuesday },
    ],
    [
      "every second day, on weekdays",
      { start: monday, lines: rule("DAILY;INTERVAL=2;BYDAY=MO,WE"), to: tuesday },
    ],
    ["the 31st", { start: last, lines: rule("MONTHLY;BYMONTHDAY=31"), to: "2026-03-30T09:00+02:00" }],
    ["the 31st, of the start", { start: last, lines: rule("MONTHLY"), to: "2026-03-30T09:00+02:00" }],
    ["to the 29th", { start: monday, lines: rule("MONTHLY"), to: "2026-03-29T09:00+02:00" }],
    ["another month", { start: monday, lines: rule("MONTHLY;BYMONTHDAY=16"), to: "2026-04-01T09:00+02:00" }],
    ["another month, of the start", { start: monday, lines: rule("YEARLY"), to: "2026-04-01T09:00+02:00" }],
    ["several days of the month", { start: monday, lines: rule("MONTHLY;BYMONTHDAY=16,20"), to: tuesday }],
    ["a day counted from the end", { start: monday, lines: rule("MONTHLY;BYMONTHDAY=-16"), to: tuesday }],
    ["days of some months", { start: monday, lines: rule("DAILY;BYMONTH=3"), to: tuesday }],
    ["weeks of some months", { start: monday, lines: rule("WEEKLY;BYMONTH=3;BYDAY=MO"), to: tuesday }],
    ["numbered weeks", { start: monday, lines: rule("YEARLY;BYWEEKNO=12"), to: tuesday }],
    ["numbered days", { start: monday, lines: rule("YEARLY;BYYEARDAY=75"), to: tuesday }],
    [
      "the second of several days",
      { start: monday, lines: rule("MONTHLY;BYDAY=MO,TU;BYSETPOS=5"), to: tuesday },
    ],
    ["each Monday of a month", { start: monday, lines: rule("MONTHLY;BYDAY=MO"), to: tuesday }],
    [
      "Friday the 13th",
      { start: "2026-03-13T09:00+01:00", lines: rule("MONTHLY;BYDAY=FR;BYMONTHDAY=13"), to: monday },
    ],
    [
      "the fifth Monday",
      { start: "2026-03-30T09:00+02:00", lines: rule("MONTHLY;BYDAY=5MO"), to: "2026-03-29T09:00+02:00" },
    ],
    [
      "to the fifth Sunday",
      { start: "2026-03-22T09:00+01:00", lines: rule("MONTHLY;BYDAY=4SU"), to: "2026-03-29T09:00+02:00" },
    ],
    ["two ordinals", { start: monday, lines: rule("MONTHLY;BYDAY=3MO,3WE"), to: tuesday }],
    ["the 11th Monday of the year", { start: monday, lines: rule("YEARLY;BYDAY=11MO"), to: tuesday }],
    [
      "the second Monday, whose neighbour is not the second Tuesday in the first month",
      // 14 September is the second Monday, 15 September the third Tuesday, but 13 October is the second one.
      {
        start: "2026-09-14T09:00+02:00",
        lines: rule("MONTHLY;BYDAY=2MO"),
        from: "2026-10-12T09:00+02:00",
        to: "2026-10-13T09:00+02:00",
      },
    ],
    [
      "the third Monday, with an excluded day that would be another one",
      // 21 June 2027 is the third Monday, 22 June the fourth Tuesday.
      { start: monday, lines: [...rule("MONTHLY;BYDAY=3MO"), "EXDATE:20270621T070000Z"], to: tuesday },
    ],
    [
      "hours of the rule, an hour later",
      { start: monday, lines: rule("DAILY;BYHOUR=9,15"), to: "2026-03-16T10:00+01:00" },
    ],
    ["hours of the rule, to all day", { start: monday, lines: rule("DAILY;BYHOUR=9,15"), to: "2026-03-16" }],
    [
      "every five hours",
      { start: monday, lines: rule("HOURLY;INTERVAL=5;BYDAY=MO"), to: "2026-03-16T10:00+01:00" },
    ],
  ])("%s", (_what, wanted) => {
    expect(linesAfter(wanted)).toBeUndefined();
  });
});
