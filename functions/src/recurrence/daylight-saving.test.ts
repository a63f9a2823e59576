import { expect, test } from "@jest/globals";
import { hourMs } from "./civil.ts";
import { formatDateTime } from "./event-time.ts";
import { expandSeries } from "./expand-series.ts";
import { toInstant } from "./zone.ts";
import { utc, zoneNamed, zoneOr } from "./zone-names.ts";

/** Starts of a daily series of four hour-long events, as Google writes them. `start` is on the wall clock. */
function dailyStarts(timeZone: string, start: string, rule = "FREQ=DAILY;COUNT=4"): string[] {
  const zone = zoneNamed(timeZone);
  if (zone === null) throw new Error(timeZone);
  const startMs = toInstant(zone, Date.parse(`${start}Z`));
  const at = (instantMs: number) => ({ dateTime: formatDateTime(instantMs, zone), timeZone });
  const series = {
    id: "s",
    start: at(startMs),
    end: at(startMs + hourMs),
    recurrence: [`RRULE:${rule}`],
  };
  const expansion = expandSeries(series, [], { fromMs: startMs, toMs: startMs + 400 * 24 * hourMs }, utc);
  if (expansion.kind !== "expanded") throw new Error(JSON.stringify(expansion));
  return expansion.occurrences.map(occurrence =>
    "dateTime" in occurrence.start ? occurrence.start.dateTime : "",
  );
}

test("Europe/Berlin: a meeting at nine stays at nine when summer time begins", () => {
  expect(dailyStarts("Europe/Berlin", "2026-03-27T09:00:00")).toEqual([
    "2026-03-27T09:00:00+01:00",
    "2026-03-28T09:00:00+01:00",
    "2026-03-29T09:00:00+02:00",
    "2026-03-30T09:00:00+02:00",
  ]);
});

test("Europe/Berlin: 02:30 is 03:30 on the day that has none, and 02:30 again on the next", () => {
  expect(dailyStarts("Europe/Berlin", "2026-03-28T02:30:00")).toEqual([
    "2026-03-28T02:30:00+01:00",
    "2026-03-29T03:30:00+02:00",
    "2026-03-30T02:30:00+02:00",
    "2026-03-31T02:30:00+02:00",
  ]);
});

test("America/New_York: 01:30 is the first of the two when summer time ends", () => {
  expect(dailyStarts("America/New_York", "2026-10-31T01:30:00")).toEqual([
    "2026-10-31T01:30:00-04:00",
    "2026-11-01T01:30:00-04:00",
    "2026-11-02T01:30:00-05:00",
    "2026-11-03T01:30:00-05:00",
  ]);
});

test("America/New_York: a series that starts in the second 01:30 keeps that instant", () => {
  const timeZone = "America/New_York";
  const series = {
    id: "s",
    start: { dateTime: "2026-11-01T01:30:00-05:00", timeZone },
    end: { dateTime: "2026-11-01T02:30:00-05:00", timeZone },
    recurrence: ["RRULE:FREQ=DAILY;COUNT=2"],
  };
  const window = { fromMs: Date.UTC(2026, 9, 1), toMs: Date.UTC(2026, 11, 1) };
  expect(expandSeries(series, [], window, utc)).toMatchObject({
    occurrences: [{ eventId: "s_20261101T063000Z" }, { eventId: "s_20261102T063000Z" }],
  });
});

test("Australia/Lord_Howe: the clock moves by half an hour", () => {
  expect(dailyStarts("Australia/Lord_Howe", "2026-10-03T02:10:00")).toEqual([
    "2026-10-03T02:10:00+10:30",
    "2026-10-04T02:40:00+11:00",
    "2026-10-05T02:10:00+11:00",
    "2026-10-06T02:10:00+11:00",
  ]);
});

test("Africa/Casablanca: summer time pauses for Ramadan", () => {
  expect(dailyStarts("Africa/Casablanca", "2026-02-14T09:00:00", "FREQ=WEEKLY;COUNT=7")).toEqual([
    "2026-02-14T09:00:00+01:00",
    "2026-02-21T09:00:00Z",
    "2026-02-28T09:00:00Z",
    "2026-03-07T09:00:00Z",
    "2026-03-14T09:00:00Z",
    "2026-03-21T09:00:00Z",
    "2026-03-28T09:00:00+01:00",
  ]);
});

test("Asia/Kolkata: half an hour from UTC, never changed", () => {
  expect(dailyStarts("Asia/Kolkata", "2026-03-28T00:15:00", "FREQ=MONTHLY;COUNT=3")).toEqual([
    "2026-03-28T00:15:00+05:30",
    "2026-04-28T00:15:00+05:30",
    "2026-05-28T00:15:00+05:30",
  ]);
});

test("Pacific/Apia: the 30th of December 2011 did not exist, and its event falls together with the next day's", () => {
  expect(dailyStarts("Pacific/Apia", "2011-12-28T09:00:00", "FREQ=DAILY;COUNT=5")).toEqual([
    "2011-12-28T09:00:00-10:00",
    "2011-12-29T09:00:00-10:00",
    "2011-12-31T09:00:00+14:00",
    "2012-01-01T09:00:00+14:00",
  ]);
});

test("Pacific/Apia: an all-day event on the skipped day keeps its date and takes no time", () => {
  const series = {
    id: "s",
    start: { date: "2011-12-29" },
    end: { date: "2011-12-30" },
    recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
  };
  const window = { fromMs: Date.UTC(2011, 11, 29), toMs: Date.UTC(2012, 0, 5) };
  const midnight = Date.UTC(2011, 11, 30, 10);
  expect(expandSeries(series, [], window, zoneOr("Pacific/Apia", utc))).toMatchObject({
    occurrences: [
      { eventId: "s_20111229", startMs: midnight - 24 * hourMs, endMs: midnight },
      { eventId: "s_20111230", startMs: midnight, endMs: midnight },
      { eventId: "s_20111231", startMs: midnight, endMs: midnight + 24 * hourMs },
    ],
  });
});

test("an event that spans the change lasts as long as the others", () => {
  const timeZone = "Europe/Berlin";
  const series = {
    id: "s",
    start: { dateTime: "2026-03-27T23:00:00+01:00", timeZone },
    end: { dateTime: "2026-03-28T05:00:00+01:00", timeZone },
    recurrence: ["RRULE:FREQ=DAILY;COUNT=2"],
  };
  const window = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 3, 1) };
  expect(expandSeries(series, [], window, zoneOr(timeZone, utc))).toMatchObject({
    occurrences: [{}, { end: { dateTime: "2026-03-29T06:00:00+02:00" } }],
  });
});
