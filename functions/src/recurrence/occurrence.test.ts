import { describe, expect, test } from "@jest/globals";
import { isInWindow, placeEvent } from "./occurrence.ts";
import { utc, zoneOr } from "./zone.ts";

const at = (hour: number) => ({ dateTime: `2026-01-05T${String(hour).padStart(2, "0")}:00:00Z` });
const day = (date: string) => ({ date });

describe("where an event lies", () => {
  test("a moment is one everywhere", () => {
    expect(placeEvent({ start: at(9), end: at(9) }, zoneOr("Asia/Tokyo", utc))).toEqual({
      kind: "placed",
      placement: {
        start: at(9),
        end: at(9),
        startMs: Date.UTC(2026, 0, 5, 9),
        endMs: Date.UTC(2026, 0, 5, 9),
        allDay: false,
      },
    });
  });

  test("a day is one of the calendar's zone", () => {
    expect(
      placeEvent({ start: day("2026-01-05"), end: day("2026-01-06") }, zoneOr("Asia/Tokyo", utc)),
    ).toMatchObject({
      placement: { startMs: Date.UTC(2026, 0, 4, 15), endMs: Date.UTC(2026, 0, 5, 15), allDay: true },
    });
  });

  test.each([
    [{ start: at(9), end: undefined }, "end is missing"],
    [{ start: { dateTime: "soon" }, end: at(9) }, 'start is not a time with an offset: "soon"'],
    [{ start: at(9), end: { date: "later" } }, 'end is not a date: "later"'],
    [{ start: day("2026-01-05"), end: at(9) }, "start and end are not of one kind"],
    [{ start: at(9), end: at(8) }, "the end is before the start"],
  ])("nowhere: %j", (event, reason) => {
    expect(placeEvent(event, utc)).toEqual({ kind: "malformed", reason });
  });
});

test("a window holds what ends after its start and starts before its end, as Google's does", () => {
  const placement = { start: at(9), end: at(10), startMs: 9, endMs: 10, allDay: false };
  const seen = (fromMs: number, toMs: number) => isInWindow(placement, { fromMs, toMs });
  expect([seen(9, 10), seen(8, 11), seen(10, 11), seen(8, 9), seen(11, 12), seen(7, 8)]).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
