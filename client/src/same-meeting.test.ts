import { describe, expect, test } from "@jest/globals";
import type { CalendarDocument, EventDocument } from "./documents.ts";
import { calendar } from "./documents.fixture.ts";
import { below, oneOf, seeded, shuffled, timed, allDay } from "./random-events.fixture.ts";
import { meetingKey, mergeSameMeeting, type Meeting } from "./same-meeting.ts";

const hourMs = 3_600_000;
const single = (changes: Partial<EventDocument>, hour = 1): EventDocument => {
  const {
    recurringEventId: _series,
    originalStart: _original,
    ...rest
  } = timed(hour * hourMs, (hour + 1) * hourMs);
  return { ...rest, ...changes };
};
const names = (meetings: readonly Meeting[]) =>
  meetings.map(({ copies }) => copies.map(copy => `${copy.calendarKey}/${copy.eventId}`).join(" "));
const calendarsWith = (...primary: string[]): Map<string, CalendarDocument> =>
  new Map(["a", "b", "c"].map(key => [key, { ...calendar, primary: primary.includes(key) }]));

describe("mergeSameMeeting", () => {
  test("a meeting in several calendars is one entry", () => {
    const copies = ["b", "a", "c"].map(calendarKey => single({ calendarKey, eventId: "1", iCalUID: "m" }));
    const meetings = mergeSameMeeting(copies);
    expect(names(meetings)).toEqual(["a/1 b/1 c/1"]);
    expect(meetings[0]?.event).toBe(copies[1]);
  });

  test("the copy of the primary calendar leads, and else the one with most details", () => {
    const copies = [
      single({ calendarKey: "a", eventId: "1", iCalUID: "m", summary: undefined }),
      single({ calendarKey: "b", eventId: "1", iCalUID: "m", location: "Room 1" }),
      single({ calendarKey: "c", eventId: "1", iCalUID: "m", description: "", location: "Room 1" }),
    ];
    expect(names(mergeSameMeeting(copies))).toEqual(["c/1 b/1 a/1"]);
    expect(names(mergeSameMeeting(copies, { calendars: calendarsWith("a") }))).toEqual(["a/1 c/1 b/1"]);
    expect(names(mergeSameMeeting(copies, { calendars: calendarsWith("a", "b") }))).toEqual(["b/1 a/1 c/1"]);
  });

  test("the occurrences of a series stay apart, and each is joined with its copies, also if one was moved", () => {
    const occurrence = (calendarKey: string, day: number, movedBy = 0): EventDocument =>
      single(
        {
          calendarKey,
          eventId: `s_${day}`,
          iCalUID: "s",
          originalStart: { dateTime: new Date(day * 24 * hourMs).toISOString() },
        },
        day * 24 + movedBy,
      );
    const events = [occurrence("a", 1), occurrence("a", 2), occurrence("b", 1), occurrence("b", 2, 30)];
    expect(names(mergeSameMeeting(events))).toEqual(["a/s_1 b/s_1", "a/s_2 b/s_2"]);
  });

  test("the same moment in another offset is the same original start", () => {
    const copies = ["2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00Z"].map((dateTime, n) =>
      single({ calendarKey: "ab".charAt(n), eventId: "1", iCalUID: "m", originalStart: { dateTime } }),
    );
    expect(names(mergeSameMeeting(copies))).toEqual(["a/1 b/1"]);
  });

  test("an all-day event is the same meeting on the same date only", () => {
    const on = (calendarKey: string, date: string) => {
      const { originalStart: _original, ...rest } = allDay(date, "2026-11-25");
      return { ...rest, calendarKey, eventId: "1", iCalUID: "m" };
    };
    const events = [on("a", "2026-11-23"), on("b", "2026-11-23"), on("c", "2026-11-24")];
    expect(names(mergeSameMeeting(events))).toEqual(["a/1 b/1", "c/1"]);
  });

  test("events without iCalUID stay alone", () => {
    const events = ["a", "b"].map(calendarKey => single({ calendarKey, eventId: "1" }));
    expect(names(mergeSameMeeting(events))).toEqual(["a/1", "b/1"]);
  });

  test("random events: each copy is in exactly one meeting of its own, whatever the order of the input", () => {
    let merged = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seeded(seed);
      const events = Array.from({ length: below(random, 20) }, (_, n) =>
        single(
          {
            calendarKey: oneOf(random, ["a", "b", "c"]),
            eventId: String(n),
            iCalUID: oneOf(random, ["m", "n", undefined]),
            location: oneOf(random, ["here", undefined]),
          },
          below(random, 3),
        ),
      );
      const options = { calendars: calendarsWith("b") };
      const meetings = mergeSameMeeting(events, options);
      expect(mergeSameMeeting(shuffled(random, events), options)).toEqual(meetings);
      const copies = meetings.flatMap(meeting => meeting.copies);
      expect(copies).toHaveLength(events.length);
      expect(new Set(copies)).toEqual(new Set(events));
      const meetingOf = ({ iCalUID, startAt, eventId }: EventDocument) =>
        iCalUID === undefined ? eventId : `${iCalUID} ${startAt.toMillis()}`;
      expect(
        meetings.every(({ copies: [first, ...others] }) =>
          others.every(o => meetingOf(o) === meetingOf(first)),
        ),
      ).toBe(true);
      expect(new Set(events.map(meetingOf)).size).toBe(meetings.length);
      expect(meetings.every(({ event, copies: [first] }) => event === first)).toBe(true);
      expect(meetings.every(({ copies }) => new Set(copies.map(meetingKey)).size === 1)).toBe(true);
      merged += events.length - meetings.length;
    }
    expect(merged).toBeGreaterThan(100);
  });
});
