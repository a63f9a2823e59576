import { describe, expect, test } from "@jest/globals";
import { anchorRule } from "./anchored-rule.ts";
import { dayMs } from "./civil.ts";
import { expandRule } from "./expand-rule.ts";
import { expandSeries } from "./expand-series.ts";
import { parseRule } from "./rule.ts";
import type { RecurringSeries } from "./series.ts";
import { at, berlin, daily, expanded, idsOf, january, newYork } from "./daily.fixture.ts";

const holiday: RecurringSeries = {
  id: "holiday",
  start: { date: "2026-01-05" },
  end: { date: "2026-01-07" },
  recurrence: ["RRULE:FREQ=WEEKLY"],
};
const third = {
  id: "daily_20260107T080000Z",
  originalStartTime: at("2026-01-07T09:00:00+01:00"),
};

describe("an instance", () => {
  test("has Google's id, its times on the wall clock of the series, and its instants", () => {
    expect(expanded(daily, [], january, berlin).occurrences[1]).toEqual({
      eventId: "daily_20260106T080000Z",
      start: at("2026-01-06T09:00:00+01:00"),
      end: at("2026-01-06T10:00:00+01:00"),
      startMs: Date.UTC(2026, 0, 6, 8),
      endMs: Date.UTC(2026, 0, 6, 9),
    });
  });

  test("of an all-day series has dates, and begins at midnight where the calendar is", () => {
    expect(expanded(holiday, [], january, newYork).occurrences[1]).toMatchObject({
      eventId: "holiday_20260112",
      start: { date: "2026-01-12" },
      end: { date: "2026-01-14" },
      startMs: Date.UTC(2026, 0, 12, 5),
      endMs: Date.UTC(2026, 0, 14, 5),
    });
  });

  test("of a series that 'this and following' made bears the id of the old one", () => {
    const split = { ...daily, id: "daily_R20260105T080000" };
    expect(idsOf(split, [], january, berlin)[0]).toBe("daily_20260105T080000Z");
    expect(idsOf({ ...holiday, id: "holiday_R20260105" }, [], january, berlin)[0]).toBe("holiday_20260105");
  });

  test("ends in the zone that the end is written in", () => {
    const flight = { ...daily, end: { dateTime: "2026-01-05T04:00:00-05:00", timeZone: "America/New_York" } };
    expect(expanded(flight, [], january, berlin).occurrences[0]).toMatchObject({
      start: daily.start,
      end: flight.end,
    });
  });
});

describe("an exception", () => {
  test("removes the instance at its original start", () => {
    expect(idsOf(daily, [third], january, berlin)).toEqual([
      "daily_20260105T080000Z",
      "daily_20260106T080000Z",
      "daily_20260108T080000Z",
    ]);
  });

  test("whose original start is written in another zone or with another offset is the same one", () => {
    const written = { ...third, originalStartTime: { dateTime: "2026-01-07T08:00:00Z" } };
    expect(idsOf(daily, [written], january, berlin)).toHaveLength(3);
  });

  test("is known by its original start, whatever its id", () => {
    expect(idsOf(daily, [{ ...third, id: "imported" }], january, berlin)).toHaveLength(3);
  });

  test("whose original start the rule no longer gives has no effect", () => {
    const stray = { id: "daily_20260120T100000Z", originalStartTime: at("2026-01-20T11:00:00+01:00") };
    expect(idsOf(daily, [stray], january, berlin)).toHaveLength(4);
  });

  test("never shares its id with an instance, though its original start differs", () => {
    const renamed = { ...third, originalStartTime: at("2026-01-07T10:00:00+01:00") };
    expect(idsOf(daily, [renamed], january, berlin)).not.toContain(third.id);
  });

  test("of one day of an all-day series", () => {
    const removed = { id: "holiday_20260112", originalStartTime: { date: "2026-01-12" } };
    expect(idsOf(holiday, [removed], january, berlin)).toEqual([
      "holiday_20260105",
      "holiday_20260119",
      "holiday_20260126",
    ]);
  });

  test("whose original start cannot be read has it from its id, and without that the instance stays", () => {
    const originalStartTime = { dateTime: "yesterday" };
    expect(idsOf(daily, [{ ...third, originalStartTime }], january, berlin)).not.toContain(third.id);
    expect(idsOf(daily, [{ id: "imported", originalStartTime }], january, berlin)).toHaveLength(4);
    const noDay = { id: "daily_20260230T080000Z", originalStartTime };
    expect(idsOf(daily, [noDay], january, berlin)).toHaveLength(4);
  });
});

describe("the window", () => {
  const instances = (fromMs: number, toMs: number) => idsOf(daily, [], { fromMs, toMs }, berlin).length;
  const start = Date.UTC(2026, 0, 5, 8);

  test("leaves out what ends at its start or starts at its end", () => {
    expect(instances(start + 3_600_000, start + dayMs)).toBe(0);
    expect(instances(start + 3_599_999, start + dayMs)).toBe(1);
    expect(instances(start + 3_600_000, start + dayMs + 1)).toBe(1);
  });

  test("sees an occurrence that began long before it", () => {
    const long = { ...daily, end: at("2026-06-05T10:00:00+02:00"), recurrence: ["RRULE:FREQ=YEARLY"] };
    const may = { fromMs: Date.UTC(2030, 4, 1), toMs: Date.UTC(2030, 4, 2) };
    expect(idsOf(long, [], may, berlin)).toEqual(["daily_20300105T080000Z"]);
  });
});

describe("nextStartMs", () => {
  const next = (series: RecurringSeries, toMs: number, exceptions = [] as (typeof third)[]) =>
    expanded(series, exceptions, { fromMs: january.fromMs, toMs }, berlin).nextStartMs;
  const fourth = Date.UTC(2026, 0, 8, 8);

  test("is the next start at or after the window, and null after the last one", () => {
    expect(next(daily, fourth)).toBe(fourth);
    expect(next(daily, fourth + 1)).toBeNull();
    expect(next({ ...daily, recurrence: ["RRULE:FREQ=DAILY"] }, fourth + 1)).toBe(fourth + dayMs);
  });

  test("looks far ahead for a rule that is seldom met", () => {
    const leap = { ...holiday, recurrence: ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU"] };
    expect(next(leap, january.toMs)).toBe(Date.UTC(2032, 1, 28, 23));
  });

  test("passes over what is excluded, or replaced by an exception", () => {
    const shortened = { ...daily, recurrence: ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260108T080000Z"] };
    expect(next(shortened, Date.UTC(2026, 0, 7, 8) + 1)).toBeNull();
    expect(next(daily, Date.UTC(2026, 0, 7), [third])).toBe(fourth);
  });

  test("means 'look again' where a search would not end", () => {
    const never = { ...holiday, recurrence: ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"] };
    expect(next(never, january.toMs)).toBe(january.toMs);
  });
});

describe("bounds", () => {
  const wide = { fromMs: Date.UTC(2030, 0, 1), toMs: Date.UTC(2031, 6, 1) };
  const second = 1_000;
  test.each([
    ["RRULE:FREQ=SECONDLY", second],
    ["RRULE:FREQ=MINUTELY", 60 * second],
    ["RRULE:FREQ=MINUTELY;INTERVAL=2", 120 * second],
    ["RRULE:FREQ=HOURLY;BYMINUTE=0,20,40", 1_200 * second],
  ])("%s: the first 20,000 are kept, and where it stopped is told", (rule, stepMs) => {
    const expansion = expanded({ ...daily, recurrence: [rule] }, [], wide, berlin);
    // One-hour events that begin before the window and end within it come first.
    const firstMs = wide.fromMs - 60 * 60 * second + stepMs;
    expect(expansion.occurrences).toHaveLength(20_000);
    expect(expansion.occurrences[0]?.startMs).toBe(firstMs);
    expect(expansion).toMatchObject({
      incomplete: false,
      unreadable: [expect.stringContaining("20000")],
      nextStartMs: firstMs + 20_000 * stepMs,
    });
  });

  test("what is over is let go first, if the caller says what is", () => {
    const keepFromMs = Date.UTC(2030, 5, 1);
    const expansion = expanded(
      { ...daily, end: daily.start, recurrence: ["RRULE:FREQ=MINUTELY"] },
      [],
      { ...wide, keepFromMs },
      berlin,
    );
    expect(expansion.occurrences).toHaveLength(20_000);
    expect(expansion.occurrences[0]?.startMs).toBe(keepFromMs);
    const few = expanded({ ...daily, recurrence: ["RRULE:FREQ=DAILY"] }, [], { ...wide, keepFromMs }, berlin);
    expect(few.occurrences[0]?.startMs).toBe(wide.fromMs + 8 * 60 * 60 * second);
  });

  test("two years of every hour are whole", () => {
    const years = { fromMs: wide.fromMs, toMs: Date.UTC(2032, 0, 1) };
    const expansion = expanded({ ...daily, recurrence: ["RRULE:FREQ=HOURLY"] }, [], years, berlin);
    expect(expansion).toMatchObject({ unreadable: [], nextStartMs: years.toMs });
    // Each year the clock skips an hour and repeats an hour. Neither the skipped hour nor the second pass has an
    // occurrence of its own.
    expect(expansion.occurrences.length).toBeGreaterThan(2 * 365 * 24 - 5);
  });

  test("a search that takes too long keeps the start and what it has found", () => {
    const recurrence = ["RRULE:FREQ=SECONDLY;BYMONTHDAY=31;COUNT=999999999", "RRULE:FREQ=MONTHLY"];
    const expansion = expanded({ ...daily, recurrence }, [], wide, berlin);
    expect(expansion.unreadable).toEqual([expect.stringContaining("20000")]);
    expect(expansion.nextStartMs).toBeGreaterThanOrEqual(wide.fromMs);
    expect(expansion.nextStartMs).toBeLessThan(wide.toMs);
    expect(expansion.occurrences.map(({ eventId }) => eventId)).toHaveLength(18);
  });

  test.each([
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,FR",
    "FREQ=YEARLY",
    "FREQ=DAILY;COUNT=99999999",
    "FREQ=MINUTELY;INTERVAL=7",
  ])("%s that began in 1900 is not walked through", text => {
    const rule = parseRule(text);
    if (rule.kind === "malformed") throw new Error(rule.reason);
    const budget = { steps: 10_000 };
    const fromMs = Date.UTC(2026, 0, 1);
    const anchored = anchorRule(rule.value, Date.UTC(1900, 0, 1));
    const found = expandRule(anchored, fromMs, () => fromMs + 10 * dayMs, budget).next();
    expect(found.done).toBe(false);
    expect(10_000 - budget.steps).toBeLessThan(400);
  });
});

describe("data that cannot be read", () => {
  const expand = (change: Partial<RecurringSeries>, zone = berlin) =>
    expandSeries({ ...daily, ...change }, [], january, zone);
  const reasonOf = (change: Partial<RecurringSeries>) => {
    const expansion = expand(change);
    return expansion.kind === "malformed" ? expansion.reason : expansion.kind;
  };

  test.each([
    [{ start: { date: "2026-02-30" } }, 'start is not a date: "2026-02-30"'],
    [{ start: at("2026-01-05T09:00:00") }, 'start is not a time with an offset: "2026-01-05T09:00:00"'],
    [{ start: at("2026-01-05T24:00:00Z") }, 'start is not a time with an offset: "2026-01-05T24:00:00Z"'],
    [{ end: { date: "2026-01-06" } }, "start and end are not of one kind"],
    [{ end: at("2026-01-05T08:00:00+01:00") }, "the end is before the start"],
  ] as [Partial<RecurringSeries>, string][])("%j: %s", (change, reason) => {
    expect(reasonOf(change)).toBe(reason);
  });

  test.each([
    [[], "no RRULE and no RDATE"],
    [["EXDATE:20260106T080000Z"], "no RRULE and no RDATE"],
    [["DTSTART:20260105T090000"], "no RRULE and no RDATE"],
    [["RRULE:"], "no RRULE and no RDATE"],
    [["?"], 'not a recurrence line: "?"'],
    [["RRULE:FREQ=NEVER"], 'unknown frequency: "NEVER"'],
    [["RRULE:FREQ=DAILY;FREQ=WEEKLY"], "rule part given twice: FREQ"],
    [["RRULE:COUNT=3"], "rule without FREQ"],
    [["RRULE:FREQ=DAILY;COUNT=0"], 'COUNT is not a positive number: "0"'],
    [["RRULE:FREQ=DAILY;COUNT="], "COUNT is empty"],
    [["RRULE:FREQ=DAILY;COUNT=2;COUNT=two"], 'COUNT is not a positive number: "TWO"'],
    [["RRULE:FREQ=DAILY;INTERVAL=-1"], 'INTERVAL is not a positive number: "-1"'],
    [["RRULE:FREQ=DAILY;UNTIL=soon"], 'UNTIL: not a date or a time: "SOON"'],
    [["RRULE:FREQ=DAILY;UNTIL="], "UNTIL is empty"],
    [["RRULE:FREQ=DAILY;RSCALE=CHINESE"], 'unknown calendar: "CHINESE"'],
    [["RDATE:20261301"], 'RDATE: no such date: "20261301"'],
    [["RDATE:20260101T250000"], 'RDATE: no such time: "20260101T250000"'],
    [["RDATE:20260101T100000Z/P"], 'RDATE: not a duration: "P"'],
  ] as [string[], string][])(
    "%j shows the start, and says that more may be missing: %s",
    (recurrence, problem) => {
      expect(expand({ recurrence })).toMatchObject({
        kind: "expanded",
        occurrences: [{ eventId: "daily_20260105T080000Z" }],
        nextStartMs: null,
        unreadable: [problem],
        incomplete: true,
      });
    },
  );

  test("of some rules those count that can be read", () => {
    const recurrence = ["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=HOURLY;COUNT=x"];
    expect(expand({ recurrence })).toMatchObject({
      occurrences: [{}, {}],
      unreadable: [expect.any(String)],
      incomplete: true,
    });
  });

  test("a quotation in a problem is short", () => {
    const expansion = expanded({ ...daily, recurrence: ["X".repeat(10_000)] }, [], january, berlin);
    expect(expansion.unreadable.join("").length).toBeLessThan(100);
  });
});
