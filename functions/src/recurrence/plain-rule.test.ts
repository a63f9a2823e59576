import { describe, expect, test } from "@jest/globals";
import { recurrenceRule } from "@firestore-calendar-sync/client";
import { hourMs } from "./civil.ts";
import { formatDate, formatDateTime } from "./event-time.ts";
import { expandSeries } from "./expand-series.ts";
import cases from "./fixtures/cases.json";
import { parseMoment } from "./ical-value.ts";
import { plainRule } from "./plain-rule.ts";
import { toInstant } from "./zone.ts";
import { utc, zoneOr } from "./zone-names.ts";

const berlin = zoneOr("Europe/Berlin", utc);
const timed = { dateTime: "2026-01-05T09:00:00+01:00", timeZone: "Europe/Berlin" };
const day = { date: "2026-01-05" };
const ruleOf = (recurrence: readonly string[], start: typeof timed | typeof day = timed) =>
  plainRule({ start, recurrence }, berlin);

describe("plainRule", () => {
  test.each([
    ["FREQ=DAILY", { freq: "DAILY", interval: 1 }],
    [
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU",
      { freq: "WEEKLY", interval: 2, byDay: [{ day: "MO" }, { day: "WE" }] },
    ],
    [
      "FREQ=MONTHLY;COUNT=5;BYDAY=-1FR",
      { freq: "MONTHLY", interval: 1, count: 5, byDay: [{ day: "FR", nth: -1 }] },
    ],
    ["FREQ=MONTHLY;BYMONTHDAY=-1,15", { freq: "MONTHLY", interval: 1, byMonthDay: [-1, 15] }],
    [
      "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
      { freq: "MONTHLY", interval: 1, byDay: [{ day: "MO" }, { day: "TU" }], bySetPos: [-1] },
    ],
    ["FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=29", { freq: "YEARLY", interval: 1, byMonth: [3], byMonthDay: [29] }],
    // The expansion ignores the ordinals of weekly rules.
    ["FREQ=WEEKLY;BYDAY=2MO", { freq: "WEEKLY", interval: 1, byDay: [{ day: "MO" }] }],
    ["freq=daily;X-OWN=1", { freq: "DAILY", interval: 1 }],
  ])("of %s", (line, rule) => {
    expect(ruleOf([`RRULE:${line}`])).toEqual(rule);
    expect(recurrenceRule.parse(ruleOf([`RRULE:${line}`]))).toEqual(rule);
  });

  test.each([
    [timed, "20260301T080000Z", { dateTime: "2026-03-01T09:00:00+01:00", timeZone: "Europe/Berlin" }],
    [timed, "20260701T080000", { dateTime: "2026-07-01T08:00:00+02:00", timeZone: "Europe/Berlin" }],
    // A date includes its whole day, as in the expansion.
    [timed, "20260301", { dateTime: "2026-03-01T23:59:59+01:00", timeZone: "Europe/Berlin" }],
    [day, "20260301", { date: "2026-03-01" }],
    [day, "20260301T000000Z", { date: "2026-03-01" }],
    [day, "20260228T230000Z", { date: "2026-03-01" }],
    [day, "20260301T120000", { date: "2026-03-01" }],
  ])("the end has the form of the start: %j, UNTIL=%s", (start, until, expected) => {
    expect(ruleOf([`RRULE:FREQ=DAILY;UNTIL=${until}`], start)?.until).toEqual(expected);
  });

  test("of one rule with dates that it leaves out", () => {
    expect(ruleOf(["EXDATE:20260107T080000Z", "RRULE:FREQ=DAILY"])).toEqual({ freq: "DAILY", interval: 1 });
  });

  test.each([
    ["no rule", []],
    ["only dates", ["RDATE:20260107T080000Z"]],
    ["a rule and a date", ["RRULE:FREQ=DAILY", "RDATE:20260107T180000Z"]],
    ["two rules", ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"]],
    ["a rule with exceptions by rule", ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"]],
    ["days of the year", ["RRULE:FREQ=YEARLY;BYYEARDAY=100"]],
    ["weeks of the year", ["RRULE:FREQ=YEARLY;BYWEEKNO=20"]],
    ["hours", ["RRULE:FREQ=DAILY;BYHOUR=9,17"]],
    ["minutes", ["RRULE:FREQ=DAILY;BYMINUTE=0,30"]],
    ["seconds", ["RRULE:FREQ=DAILY;BYSECOND=0,30"]],
    ["a rule of hours", ["RRULE:FREQ=HOURLY"]],
    ["a part that cannot be read", ["RRULE:FREQ=WEEKLY;BYDAY=XX"]],
    ["a rule that cannot be read", ["RRULE:FREQ=NEVER"]],
    ["a line that cannot be read", ["RRULE:FREQ=DAILY", "?"]],
  ])("says nothing of %s", (_what, lines) => {
    expect(ruleOf(lines)).toBeUndefined();
  });
});

/** RFC 5545, written from the data alone. */
function lineOf(rule: NonNullable<ReturnType<typeof plainRule>>): string {
  const { freq, interval, count, until, byDay, byMonthDay, byMonth, bySetPos } = rule;
  const end =
    until === undefined
      ? undefined
      : "date" in until
        ? until.date.replaceAll("-", "")
        : new Date(until.dateTime).toISOString().replace(/[-:]|\.\d+/g, "");
  const parts = {
    FREQ: freq,
    INTERVAL: interval,
    COUNT: count,
    UNTIL: end,
    BYDAY: byDay?.map(({ day: name, nth = "" }) => `${nth}${name}`).join(),
    BYMONTHDAY: byMonthDay?.join(),
    BYMONTH: byMonth?.join(),
    BYSETPOS: bySetPos?.join(),
  };
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return `RRULE:${said.map(([name, value]) => `${name}=${value}`).join(";")}`;
}

describe("the data of the cases in fixtures/ gives the same occurrences as their lines", () => {
  const momentMs = (text: string) => {
    const moment = parseMoment(text);
    if (moment.kind === "malformed") throw new Error(moment.reason);
    return moment.value.kind === "utc" ? moment.value.instantMs : moment.value.localMs;
  };
  const plain = cases.flatMap(({ name, timeZone, start, recurrence, from, to }) => {
    const zone = zoneOr(timeZone ?? undefined, utc);
    const startMs = timeZone === null ? momentMs(start) : toInstant(zone, momentMs(start));
    const at = (ms: number) =>
      timeZone === null ? { date: formatDate(ms) } : { dateTime: formatDateTime(ms, zone), timeZone };
    const series = {
      id: "case",
      start: at(startMs),
      end: at(startMs + (timeZone === null ? 24 : 1) * hourMs),
      recurrence,
    };
    const window = { fromMs: momentMs(from), toMs: momentMs(to) };
    const rule = plainRule(series, zone);
    // The data leaves out where weeks begin, and names the days only.
    const namesWeeks = recurrence.some(line => line.includes("WKST"));
    return rule === undefined || namesWeeks ? [] : [[name, { series, window, rule }] as const];
  });

  test("most of them have data", () => {
    expect(plain.length).toBeGreaterThan(cases.length / 2);
  });

  test.each(plain)("%s", (_name, { series, window, rule }) => {
    const kept = series.recurrence.filter(line => !line.startsWith("RRULE"));
    const again = { ...series, recurrence: [lineOf(rule), ...kept] };
    expect(expandSeries(again, [], window, utc)).toEqual(expandSeries(series, [], window, utc));
  });
});
