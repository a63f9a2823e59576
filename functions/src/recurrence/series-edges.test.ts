import { describe, expect, test } from "@jest/globals";
import { berlin, daily, expanded, idsOf, january, newYork } from "./daily.fixture.ts";

describe("a zone that is missing or means nothing is the calendar's", () => {
  const march = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 3, 1) };
  test.each([undefined, "", "Mars/Olympus", "Etc/Unknown"])("%p", timeZone => {
    const time = (dateTime: string) => ({ dateTime, timeZone });
    const series = {
      ...daily,
      // The offset differs by an hour from the calendar's zone. The first occurrence is still at Google's instant.
      start: time("2026-03-06T09:00:00-04:00"),
      end: time("2026-03-06T10:00:00-04:00"),
    };
    expect(expanded(series, [], march, newYork)).toMatchObject({
      occurrences: [
        { start: { dateTime: "2026-03-06T08:00:00-05:00", timeZone: "America/New_York" } },
        { start: { dateTime: "2026-03-07T08:00:00-05:00" } },
        { start: { dateTime: "2026-03-08T08:00:00-04:00" } },
        { start: { dateTime: "2026-03-09T08:00:00-04:00" }, startMs: Date.UTC(2026, 2, 9, 12) },
      ],
      unreadable: [],
    });
  });
});

describe("what Firestore cannot hold is left out, one by one", () => {
  const forever = { id: "forever", start: { date: "2026-01-10" }, recurrence: ["RRULE:FREQ=DAILY;COUNT=30"] };

  test("ends after the year 9999", () => {
    expect(idsOf({ ...forever, end: { date: "9999-12-29" } }, [], january, berlin)).toEqual([
      "forever_20260110",
      "forever_20260111",
      "forever_20260112",
    ]);
  });

  test("times that are in the year 10000 where the event or the calendar is", () => {
    const last = { fromMs: Date.UTC(9999, 11, 29), toMs: Date.UTC(10_000, 0, 5) };
    const at = (day: number, hour: number) => ({
      dateTime: `9999-12-${day}T${hour}:00:00Z`,
      timeZone: "Asia/Tokyo",
    });
    const tokyo = { id: "t", start: at(29, 15), end: at(29, 16), recurrence: ["RRULE:FREQ=DAILY"] };
    expect(idsOf(tokyo, [], last, berlin)).toEqual(["t_99991229T150000Z", "t_99991230T150000Z"]);
    const day = { ...forever, start: { date: "9999-12-30" }, end: { date: "9999-12-31" } };
    expect(idsOf(day, [], last, newYork)).toEqual(["forever_99991230"]);
  });

  test("a series may have begun in a year that stands for none", () => {
    for (const year of ["0000", "0001", "1604"]) {
      const born = { id: "b", start: { date: `${year}-01-20` }, end: { date: `${year}-01-21` } };
      const series = { ...born, recurrence: ["RRULE:FREQ=YEARLY"] };
      expect(idsOf(series, [], january, newYork)).toEqual(["b_20260120"]);
      const first = { fromMs: Date.parse("0000-01-01"), toMs: Date.parse("0002-01-01") };
      expect(idsOf(series, [], first, newYork)[0]).toBe(year === "1604" ? undefined : "b_00010120");
    }
  });
});
