import { describe, expect, test } from "@jest/globals";
import { expandSeries } from "./expand-series.ts";
import { utc, zoneOr } from "./zone-names.ts";

const window = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };
const timed = {
  start: { dateTime: "2026-01-05T09:00:00Z", timeZone: "UTC" },
  end: { dateTime: "2026-01-05T10:00:00Z", timeZone: "UTC" },
};
const allDay = { start: { date: "2026-01-05" }, end: { date: "2026-01-06" } };
const expand = (recurrence: string[], times: typeof timed | typeof allDay = timed) =>
  expandSeries({ id: "series", ...times, recurrence }, [], window, utc);

/** Starts and ends of the occurrences in a short form: `0105T09–0105T10`. */
function spans(...series: Parameters<typeof expand>): string[] {
  const expansion = expand(...series);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  const short = (ms: number) => new Date(ms).toISOString().replaceAll(/^....|-|:.*/g, "");
  return expansion.occurrences.map(({ startMs, endMs }) => `${short(startMs)}–${short(endMs)}`);
}

/** The number of unreadable values, `incomplete`, and the days of the first four occurrences in January. */
function read(recurrence: string[], times: typeof timed | typeof allDay = timed, zone = utc) {
  const expansion = expandSeries({ id: "series", ...times, recurrence }, [], window, zone);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  const { unreadable, incomplete, occurrences } = expansion;
  const days = occurrences.slice(0, 4).map(({ eventId }) => eventId.slice(11, 15));
  return { unreadable: unreadable.length, incomplete, days };
}

describe("an end that cannot be read never makes a rule endless, an interval none more frequent", () => {
  test.each([
    "FREQ=DAILY;COUNT=1x",
    "FREQ=DAILY;COUNT=x1",
    "FREQ=DAILY;COUNT=",
    "FREQ=DAILY;COUNT=-3",
    "FREQ=DAILY;COUNT=2;COUNT=",
    "FREQ=DAILY;UNTIL=",
    "FREQ=DAILY;UNTIL=20260230",
    "FREQ=DAILY;UNTIL=20260110T",
    "FREQ=DAILY;UNTIL=tomorrow;COUNT=9",
    "FREQ=DAILY;INTERVAL=2x",
    "FREQ=DAILY;INTERVAL=2;INTERVAL=3",
    "FREQ=DAILY;FREQ=WEEKLY",
    "FREQ=",
    "RSCALE=HEBREW;FREQ=DAILY",
  ])("%j", rule => {
    expect(read([`RRULE:${rule}`])).toEqual({ unreadable: 1, incomplete: true, days: ["0105"] });
  });

  test("a huge COUNT or INTERVAL is a number like any other", () => {
    const huge = "999999999999999";
    expect(read([`RRULE:FREQ=DAILY;COUNT=${huge}`])).toMatchObject({ unreadable: 0, incomplete: false });
    for (const frequency of ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "SECONDLY"])
      expect(read([`RRULE:FREQ=${frequency};INTERVAL=${huge}`]).days).toEqual(["0105"]);
  });
});

describe("an end in another form is read", () => {
  test.each([
    "20260107T235959Z",
    "20260107T185959-0500",
    "2026-01-07T18:59:59-05:00",
    "20260108T045959+05",
    "2026-01-07T23:59:59.999Z",
    "2026-01-07",
    "20260107",
    "20260107Z",
    "20260107T240000Z",
    "20260107T2359",
    "TZID=America/New_York:20260107T185959",
    'TZID="Eastern Standard Time":20260107T185959',
    "VALUE=DATE:20260107",
    "20260107T235959Z;UNTIL=20270101T000000Z",
    "20270101T000000Z;UNTIL=20260107",
  ])("UNTIL=%s", until => {
    expect(read([`RRULE:FREQ=DAILY;UNTIL=${until}`])).toEqual({
      unreadable: 0,
      incomplete: false,
      days: ["0105", "0106", "0107"],
    });
    expect(read([`RRULE:FREQ=DAILY;UNTIL;${until}`.replace("UNTIL;2", "UNTIL=2")]).days).toHaveLength(3);
  });

  test("a date lasts the whole day where a timed series is", () => {
    const at = (dateTime: string) => ({ dateTime, timeZone: "America/New_York" });
    const evening = { start: at("2026-01-05T20:00:00-05:00"), end: at("2026-01-05T21:00:00-05:00") };
    expect(read(["RRULE:FREQ=DAILY;UNTIL=20260106"], evening).days).toEqual(["0106", "0107"]);
    expect(spans(["RRULE:FREQ=DAILY;UNTIL=20260106"], allDay)).toHaveLength(2);
  });
});

describe("what cannot be read costs only itself", () => {
  const unread = (unreadable: number, days: string[], lines: string[]) => {
    expect(read(lines)).toEqual({ unreadable, incomplete: false, days });
  };
  const daily = ["0105", "0106", "0107"];

  test.each([
    "RRULE:FREQ=DAILY;COUNT=3;BYDAY=XX",
    "RRULE:FREQ=DAILY;COUNT=3;BYMONTH=1,13",
    "RRULE:FREQ=DAILY;COUNT=3;BYMONTHDAY=32",
    "RRULE:FREQ=DAILY;COUNT=3;BYMONTHDAY=0",
    "RRULE:FREQ=DAILY;COUNT=3;BYHOUR=9,24",
    "RRULE:FREQ=DAILY;COUNT=3;WKST=1",
    "RRULE:FREQ=DAILY;COUNT=3;BYEASTER=0",
    "RRULE:FREQ=DAILY;COUNT=3;nonsense",
  ])("one value or part: %s", line => {
    unread(1, daily, [line]);
  });

  test.each([
    [daily, "EXDATE:soon"],
    [daily, "EXRULE:FREQ=NEVER"],
    [["0105", "0107"], "EXDATE:20260106T090000Z,soon"],
    [["0105", "0107"], "EXDATE;TZID=Nowhere/At All:20260106T090000"],
  ])("a line that takes away: %j are left by %s", (days, line) => {
    unread(1, days, ["RRULE:FREQ=DAILY;COUNT=3", line]);
  });

  test("one value of a list of dates, also where there is no other", () => {
    const dates = "RDATE:20260106T090000Z,soon";
    unread(1, ["0105", "0106"], [dates]);
    expect(read(["RRULE:FREQ=DAILY;COUNT=3", "RDATE:soon"])).toEqual({
      unreadable: 1,
      incomplete: false,
      days: daily,
    });
  });
});

describe("what says nothing is passed over, and what is written oddly is read", () => {
  test.each([
    ["RRULE:FREQ=DAILY;COUNT=3;X-ORIGIN=7;x-more"],
    ['RRULE;X-NOTE=a;X-OTHER="b;c:d":FREQ=DAILY;COUNT=3'],
    ["RRULE:RSCALE=gregorian;SKIP=FORWARD;FREQ=DAILY;COUNT=3"],
    ["RRULE:RSCALE=;FREQ=DAILY;COUNT=3"],
    ["RRULE:FREQ=DAILY;;COUNT=3;BYDAY=;BYMONTH=,;INTERVAL=;WKST=;"],
    [" rrule : freq = daily ; count = 3 "],
    ["FREQ=DAILY;COUNT=3"],
    ["COUNT=3;FREQ=DAILY;UNTIL=2026-01-09T00:00:00Z"],
    ["RRULE;FREQ=DAILY;COUNT=3"],
    ["RRULE:RRULE:FREQ=DAILY;COUNT=3"],
    ["RRULE:FREQ=DAILY;COUNT=5;COUNT=3"],
    ["RRULE:FREQ=DAILY;FREQ=DAILY;COUNT=3"],
    ["RRULE:FREQ=DAI\r\n LY;COUNT=3"],
    ["RRULE:FREQ=DAILY;\nCOUNT=3"],
    ["RRULE:FREQ=DAILY;CO\\n UNT=3"],
    ["RRULE:FREQ=DAILY;COU", " NT=3"],
    ["RRULE:FREQ=DAILY;COUNT=9\r\nEXRULE:FREQ=DAILY;BYMONTHDAY=8,9,10,11,12,13\r\n"],
    ["", "  ", "RRULE:FREQ=DAILY;COUNT=3"],
    ["DTSTART;TZID=America/New_York:20260105T090000", "X-THING:1", "RRULE:FREQ=DAILY;COUNT=3", "EXRULE:"],
    ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:", "EXDATE;TZID=UTC:", "RDATE:,"],
    ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=GMT-03:00:"],
    ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260108T090000Z,"],
    ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:,2026-01-08T04:00:00-05:00;"],
    ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=GMT-03:00:20260108T060000"],
    ["RRULE:FREQ=DAILY;COUNT=4", 'EXDATE;X-A="1:2;3";TZID="UTC-05:00":20260108T040000'],
    ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=tzone://Microsoft/Utc:20260108T090000"],
    ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=(UTC-05:00) Eastern Time (US & Canada):20260108T040000"],
    ["RRULE:FREQ=DAILY;COUNT=4", 'EXDATE;TZID="America/New_York:20260108T040000'],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO;BYDAY=TU, ,we;COUNT=3"],
    ["RRULE:FREQ=MONTHLY;BYYEARDAY=200;BYMONTHDAY=5,6,7;COUNT=3"],
  ])("%j %j", (...lines) => {
    expect(read(lines)).toEqual({ unreadable: 0, incomplete: false, days: ["0105", "0106", "0107"] });
  });

  test("a UTC time names the day that it is where the calendar is; midnight UTC the day of its digits", () => {
    const without = (line: string, zone: string) =>
      read(["RRULE:FREQ=DAILY;COUNT=4", line], allDay, zoneOr(zone, utc)).days;
    expect(without("EXDATE:20260105T230000Z", "Europe/Oslo")).toEqual(["0105", "0107", "0108"]);
    expect(without("EXDATE:20260106T050000Z", "America/New_York")).toEqual(["0105", "0107", "0108"]);
    expect(without("EXDATE:20260106T000000Z", "America/New_York")).toEqual(["0105", "0107", "0108"]);
  });

  test("an hour is not a day: an all-day series has one occurrence a day", () => {
    expect(spans(["RRULE:FREQ=HOURLY;COUNT=48"], allDay)).toEqual(["0105T00–0106T00", "0106T00–0107T00"]);
  });

  test("blanks, empty parts and small letters do no harm", () => {
    const lines = [" rrule:freq=weekly;byday=MO, tu;count=2; ", "RDATE:20260110T100000Z, 20260111T100000Z"];
    expect(spans(lines)).toEqual([
      "0105T09–0105T10",
      "0106T09–0106T10",
      "0110T10–0110T11",
      "0111T10–0111T11",
    ]);
  });

  test("numbers count in their order, not in the one they are written in", () => {
    expect(spans(["RRULE:FREQ=DAILY;BYHOUR=20,15,9;BYSETPOS=1,3;COUNT=3"])).toEqual([
      "0105T09–0105T10",
      "0105T20–0105T21",
      "0106T09–0106T10",
    ]);
  });
});

describe("a period", () => {
  const once = "RRULE:FREQ=DAILY;COUNT=1";
  const first = "0105T09–0105T10";

  test.each([
    ["with an end", "RDATE;VALUE=PERIOD:20260110T100000Z/20260110T130000Z", "0110T10–0110T13"],
    ["with a duration", "RDATE;VALUE=PERIOD:20260110T100000Z/PT2H", "0110T10–0110T12"],
    [
      "in a zone of its own",
      "RDATE;VALUE=PERIOD;TZID=Asia/Tokyo:20260110T100000/20260110T120000",
      "0110T01–0110T03",
    ],
    ["that ends before it begins", "RDATE;VALUE=PERIOD:20260110T100000Z/20260109T100000Z", "0110T10–0110T10"],
    ["that ends on a day", "RDATE;VALUE=PERIOD:20260110T100000Z/20260111", "0110T10–0110T11"],
  ])("%s", (_what, line, expected) => {
    expect(spans([once, line])).toEqual([first, expected]);
  });

  test("in an all-day series is its first day", () => {
    const line = "RDATE;VALUE=PERIOD:20260110T100000Z/20260113T100000Z";
    expect(spans([once, line], allDay)).toEqual(["0105T00–0106T00", "0110T00–0111T00"]);
  });

  test("that begins on a day is none in a series of times", () => {
    expect(spans([once, "RDATE:20260110"])).toEqual([first]);
  });
});

describe("whether a series goes on after the window", () => {
  const next = (recurrence: string[]) => {
    const expansion = expand(recurrence);
    return expansion.kind === "expanded" ? expansion.nextStartMs : expansion;
  };
  const twice = "RRULE:FREQ=DAILY;COUNT=2";

  test("is said by its rule and its single dates", () => {
    expect(next(["RRULE:FREQ=DAILY"])).toBe(Date.UTC(2027, 0, 1, 9));
    expect(next([twice, "RDATE:20270301T080000Z,20270201T080000Z"])).toBe(Date.UTC(2027, 1, 1, 8));
  });

  test("not by what lies in the window", () => {
    expect(next([twice, "RDATE:20261231T230000Z"])).toBeNull();
  });
});
