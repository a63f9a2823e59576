import { describe, expect, test } from "@jest/globals";
import { demoCalendars } from "./demo-calendars.ts";

type SeededEvent = {
  id: string;
  summary: string;
  start: { date?: string; dateTime?: string };
  end: { date?: string };
};

describe("the demo person's calendars", () => {
  const winter = demoCalendars("demo@example.com", new Date("2026-01-20T23:30:00Z"));
  const eventsOf = (index: number): SeededEvent[] => (winter[index]?.events ?? []) as SeededEvent[];

  test("one is primary and has the person's address, one cannot be watched", () => {
    expect(winter.filter(({ primary }) => primary).map(({ id }) => id)).toEqual(["demo@example.com"]);
    expect(winter.filter(({ watchable }) => watchable === false).map(({ accessRole }) => accessRole)).toEqual(
      ["reader"],
    );
  });

  test("they have three colours, the same at every start", () => {
    const later = demoCalendars("demo@example.com", new Date("2026-07-01T10:00:00Z"));
    for (const calendars of [winter, later])
      expect(calendars.map(({ colorId }) => colorId)).toEqual(["16", "8", "12"]);
  });

  test("today is today in Berlin", () => {
    const lunch = eventsOf(0).find(({ summary }) => summary === "Lunch with Jonas");
    expect(lunch?.start.dateTime).toBe("2026-01-21T12:30:00+01:00");
  });

  test("in summer the clock on the wall is two hours ahead", () => {
    const [calendar] = demoCalendars("demo@example.com", new Date("2026-07-01T10:00:00Z"));
    const events = (calendar?.events ?? []) as SeededEvent[];
    expect(events.find(({ summary }) => summary === "Lunch with Jonas")?.start.dateTime).toBe(
      "2026-07-01T12:30:00+02:00",
    );
  });

  test("work is on work days, whatever day it is today", () => {
    for (const day of ["2026-01-19", "2026-01-22", "2026-01-25"]) {
      const team = demoCalendars("demo@example.com", new Date(`${day}T10:00:00Z`))[1];
      const starts = (team?.events as SeededEvent[]).map(({ start }) => start.date ?? start.dateTime ?? "");
      expect(
        starts.map(start => new Date(start).getUTCDay()).filter(weekday => weekday === 0 || weekday === 6),
      ).toEqual([]);
    }
  });

  test("they show what an event can be: each answer, a place, focus time, a file, a meeting, a colour", () => {
    const events = winter.flatMap(({ events }) => events) as Record<string, unknown>[];
    const answers = events.flatMap(
      ({ attendees = [] }) => attendees as { email: string; responseStatus: string }[],
    );
    const own = answers.filter(({ email }) => email === "demo@example.com");
    expect(own.map(({ responseStatus }) => responseStatus).sort()).toEqual([
      "declined",
      "needsAction",
      "tentative",
    ]);
    const types = new Set(events.map(({ eventType }) => eventType));
    expect([...types].filter(type => type !== undefined).sort()).toEqual([
      "birthday",
      "focusTime",
      "workingLocation",
    ]);
    for (const field of ["attachments", "conferenceData", "reminders", "colorId"])
      expect([field, events.some(event => field in event)]).toEqual([field, true]);
  });

  test("all-day events end on the day after their last", () => {
    const visit = eventsOf(0).find(({ summary }) => summary === "Parents visiting");
    expect([visit?.start.date, visit?.end.date]).toEqual(["2026-01-24", "2026-01-27"]);
  });

  test("ids are ones that Google accepts, and unique in a calendar", () => {
    for (const { events } of winter) {
      const ids = (events as SeededEvent[]).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(id).toMatch(/^[a-v0-9]{5,1024}$/);
    }
  });
});
