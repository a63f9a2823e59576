import { describe, expect, test } from "@jest/globals";
import { rrulestr } from "rrule";
import { Temporal } from "temporal-polyfill";
import { toInstant } from "../model/zone.ts";
import { SeededRandom } from "../random.ts";
import { parseRule, RuleError } from "./rule.ts";
import { expandSeries, parseLines } from "./series.ts";

const DAY_MS = 86_400_000;

/** The local ms of a wall-clock time. */
const local = (text: string): number => Date.parse(`${text}Z`);

/** Expands the rule with another library in UTC, then converts each start to the zone with Temporal. */
function independent(line: string, start: string, zone: string, fromMs: number, toMs: number): number[] {
  const dtstart = start.replaceAll(/[-:]/g, "");
  const rule = rrulestr(`DTSTART:${dtstart}Z\n${line}`, { cache: false });
  const floating = rule.between(new Date(fromMs - 3 * DAY_MS), new Date(toMs + 3 * DAY_MS), true);
  const placed = floating.map(
    date =>
      Temporal.PlainDateTime.from(date.toISOString().slice(0, 19)).toZonedDateTime(zone, {
        disambiguation: "compatible",
      }).epochMilliseconds,
  );
  return [...new Set(placed)].filter(ms => ms >= fromMs && ms < toMs).sort((a, b) => a - b);
}

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** A random rule of a kind that Google's own interface and imports create. */
function randomRule(random: SeededRandom): string {
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)] as T;
  const some = <T>(values: readonly T[], most: number): T[] => [
    ...new Set(Array.from({ length: random.integer(1, most) }, () => pick(values))),
  ];
  const freq = pick(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
  const parts = [`FREQ=${freq}`];
  if (random.chance(0.5)) parts.push(`INTERVAL=${random.integer(1, 4)}`);
  const numbers = (min: number, max: number): number =>
    random.chance(0.3) ? -random.integer(1, 5) : random.integer(min, max);
  if (freq === "WEEKLY" && random.chance(0.7)) parts.push(`BYDAY=${some(WEEKDAYS, 4).join(",")}`);
  if (freq === "MONTHLY" || freq === "YEARLY") {
    if (freq === "YEARLY" && random.chance(0.6))
      parts.push(`BYMONTH=${some([1, 2, 3, 6, 10, 12], 3).join(",")}`);
    const kind = random.integer(0, 3);
    if (kind === 0) parts.push(`BYMONTHDAY=${some([numbers(1, 31), numbers(1, 31), 31, -1], 3).join(",")}`);
    if (kind === 1) {
      const nth = pick(["", "1", "2", "-1", "4"]);
      parts.push(
        `BYDAY=${some(WEEKDAYS, 3)
          .map(day => nth + day)
          .join(",")}`,
      );
    }
    if (kind === 2) parts.push(`BYDAY=${some(WEEKDAYS, 5).join(",")}`, `BYSETPOS=${pick([1, -1, 2])}`);
  }
  if (freq === "DAILY" && random.chance(0.3)) parts.push(`BYMONTH=${some([1, 4, 7, 11], 2).join(",")}`);
  if (random.chance(0.3)) parts.push(`WKST=${pick(["SU", "MO", "WE"])}`);
  const end = random.integer(0, 2);
  if (end === 0) parts.push(`COUNT=${random.integer(1, 60)}`);
  return `RRULE:${parts.join(";")}`;
}

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Asia/Kolkata",
  "Pacific/Apia",
  "UTC",
];

describe("random rules", () => {
  test("agree with another library over windows of 430 days in seven zones", () => {
    const random = new SeededRandom(20_260_101);
    for (let index = 0; index < 150; index += 1) {
      const line = randomRule(random);
      const zone = ZONES[index % ZONES.length] ?? "UTC";
      const start = new Date(
        Date.UTC(
          random.integer(1995, 2025),
          random.integer(0, 11),
          random.integer(1, 28),
          random.integer(0, 23),
          30,
        ),
      )
        .toISOString()
        .slice(0, 19);
      const fromMs = Date.UTC(2025, random.integer(0, 11), 1);
      const toMs = fromMs + 430 * DAY_MS;
      const series = { allDay: false, zone, startLocalMs: local(start), lines: [line] };
      const own = expandSeries(series, fromMs, toMs, 10_000);
      const expected = independent(line, start, zone, fromMs, toMs);
      const first = toInstant(zone, local(start));
      // The emulator always includes the first start; the library includes it only if the rule matches it.
      const comparable = own.filter(ms => ms !== first || expected.includes(ms));
      expect([line, start, zone, comparable]).toEqual([line, start, zone, expected]);
    }
  });

  test("a window in the middle of a series is the same as a part of the whole", () => {
    const random = new SeededRandom(5);
    for (let index = 0; index < 60; index += 1) {
      const series = {
        allDay: true,
        zone: "UTC",
        startLocalMs: Date.UTC(2001, index % 12, 1 + (index % 28)),
        lines: [randomRule(random)],
      };
      const fromMs = Date.UTC(2010 + (index % 9), 4, 1);
      const toMs = fromMs + 200 * DAY_MS;
      const whole = expandSeries(series, -Infinity, toMs, 100_000);
      expect([series, expandSeries(series, fromMs, toMs, 100_000)]).toEqual([
        series,
        whole.filter(ms => ms >= fromMs),
      ]);
    }
  });
});

describe("rare parts", () => {
  test.each([
    ["FREQ=YEARLY;BYWEEKNO=1,20,-1;BYDAY=MO", "2024-01-01T09:00:00"],
    ["FREQ=YEARLY;BYWEEKNO=53", "2015-01-01T09:00:00"],
    ["FREQ=YEARLY;BYYEARDAY=1,100,-1", "2024-02-01T09:00:00"],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2000-02-29T09:00:00"],
    ["FREQ=YEARLY;BYDAY=20MO", "2020-05-18T09:00:00"],
    ["FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "2020-01-01T09:00:00"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2024-01-31T09:00:00"],
    ["FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30", "2025-06-01T09:00:00"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "2025-08-05T09:00:00"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "2025-08-05T09:00:00"],
    ["FREQ=HOURLY;INTERVAL=5;BYHOUR=8,9,10,11,12,13", "2025-12-01T08:00:00"],
    ["FREQ=MINUTELY;INTERVAL=90", "2025-12-30T08:00:00"],
    ["FREQ=SECONDLY;INTERVAL=45000", "2025-12-30T08:00:00"],
  ])("%s", (rule, start) => {
    const fromMs = Date.UTC(2026, 0, 1);
    const toMs = Date.UTC(2026, 11, 31);
    const expected = independent(`RRULE:${rule}`, start, "UTC", fromMs, toMs);
    const series = { allDay: false, zone: "UTC", startLocalMs: local(start), lines: [`RRULE:${rule}`] };
    expect(expandSeries(series, fromMs, toMs, 100_000)).toEqual(expected);
    if (!rule.includes("53") && !rule.includes("MONTHDAY=29")) expect(expected.length).toBeGreaterThan(0);
  });

  test("numbered and plain weekdays add up (the other library wants both at once)", () => {
    const series = {
      allDay: true,
      zone: "UTC",
      startLocalMs: Date.UTC(2026, 0, 2),
      lines: ["RRULE:FREQ=MONTHLY;BYDAY=FR,-1SU"],
    };
    const days = expandSeries(series, -Infinity, Date.UTC(2026, 1, 1), 20).map(ms =>
      new Date(ms).getUTCDate(),
    );
    expect(days).toEqual([2, 9, 16, 23, 25, 30]);
  });

  test("leap days: every fourth year", () => {
    const series = {
      allDay: true,
      zone: "UTC",
      startLocalMs: Date.UTC(2024, 1, 29),
      lines: ["RRULE:FREQ=YEARLY;COUNT=3"],
    };
    expect(expandSeries(series, -Infinity, Infinity, 9).map(ms => new Date(ms).getUTCFullYear())).toEqual([
      2024, 2028, 2032,
    ]);
  });

  test("a rule that never matches ends", () => {
    const series = {
      allDay: true,
      zone: "UTC",
      startLocalMs: Date.UTC(2024, 0, 1),
      lines: ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"],
    };
    expect(expandSeries(series, -Infinity, Infinity, 9)).toEqual([Date.UTC(2024, 0, 1)]);
  });

  test("a series from 1970 is expanded in 2026 without walking there", () => {
    const series = {
      allDay: false,
      zone: "Europe/Berlin",
      startLocalMs: Date.UTC(1970, 0, 1, 9),
      lines: ["RRULE:FREQ=DAILY"],
    };
    let calls = 0;
    const lines = new Proxy(series.lines, {
      get: (target, key): unknown => (calls++, Reflect.get(target, key)),
    });
    expect(expandSeries({ ...series, lines }, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 3), 9)).toHaveLength(2);
    expect(calls).toBeLessThan(100);
  });
});

describe("UNTIL, EXDATE, RDATE, EXRULE", () => {
  const at9 = { allDay: false, zone: "Europe/Berlin", startLocalMs: local("2026-01-01T09:00:00") };
  const days = (lines: string[]): number[] =>
    expandSeries({ ...at9, lines }, -Infinity, Infinity, 50).map(ms => new Date(ms).getUTCDate());

  test("UNTIL in UTC is inclusive", () => {
    expect(days(["RRULE:FREQ=DAILY;UNTIL=20260103T080000Z"])).toEqual([1, 2, 3]);
    expect(days(["RRULE:FREQ=DAILY;UNTIL=20260103T075959Z"])).toEqual([1, 2]);
  });

  test("UNTIL as a date ends a timed series at 00:00 UTC of that day", () => {
    expect(days(["RRULE:FREQ=DAILY;UNTIL=20260103"])).toEqual([1, 2]);
  });

  test("EXDATE in the zone, in UTC, as a day", () => {
    expect(
      days([
        "RRULE:FREQ=DAILY;COUNT=5",
        "EXDATE;TZID=Europe/Berlin:20260102T090000",
        "EXDATE:20260103T080000Z",
        "EXDATE;VALUE=DATE:20260104",
      ]),
    ).toEqual([1, 5]);
  });

  test("RDATE adds, also without a rule; a double counts once", () => {
    expect(
      days(["RDATE;TZID=Europe/Berlin:20260110T090000,20260112T090000", "RDATE:20260110T080000Z"]),
    ).toEqual([1, 10, 12]);
  });

  test("EXRULE takes away what it makes; several rules add up", () => {
    expect(days(["RRULE:FREQ=DAILY;COUNT=6", "EXRULE:FREQ=DAILY;INTERVAL=2"])).toEqual([2, 4, 6]);
    expect(days(["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=MONTHLY;BYMONTHDAY=20;COUNT=1"])).toEqual([
      1, 2, 20,
    ]);
  });

  test("the first start counts even when the rule does not make it", () => {
    expect(days(["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"])).toEqual([1, 5, 12]);
  });
});

describe("changes of the clocks", () => {
  const starts = (zone: string, first: string, rule: string, count: number): string[] =>
    expandSeries(
      { allDay: false, zone, startLocalMs: local(first), lines: [`RRULE:${rule};COUNT=${count}`] },
      -Infinity,
      Infinity,
      count,
    ).map(ms => new Date(ms).toISOString().slice(0, 16));

  test("Europe/Berlin: a time inside the gap moves forward by an hour", () => {
    expect(starts("Europe/Berlin", "2026-03-28T02:30:00", "FREQ=DAILY", 3)).toEqual([
      "2026-03-28T01:30",
      "2026-03-29T01:30",
      "2026-03-30T00:30",
    ]);
  });

  test("America/New_York: a time that occurs twice is the first one", () => {
    expect(starts("America/New_York", "2026-10-31T01:30:00", "FREQ=DAILY", 3)).toEqual([
      "2026-10-31T05:30",
      "2026-11-01T05:30",
      "2026-11-02T06:30",
    ]);
  });

  test("Australia/Lord_Howe changes by half an hour", () => {
    expect(starts("Australia/Lord_Howe", "2026-10-03T02:15:00", "FREQ=DAILY", 3)).toEqual([
      "2026-10-02T15:45",
      "2026-10-03T15:45",
      "2026-10-04T15:15",
    ]);
  });

  test("Africa/Casablanca turns back for Ramadan", () => {
    expect(starts("Africa/Casablanca", "2026-02-14T09:00:00", "FREQ=DAILY", 3)).toEqual([
      "2026-02-14T08:00",
      "2026-02-15T09:00",
      "2026-02-16T09:00",
    ]);
  });

  test("Asia/Kolkata never changes", () => {
    expect(starts("Asia/Kolkata", "2026-03-28T09:00:00", "FREQ=MONTHLY", 2)).toEqual([
      "2026-03-28T03:30",
      "2026-04-28T03:30",
    ]);
  });

  test("Pacific/Apia skipped 30 December 2011: that day's instance falls on the 31st", () => {
    const found = starts("Pacific/Apia", "2011-12-29T09:00:00", "FREQ=DAILY", 4);
    expect([...new Set(found)]).toEqual(["2011-12-29T19:00", "2011-12-30T19:00", "2011-12-31T19:00"]);
  });
});

describe("what is no rule", () => {
  test.each([
    "FREQ=NEVER",
    "INTERVAL=2",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;BYDAY=XX",
    "FREQ=DAILY;COUNT=1;UNTIL=20260101",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;BYMONTH=13",
    "FREQ=DAILY;UNTIL=20260230",
    "FREQ=DAILY;WKST=XX",
    "FREQ=DAILY;NONSENSE=1",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=DAILY;BYHOUR=-1",
  ])("%s", text => {
    expect(() => parseRule(text)).toThrow(RuleError);
  });

  test("lines without a rule or a date", () => {
    expect(() => parseLines(["EXDATE:20260101"])).toThrow(RuleError);
    expect(() => parseLines(["RRULE"])).toThrow(RuleError);
  });
});
