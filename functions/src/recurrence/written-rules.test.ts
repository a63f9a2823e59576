import { describe, expect, test } from "@jest/globals";
import { expandSeries } from "./expand-series.ts";
import { utc } from "./zone.ts";

const window = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };
const timed = {
  start: { dateTime: "2026-01-05T09:00:00Z", timeZone: "UTC" },
  end: { dateTime: "2026-01-05T10:00:00Z", timeZone: "UTC" },
};
const allDay = { start: { date: "2026-01-05" }, end: { date: "2026-01-06" } };
const expand = (recurrence: string[], times: typeof timed | typeof allDay = timed) =>
  expandSeries({ id: "series", ...times, recurrence }, [], window, utc);

/** From when to when, as short as can be: `0105T09–0105T10`. */
function spans(...series: Parameters<typeof expand>): string[] {
  const expansion = expand(...series);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  const short = (ms: number) => new Date(ms).toISOString().replaceAll(/^....|-|:.*/g, "");
  return expansion.occurrences.map(({ startMs, endMs }) => `${short(startMs)}–${short(endMs)}`);
}

describe("a rule is read as a whole, or not at all", () => {
  test.each([
    "FREQ=DAILY;COUNT=1x",
    "FREQ=DAILY;COUNT=x1",
    "FREQ=DAILY;INTERVAL=2x",
    "FREQ=MONTHLY;BYMONTHDAY=1x",
    "FREQ=MONTHLY;BYMONTHDAY=x1",
    "FREQ=MONTHLY;BYMONTHDAY=-32",
    "FREQ=WEEKLY;BYDAY=xMO",
    "FREQ=WEEKLY;BYDAY=MOx",
    "FREQ=YEARLY;BYDAY=54MO",
    "FREQ=YEARLY;BYDAY=-54MO",
    "FREQ=DAILY;COUNT=2\nBYDAY=MO",
  ])("%j", rule => {
    expect(expand([`RRULE:${rule}`]).kind).toBe("malformed");
  });

  test.each([
    "XRRULE:FREQ=DAILY",
    "RDATE:20260110T100000Z/soon",
    "RDATE:20260110T100000Z/XP1D",
    "RDATE:20260110T100000ZX",
  ])("%s", line => {
    expect(expand(["RRULE:FREQ=DAILY;COUNT=2", line]).kind).toBe("malformed");
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
  const next = (recurrence: string[], exceptions: Parameters<typeof expandSeries>[1] = []) => {
    const expansion = expandSeries({ id: "series", ...timed, recurrence }, exceptions, window, utc);
    return expansion.kind === "expanded" ? expansion.nextStartMs : expansion;
  };
  const moved = (day: string) => ({
    id: "moved",
    recurringEventId: "series",
    originalStartTime: { dateTime: "2026-01-06T09:00:00Z" },
    start: { dateTime: `${day}T09:00:00Z` },
    end: { dateTime: `${day}T10:00:00Z` },
  });
  const twice = "RRULE:FREQ=DAILY;COUNT=2";

  test("is said by its rule, its single dates, and instances that were moved", () => {
    expect(next(["RRULE:FREQ=DAILY"])).toBe(Date.UTC(2027, 0, 1, 9));
    expect(next([twice, "RDATE:20270301T080000Z,20270201T080000Z"])).toBe(Date.UTC(2027, 1, 1, 8));
    expect(next([twice], [moved("2027-01-02")])).toBe(Date.UTC(2027, 0, 2, 9));
  });

  test("not by what lies in the window", () => {
    expect(next([twice, "RDATE:20261231T230000Z"], [moved("2026-12-31")])).toBeNull();
  });
});
