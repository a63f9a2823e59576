import { describe, expect, test } from "@jest/globals";
import { firstStart, imported, startsOf, unharmed, weekly, weeklyStarts, zone } from "./variants.fake.ts";

const ruled = async (...recurrence: unknown[]) => await imported([weekly({ recurrence })]);

/** The part before, between and after the parts of an ordinary rule. */
const positions = (part: string) => [
  `${part};FREQ=WEEKLY;COUNT=3`,
  `FREQ=WEEKLY;${part};COUNT=3`,
  `FREQ=WEEKLY;COUNT=3;${part}`,
];

/** Parts without an effect: private parts (RFC 5545, 3.8.8.2), the default calendar (RFC 7529), empty parts. */
const silent = [
  "X-ORIGIN=7",
  "X-EMPTY=",
  "x-lower=Yes",
  "RSCALE=GREGORIAN",
  "rscale=gregorian",
  "BYDAY=",
  "BYMONTH=",
  "BYHOUR=",
  "BYSETPOS=",
  "WKST=",
  "INTERVAL=",
  "",
];

/** Unreadable or invented parts; the rule still has its frequency and its end. */
const unreadable = [
  "BYDAY=XX",
  "BYDAY=MO,XX",
  "BYMONTH=13",
  "BYHOUR=noon",
  "BYSETPOS=abc",
  "INTERVAL=often",
  "INTERVAL=0",
  "INTERVAL=-1",
  "WKST=XX",
  "BYEASTER=0",
  "RSCALE=HEBREW",
  "SKIP=SIDEWAYS",
  "NONSENSE",
  "=",
  "BYDAY=MO;BYDAY=MO",
];

/** Ends of a rule that are unreadable, contradictory or impossible. */
const ends = [
  "UNTIL=soon",
  "UNTIL=",
  "UNTIL=20261301",
  "UNTIL=20260230T000000Z",
  "UNTIL=20260126T235959-0500",
  "UNTIL=20260126T250000Z",
  "COUNT=many",
  "COUNT=",
  "COUNT=0",
  "COUNT=-1",
  "COUNT=2.5",
  "COUNT=3;COUNT=4",
];

/** Lines that have no effect or are unreadable. */
const idle: unknown[] = [
  "",
  " ",
  "\r\n",
  "DTSTART;TZID=America/New_York:20260112T090000",
  "DTEND;TZID=America/New_York:20260112T100000",
  "SUMMARY:hello",
  "X-WR-CALNAME:hello",
  "BEGIN:VEVENT",
  "garbage",
  ":",
  "RRULE",
  "EXDATE:",
  "EXDATE;TZID=America/New_York:,",
  "EXDATE:garbage",
  "EXDATE:20261399T000000Z",
  "EXDATE;TZID=Nowhere/At All:20270101T090000",
  "EXDATE;VALUE=BINARY:20270101T090000Z",
  "RDATE:",
  "RDATE:garbage",
  "RDATE;VALUE=PERIOD:garbage/PT1H",
  "EXRULE:",
  "EXRULE:FREQ=SOMETIMES",
  "é\uD800",
  null,
  5,
  {},
];

describe("a rule", () => {
  test.each(silent.flatMap(positions))("%s is three Mondays", async rule => {
    const world = await ruled(`RRULE:${rule}`);
    expect(startsOf(world)).toEqual(weeklyStarts);
    expect(unharmed(world)).toEqual([]);
  });

  test.each(unreadable.flatMap(positions))("%s has at least its first occurrence, and an end", async rule => {
    const world = await ruled(`RRULE:${rule}`);
    expect(startsOf(world)).toContain(firstStart);
    expect(startsOf(world).length).toBeLessThanOrEqual(4);
    expect(unharmed(world)).toEqual([]);
  });

  test.each(ends)("whose end is %s has its first occurrence and does not go on for ever", async end => {
    const world = await ruled(`RRULE:FREQ=WEEKLY;${end}`);
    expect(startsOf(world)).toContain(firstStart);
    expect(startsOf(world).length).toBeLessThanOrEqual(10);
    expect(world.sync.state.openSeries).toBe(false);
    expect(unharmed(world)).toEqual([]);
  });

  test.each(["SOMETIMES", "", "WEEKLY,DAILY", "FORTNIGHTLY", "\u0000"])(
    "of frequency %j has its first occurrence",
    async frequency => {
      const world = await ruled(`RRULE:FREQ=${frequency};COUNT=3`);
      expect(startsOf(world)).toContain(firstStart);
      expect(startsOf(world).length).toBeLessThanOrEqual(3);
      expect(unharmed(world)).toEqual([]);
    },
  );

  test.each([
    "rrule:freq=weekly;count=3",
    "Rrule:Freq=Weekly;Count=3",
    "RRULE:FREQ=WEEKLY;COUNT=3;",
    "RRULE:FREQ=WEEKLY;;COUNT=3",
    "RRULE: FREQ=WEEKLY; COUNT=3",
    " RRULE:FREQ=WEEKLY;COUNT=3 ",
    "RRULE:FREQ=WEEKLY;\r\n COUNT=3",
    "RRULE:FREQ=WEE\r\n KLY;COUNT=3",
    "RRULE:FREQ=WEEKLY;COUNT=3\r\n",
    'RRULE;X-NOTE="a:b;c":FREQ=WEEKLY;COUNT=3',
    "RRULE;X-NOTE=:FREQ=WEEKLY;COUNT=3",
    "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,",
    "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=,MO",
  ])("written as %j is three Mondays", async line => {
    const world = await ruled(line);
    expect(startsOf(world)).toEqual(weeklyStarts);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("a line beside the rule", () => {
  test.each(
    idle.flatMap(line => [[[line, "RRULE:FREQ=WEEKLY;COUNT=3"]], [["RRULE:FREQ=WEEKLY;COUNT=3", line]]]),
  )("%j costs only itself", async lines => {
    const world = await ruled(...lines);
    expect(startsOf(world)).toEqual(weeklyStarts);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("a series that is moved", () => {
  test.each(idle)("with the line %j is where it was moved to", async line => {
    const world = await imported([weekly()]);
    expect(startsOf(world)).toEqual(weeklyStarts);
    const moved = weekly({
      start: { dateTime: "2026-01-13T11:00:00-05:00", timeZone: zone },
      end: { dateTime: "2026-01-13T12:00:00-05:00", timeZone: zone },
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3", line],
    });
    world.sync.google.replace(moved);
    await world.pull();
    expect(startsOf(world)).toEqual(["2026-01-13T16:00:00Z", "2026-01-20T16:00:00Z", "2026-01-27T16:00:00Z"]);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("an exclusion among damaged ones", () => {
  const good = "20260119T090000";

  test.each([
    `${good},`,
    `,${good}`,
    `${good},,`,
    `${good},garbage`,
    `garbage,${good}`,
    ` ${good} `,
    `20261399T000000,${good}`,
  ])("counts in %j", async values => {
    const world = await ruled("RRULE:FREQ=WEEKLY;COUNT=3", `EXDATE;TZID=America/New_York:${values}`);
    expect(startsOf(world)).toEqual([weeklyStarts[0], weeklyStarts[2]]);
    expect(unharmed(world)).toEqual([]);
  });
});

describe("parts that a frequency gives no meaning to (RFC 5545, 3.3.10)", () => {
  test.each([
    [
      "MONTHLY;BYYEARDAY=-1;COUNT=3",
      ["2026-01-12T14:00:00Z", "2026-02-12T14:00:00Z", "2026-03-12T13:00:00Z"],
    ],
    ["MONTHLY;BYYEARDAY=1,200;COUNT=2", ["2026-01-12T14:00:00Z", "2026-02-12T14:00:00Z"]],
    ["MONTHLY;BYYEARDAY=366;BYMONTHDAY=12;COUNT=2", ["2026-01-12T14:00:00Z", "2026-02-12T14:00:00Z"]],
  ])("FREQ=%s is read without BYYEARDAY", async (rule, starts) => {
    const world = await ruled(`RRULE:FREQ=${rule}`);
    expect(startsOf(world)).toEqual(starts);
    expect(unharmed(world)).toEqual([]);
  });

  test.each(["DAILY;BYYEARDAY=200", "WEEKLY;BYMONTHDAY=31", "MONTHLY;BYWEEKNO=20", "DAILY;BYWEEKNO=20"])(
    "FREQ=%s has at least its first occurrence",
    async rule => {
      const world = await ruled(`RRULE:FREQ=${rule};COUNT=3`);
      expect(startsOf(world)).toContain(firstStart);
      expect(unharmed(world)).toEqual([]);
    },
  );
});
