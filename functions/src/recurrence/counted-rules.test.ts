import { describe, expect, test } from "@jest/globals";
import { expandSeries } from "./expand-series.ts";
import { utc } from "./zone-names.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.parse("2026-01-05T09:00:30Z");
const series = (rule: string) => ({
  id: "series",
  start: { dateTime: "2026-01-05T09:00:30Z", timeZone: "UTC" },
  end: { dateTime: "2026-01-05T09:00:31Z", timeZone: "UTC" },
  recurrence: [`RRULE:${rule}`],
});
function startsOf(rule: string, fromMs: number, toMs: number): number[] {
  const expansion = expandSeries(series(rule), [], { fromMs, toMs }, utc);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  return expansion.occurrences.map(occurrence => occurrence.startMs);
}

describe("a COUNT is the same, however late the window begins", () => {
  test.each([
    "FREQ=WEEKLY;COUNT=30",
    "FREQ=WEEKLY;BYDAY=MO,TU;COUNT=30",
    "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1;COUNT=30",
    "FREQ=WEEKLY;BYDAY=SA,MO;BYMONTH=1,3;COUNT=15",
    "FREQ=WEEKLY;BYDAY=SU,MO;WKST=SU;COUNT=30",
    "FREQ=DAILY;COUNT=30",
    "FREQ=DAILY;BYDAY=MO,TU;COUNT=30",
    "FREQ=DAILY;BYHOUR=9,10;COUNT=30",
    "FREQ=DAILY;BYMONTHDAY=7,8;COUNT=6",
    "FREQ=DAILY;BYYEARDAY=7,8;COUNT=3",
    "FREQ=DAILY;BYMONTH=1;BYMONTHDAY=6;COUNT=2",
    "FREQ=HOURLY;COUNT=40",
    "FREQ=HOURLY;BYDAY=MO;COUNT=40",
    "FREQ=HOURLY;BYHOUR=9,10;COUNT=40",
    "FREQ=HOURLY;BYDAY=MO;BYHOUR=9;COUNT=10",
    "FREQ=HOURLY;BYMINUTE=0,30;COUNT=40",
    "FREQ=MINUTELY;INTERVAL=20;COUNT=40",
    "FREQ=MINUTELY;INTERVAL=20;BYSECOND=30,40;COUNT=40",
    "FREQ=MINUTELY;INTERVAL=20;BYDAY=MO;BYHOUR=9;COUNT=9",
    "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,11;BYMINUTE=0;COUNT=9",
    "FREQ=MINUTELY;INTERVAL=20;BYMINUTE=0,20;COUNT=40",
    "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9;BYMINUTE=20;COUNT=9",
    "FREQ=SECONDLY;INTERVAL=1200;COUNT=40",
    "FREQ=SECONDLY;INTERVAL=1200;BYDAY=MO;BYHOUR=9;COUNT=9",
    "FREQ=SECONDLY;INTERVAL=1210;BYSECOND=30,40;COUNT=9",
    "FREQ=SECONDLY;INTERVAL=1200;BYMINUTE=20;BYSECOND=30;COUNT=9",
    "FREQ=SECONDLY;INTERVAL=1200;BYHOUR=9;BYMINUTE=40;COUNT=9",
  ])("%s", rule => {
    const all = startsOf(rule, startMs, startMs + 400 * dayMs);
    const [, count = ""] = /COUNT=(\d+)/.exec(rule) ?? [];
    // If the rule does not generate the start, the start is an additional occurrence.
    expect([Number(count), Number(count) + 1]).toContain(all.length);
    const lastMs = all.at(-1) ?? NaN;
    for (const part of [0.25, 0.5, 0.9]) {
      const fromMs = Math.floor(startMs + (lastMs - startMs) * part);
      const rest = all.filter(ms => ms + 1000 > fromMs);
      expect(rest.length).toBeGreaterThan(0);
      expect(startsOf(rule, fromMs, startMs + 400 * dayMs)).toEqual(rest);
    }
    for (const afterMs of [1_000, dayMs, 7 * dayMs, 8 * dayMs, 30 * dayMs])
      expect(startsOf(rule, lastMs + afterMs, startMs + 400 * dayMs)).toEqual([]);
  });
});

describe("an old series with a high COUNT is not walked through from its start", () => {
  test.each([
    ["FREQ=WEEKLY;COUNT=99999999", 7 * dayMs],
    ["FREQ=DAILY;COUNT=99999999", dayMs],
    ["FREQ=HOURLY;COUNT=99999999", hourMs],
    ["FREQ=MINUTELY;INTERVAL=5;COUNT=99999999", hourMs / 12],
    ["FREQ=SECONDLY;INTERVAL=300;COUNT=99999999", hourMs / 12],
  ])("%s", (rule, stepMs) => {
    const fromMs = startMs + 100 * 365 * dayMs - ((100 * 365 * dayMs) % stepMs);
    expect(startsOf(rule, fromMs, fromMs + 3 * stepMs)).toEqual([
      fromMs,
      fromMs + stepMs,
      fromMs + 2 * stepMs,
    ]);
  });
});

test("what a rule leaves open comes from the start, to the second", () => {
  const times = startsOf("FREQ=DAILY;COUNT=2", startMs, startMs + 7 * dayMs);
  expect(times.map(ms => new Date(ms).toISOString())).toEqual([
    "2026-01-05T09:00:30.000Z",
    "2026-01-06T09:00:30.000Z",
  ]);
});

describe("rules of the clock that rarely match are not walked through second by second", () => {
  test.each([
    ["FREQ=SECONDLY;BYHOUR=9;BYMINUTE=1;BYSECOND=30", 100],
    ["FREQ=SECONDLY;BYHOUR=9,10;BYMINUTE=1;BYSECOND=30", 200],
    ["FREQ=MINUTELY;BYHOUR=9;BYMINUTE=1", 100],
    ["FREQ=SECONDLY;BYMONTH=12;BYMONTHDAY=31;BYHOUR=9;BYMINUTE=1;BYSECOND=30", 1],
  ])("%s", (rule, count) => {
    const fromMs = Date.parse("2026-12-01T00:00:00Z");
    expect(startsOf(rule, fromMs, fromMs + 100 * dayMs)).toHaveLength(count);
  });
});

test.each([
  ["YEARLY", "9999-01-01T00:00:00Z", "9999-01-05T09:00:30Z"],
  ["MONTHLY", "9999-12-01T00:00:00Z", "9999-12-05T09:00:30Z"],
  ["WEEKLY", "9999-12-19T00:00:00Z", "9999-12-20T09:00:30Z"],
  ["DAILY", "9999-12-30T00:00:00Z", "9999-12-31T09:00:30Z"],
  ["HOURLY", "9999-12-31T12:00:00Z", "9999-12-31T23:00:30Z"],
  ["MINUTELY", "9999-12-31T23:00:00Z", "9999-12-31T23:59:30Z"],
  ["SECONDLY;INTERVAL=3600", "9999-12-31T12:00:00Z", "9999-12-31T23:00:30Z"],
])("time ends with the last whole period of the year 9999: %s", (frequency, from, last) => {
  const starts = startsOf(`FREQ=${frequency}`, Date.parse(from), Date.parse("+010002-03-01T00:00:00Z"));
  expect(new Date(starts.at(-1) ?? 0)).toEqual(new Date(last));
});
