import { describe, expect, test } from "@jest/globals";
import { eventAt, eventOn } from "../app/event.fixture.ts";
import {
  clickedOrDragged,
  droppedTimes,
  googleTimes,
  nextHalfHour,
  shownTimes,
  stepped,
  type GridTimes,
} from "./event-times.ts";

const berlin = { viewer: "Europe/Berlin" };

/** What the component reports. Its strings have the viewer's offset. */
const timedDrop = (start: string, end: string | null) => ({
  allDay: false,
  start: new Date(start),
  end: end === null ? null : new Date(end),
  startStr: start,
  endStr: end ?? "",
});
const allDayDrop = (startStr: string, endStr: string) => ({
  allDay: true,
  start: new Date(`${startStr}T00:00:00Z`),
  end: endStr === "" ? null : new Date(`${endStr}T00:00:00Z`),
  startStr,
  endStr,
});
const timed = (start: string, end: string): GridTimes => ({
  allDay: false,
  start: new Date(start),
  end: new Date(end),
});

describe("a dropped event", () => {
  test("keeps the zone in which it was entered, with the offset of the new day", () => {
    const event = eventAt("2026-10-23T13:00:00Z", {
      start: { dateTime: "2026-10-23T09:00:00-04:00", timeZone: "America/New_York" },
      end: { dateTime: "2026-10-23T10:00:00-04:00", timeZone: "America/New_York" },
    });
    // Ten days later, New York has changed its clocks.
    const times = droppedTimes(timedDrop("2026-11-02T14:00:00Z", "2026-11-02T15:00:00Z"), event);
    expect(googleTimes(times, berlin, event)).toEqual({
      start: { dateTime: "2026-11-02T09:00:00-05:00", timeZone: "America/New_York" },
      end: { dateTime: "2026-11-02T10:00:00-05:00", timeZone: "America/New_York" },
    });
  });

  test("keeps two zones, as a flight has them", () => {
    const event = eventAt("2026-11-23T09:00:00Z", {
      start: { dateTime: "2026-11-23T10:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-23T10:00:00+00:00", timeZone: "Europe/London" },
    });
    const times = timed("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    expect(googleTimes(times, { viewer: "Asia/Tokyo" }, event)).toEqual({
      start: { dateTime: "2026-11-24T10:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-24T10:00:00+00:00", timeZone: "Europe/London" },
    });
  });

  test("without a zone has the calendar's offset and still no zone", () => {
    const times = timed("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z");
    const zones = { viewer: "Asia/Tokyo", calendar: "Europe/Berlin" };
    expect(googleTimes(times, zones, eventAt("2026-11-20T09:00:00Z"))).toEqual({
      start: { dateTime: "2026-11-23T10:00:00+01:00" },
      end: { dateTime: "2026-11-23T11:00:00+01:00" },
    });
  });

  test("with a zone that the browser does not know keeps it, with another offset for the same moment", () => {
    const zone = { timeZone: "Mars/Olympus" };
    const event = eventAt("2026-11-23T09:00:00Z", {
      start: { dateTime: "2026-11-23T09:00:00Z", ...zone },
      end: { dateTime: "2026-11-23T10:00:00Z", ...zone },
    });
    const times = timed("2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z");
    expect(googleTimes(times, berlin, event).start).toEqual({
      dateTime: "2026-11-23T12:00:00+01:00",
      ...zone,
    });
  });

  test("that becomes an all-day one has one day, and an all-day one that becomes timed has an hour", () => {
    const day = droppedTimes(allDayDrop("2026-10-25", ""), eventAt("2026-10-24T08:00:00Z"));
    expect(googleTimes(day, berlin, eventAt("2026-10-24T08:00:00Z"))).toEqual({
      start: { date: "2026-10-25" },
      end: { date: "2026-10-26" },
    });
    const trip = eventOn("2026-11-23", { end: { date: "2026-11-26" } });
    const hour = droppedTimes(timedDrop("2026-11-24T09:00:00Z", null), trip);
    expect(googleTimes(hour, { viewer: "Europe/Berlin", calendar: "Asia/Tokyo" }, trip)).toEqual({
      start: { dateTime: "2026-11-24T10:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-24T11:00:00+01:00", timeZone: "Europe/Berlin" },
    });
  });

  test("for some days keeps exclusive dates, whatever the viewer's zone is", () => {
    const times = droppedTimes(allDayDrop("2026-03-28", "2026-03-30"), eventOn("2026-03-20"));
    expect(googleTimes(times, { viewer: "Pacific/Kiritimati" })).toEqual({
      start: { date: "2026-03-28" },
      end: { date: "2026-03-30" },
    });
  });

  test("of which the clocks leave nothing keeps its length", () => {
    // 02:00–03:00, dropped on the day on which Berlin's clocks skip this hour: the component reports one moment.
    const event = eventAt("2026-03-28T01:00:00Z");
    const drop = timedDrop("2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z");
    expect(droppedTimes(drop, event)).toEqual(timed("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"));
    const halfHour = timedDrop("2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z");
    expect(droppedTimes(halfHour, event)).toEqual(timed("2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"));
  });

  test("without length has none after it", () => {
    const event = eventAt("2026-11-23T09:00:00Z");
    const dropped = droppedTimes(timedDrop("2026-11-24T09:00:00Z", null), { ...event, endAt: event.startAt });
    expect(dropped).toEqual(timed("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"));
  });
});

describe("a step by keyboard", () => {
  const move = { what: "move", minutes: 0, days: 0 } as const;
  const resize = { what: "resize", minutes: 0, days: 0 } as const;

  test("moves both ends by minutes", () => {
    const times = timed("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z");
    expect(stepped(times, { ...move, minutes: -15 }, "UTC")).toEqual(
      timed("2026-11-23T08:45:00Z", "2026-11-23T09:45:00Z"),
    );
  });

  test("by a day keeps the time on the clock where the clocks change", () => {
    const times = timed("2026-10-24T07:00:00Z", "2026-10-24T08:00:00Z");
    expect(stepped(times, { ...move, days: 1 }, "Europe/Berlin")).toEqual(
      timed("2026-10-25T08:00:00Z", "2026-10-25T09:00:00Z"),
    );
    const night = timed("2026-03-28T01:00:00Z", "2026-03-28T02:00:00Z");
    expect(stepped(night, { ...move, days: 1 }, "Europe/Berlin")).toEqual(
      timed("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"),
    );
  });

  test("moves an all-day event by days only", () => {
    const days = shownTimes(eventOn("2026-02-28"));
    expect(stepped(days, { ...move, days: 1 }, "UTC")).toEqual({
      allDay: true,
      start: "2026-03-01",
      end: "2026-03-02",
    });
    expect(stepped(days, { ...move, minutes: 15 }, "UTC")).toBeUndefined();
  });

  test("moves the end, and never as far as the start", () => {
    const times = timed("2026-11-23T09:00:00Z", "2026-11-23T09:15:00Z");
    expect(stepped(times, { ...resize, minutes: 15 }, "UTC")).toEqual(
      timed("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z"),
    );
    expect(stepped(times, { ...resize, minutes: -15 }, "UTC")).toBeUndefined();
    const day = shownTimes(eventOn("2026-11-23"));
    expect(stepped(day, { ...resize, minutes: 15 }, "UTC")).toEqual({
      allDay: true,
      start: "2026-11-23",
      end: "2026-11-25",
    });
    expect(stepped(day, { ...resize, minutes: -15 }, "UTC")).toBeUndefined();
  });
});

describe("a new event", () => {
  test.each([
    ["2026-11-23T09:10:00Z", "2026-11-23T09:30:00Z"],
    ["2026-11-23T09:30:00Z", "2026-11-23T10:00:00Z"],
    ["2026-11-23T23:45:00Z", "2026-11-24T00:00:00Z"],
  ])("at %s begins at %s", (now, start) => {
    expect(nextHalfHour(new Date(now), "UTC").start).toEqual(new Date(start));
  });

  test("begins on the shown day, at the clock time of the viewer's zone", () => {
    const shown = new Date("2026-10-24T22:00:00Z"); // Midnight in Berlin, of the day on which the clocks change.
    expect(nextHalfHour(new Date("2026-07-01T09:10:00Z"), "Europe/Berlin", shown)).toEqual(
      timed("2026-10-25T10:30:00Z", "2026-10-25T11:30:00Z"),
    );
  });

  test("is an hour after a click, and as long as it was dragged", () => {
    const quarter = 15 * 60_000;
    const click = timedDrop("2026-11-23T09:45:00Z", "2026-11-23T10:00:00Z");
    expect(clickedOrDragged(click, quarter, "UTC")).toEqual(
      timed("2026-11-23T09:30:00Z", "2026-11-23T10:30:00Z"),
    );
    const drag = timedDrop("2026-11-23T09:45:00Z", "2026-11-23T10:15:00Z");
    expect(clickedOrDragged(drag, quarter, "UTC")).toEqual(
      timed("2026-11-23T09:45:00Z", "2026-11-23T10:15:00Z"),
    );
  });

  test("has the viewer's zone", () => {
    const times = clickedOrDragged(timedDrop("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z"), 1, "UTC");
    expect(googleTimes(times, { viewer: "America/New_York" })).toEqual({
      start: { dateTime: "2026-11-23T04:00:00-05:00", timeZone: "America/New_York" },
      end: { dateTime: "2026-11-23T04:30:00-05:00", timeZone: "America/New_York" },
    });
  });
});
