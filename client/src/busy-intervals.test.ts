import { describe, expect, test } from "@jest/globals";
import { busyIntervals } from "./busy-intervals.ts";
import { isBusy } from "./busy.ts";
import type { CalendarDocument, EventDocument } from "./documents.ts";
import { at, calendar, event } from "./documents.fixture.ts";
import { allDay, below, oneOf, seeded, timed, touching } from "./random-events.fixture.ts";
import type { TimeRange } from "./time-range.ts";
import { wallTimeMs } from "./zoned-time.ts";

const live: CalendarDocument = { ...calendar, sync: { phase: "live" }, lastSyncedAt: at(5000) };
const calendars = new Map([[event.calendarKey, live]]);
const options = { calendars, timeZone: "Europe/Berlin" };
const utc = (text: string) => new Date(`${text}Z`);
const ms = (text: string) => utc(text).getTime();
const texts = (ranges: readonly TimeRange[]) =>
  ranges.map(({ from, to }) => `${from.toISOString().slice(0, 16)} ${to.toISOString().slice(0, 16)}`);
const week = [utc("2026-11-23T00:00"), utc("2026-11-30T00:00")] as const;
const minuteMs = 60_000;

describe("busyIntervals", () => {
  test("joins events that overlap or touch, and ends at the range", () => {
    const events = [
      timed(ms("2026-11-24T11:00"), ms("2026-11-24T12:00")),
      timed(ms("2026-11-24T09:00"), ms("2026-11-24T10:00")),
      timed(ms("2026-11-24T09:30"), ms("2026-11-24T11:00")),
      timed(ms("2026-11-24T12:01"), ms("2026-11-24T13:00")),
      timed(ms("2026-11-29T22:00"), ms("2026-11-30T02:00")),
      timed(ms("2026-11-22T22:00"), ms("2026-11-23T00:00")),
    ];
    expect(texts(busyIntervals(events, ...week, options).intervals)).toEqual([
      "2026-11-24T09:00 2026-11-24T12:00",
      "2026-11-24T12:01 2026-11-24T13:00",
      "2026-11-29T22:00 2026-11-30T00:00",
    ]);
  });

  test("an all-day event takes its dates in the user's zone, 25 hours if clocks are set back", () => {
    const range = [utc("2026-10-20T00:00"), utc("2026-10-30T00:00")] as const;
    const events = [allDay("2026-10-25", "2026-10-26"), allDay("2026-10-27", "2026-10-27")];
    const inZone = (timeZone: string) =>
      texts(busyIntervals(events, ...range, { ...options, timeZone }).intervals);
    expect(inZone("Europe/Berlin")).toEqual([
      "2026-10-24T22:00 2026-10-25T23:00",
      "2026-10-26T23:00 2026-10-27T23:00",
    ]);
    expect(inZone("America/New_York")).toEqual([
      "2026-10-25T04:00 2026-10-26T04:00",
      "2026-10-27T04:00 2026-10-28T04:00",
    ]);
  });

  test("a timed event without length takes no time", () => {
    const empty = timed(ms("2026-11-24T09:00"), ms("2026-11-24T09:00"));
    expect(busyIntervals([empty], ...week, options).intervals).toEqual([]);
  });

  test("only the calendars that are given and synced count, for the times and for their freshness", () => {
    const [start, end] = [ms("2026-11-24T09:00"), ms("2026-11-24T10:00")];
    const events = [
      timed(start, end, { calendarKey: "colleague" }),
      timed(start, end, { calendarKey: "off" }),
    ];
    const given = new Map([...calendars, ["off", { ...live, enabled: false, lastSyncedAt: at(1) }]]);
    const busy = busyIntervals(events, ...week, { ...options, calendars: given });
    expect(busy).toEqual({ intervals: [], asOf: new Date(5000), live: true });
  });

  test("the rules of isBusy apply", () => {
    const events = [
      timed(ms("2026-11-24T09:00"), ms("2026-11-24T10:00"), { status: "tentative" }),
      allDay("2026-11-25", "2026-11-26", { transparency: "transparent" }),
    ];
    expect(busyIntervals(events, ...week, options).intervals).toHaveLength(1);
    expect(busyIntervals(events, ...week, { ...options, tentativeIsBusy: false }).intervals).toEqual([]);
  });

  test("a range that is empty, and a zone that does not exist, are refused", () => {
    expect(() => busyIntervals([], week[0], week[0], options)).toThrow("from must be before to");
    const atlantis = { ...options, timeZone: "Europe/Atlantis" };
    expect(() => busyIntervals([allDay("2026-11-24", "2026-11-25")], ...week, atlantis)).toThrow(RangeError);
  });
});

/** Around two days on which clocks are set in these zones. */
const zones = ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Kolkata"] as const;
const starts = [
  ms("2026-03-27T00:00"),
  ms("2026-10-23T00:00"),
  ms("2026-04-22T00:00"),
  ms("2026-11-01T00:00"),
] as const;

test("random events: each minute is busy exactly if an event that counts is in it", () => {
  let busyMinutes = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seeded(seed);
    const [timeZone, fromMs] = [oneOf(random, zones), oneOf(random, starts)];
    const toMs = fromMs + 4 * 24 * 60 * minuteMs;
    const events = Array.from({ length: below(random, 12) }, (): EventDocument => {
      const changes: Partial<EventDocument> = {
        calendarKey: oneOf(random, [event.calendarKey, event.calendarKey, "another"]),
        transparency: oneOf(random, ["opaque", "transparent", undefined]),
        selfResponse: oneOf(random, ["accepted", "declined", "needsAction", undefined]),
      };
      const startMs = fromMs + (below(random, 5 * 24 * 60) - 12 * 60) * minuteMs;
      if (random() < 0.8) return timed(startMs, startMs + below(random, 300) * minuteMs, changes);
      const dateAfter = (days: number) => new Date(startMs + days * 86_400_000).toISOString().slice(0, 10);
      return allDay(dateAfter(0), dateAfter(below(random, 3)), changes);
    });
    const { intervals } = busyIntervals(events, new Date(fromMs), new Date(toMs), { calendars, timeZone });
    const counting = events.filter(e => e.calendarKey === event.calendarKey && isBusy(e));
    for (let minute = fromMs; minute < toMs; minute += minuteMs) {
      const date = dateIn(timeZone, minute);
      const expected = counting.some(e => covers(e, minute, date));
      const found = intervals.filter(({ from, to }) => from.getTime() <= minute && minute < to.getTime());
      if (found.length !== Number(expected))
        throw new Error(`seed ${seed}: ${new Date(minute).toISOString()}`);
      busyMinutes += found.length;
    }
    expect(touching(intervals)).toEqual([]);
    expect(
      intervals.every(({ from, to }) => from < to && from.getTime() >= fromMs && to.getTime() <= toMs),
    ).toBe(true);
  }
  expect(busyMinutes).toBeGreaterThan(1000);
});

const dates = new Map<string, string>();

/** The date that a calendar on a wall in the zone shows. Remembered, because finding it out takes most of the time. */
function dateIn(timeZone: string, ms: number): string {
  const quarterOfAnHour = Math.floor(ms / 900_000) * 900_000;
  const key = `${timeZone} ${quarterOfAnHour}`;
  const date = dates.get(key) ?? new Date(wallTimeMs(quarterOfAnHour, timeZone)).toISOString().slice(0, 10);
  dates.set(key, date);
  return date;
}

function covers({ start, end }: EventDocument, minute: number, date: string): boolean {
  if ("date" in start && "date" in end) {
    return date >= start.date && (date < end.date || date === start.date);
  }
  if (!("dateTime" in start && "dateTime" in end)) throw new Error("mixed");
  return Date.parse(start.dateTime) <= minute && minute < Date.parse(end.dateTime);
}
