import { describe, expect, test } from "@jest/globals";
import type { EventDocument } from "@firestore-calendar-sync/client";
import { eventInput } from "./event-input.ts";

const stamp = (iso: string) => {
  const millis = Date.parse(iso);
  return { seconds: millis / 1000, nanoseconds: 0, toDate: () => new Date(millis), toMillis: () => millis };
};
const timed: EventDocument = {
  calendarKey: "abcdefghijklmnopqrstu_",
  eventId: "e",
  startAt: stamp("2026-11-23T08:00:00Z"),
  endAt: stamp("2026-11-23T09:00:00Z"),
  start: { dateTime: "2026-11-23T09:00:00+01:00" },
  end: { dateTime: "2026-11-23T10:00:00+01:00" },
  allDay: false,
  status: "confirmed",
  summary: "Stand-up",
  eventType: "default",
  etag: '"1"',
  updatedAt: stamp("2026-11-20T00:00:00Z"),
};

describe("eventInput", () => {
  test("a timed event is a moment", () => {
    expect(eventInput("id", timed)).toEqual({
      id: "id",
      title: "Stand-up",
      start: new Date("2026-11-23T08:00:00Z"),
      end: new Date("2026-11-23T09:00:00Z"),
      allDay: false,
      classNames: ["cal-abcdefghijklmnopqrstu_"],
    });
  });

  test("an all-day event keeps its dates, whatever zone its timestamps are in", () => {
    const allDay = { ...timed, allDay: true, start: { date: "2026-11-23" }, end: { date: "2026-11-25" } };
    expect(eventInput("id", allDay)).toMatchObject({ start: "2026-11-23", end: "2026-11-25", allDay: true });
  });

  test("says what is tentative, free, declined, coloured or without a title", () => {
    const { summary: _summary, ...untitled } = timed;
    const input = eventInput("id", {
      ...untitled,
      status: "tentative",
      transparency: "transparent",
      colorId: "11",
      attendees: [{ self: true, responseStatus: "declined" }],
    });
    expect(input.title).toBe("(no title)");
    expect(input.classNames).toEqual([
      "cal-abcdefghijklmnopqrstu_",
      "event-color-11",
      "is-tentative",
      "is-free",
      "is-declined",
    ]);
  });

  test("without length is drawn on its day", () => {
    const day = { date: "2026-11-23" };
    const input = eventInput("id", { ...timed, allDay: true, start: day, end: day });
    expect(input).toMatchObject({ start: "2026-11-23", allDay: true });
    expect(input.end).toBeUndefined();
  });

  test("a colour that is no number makes no class", () => {
    expect(eventInput("id", { ...timed, colorId: "1 evil" }).classNames).toEqual([
      "cal-abcdefghijklmnopqrstu_",
    ]);
  });

  test("another guest's refusal is not mine", () => {
    const input = eventInput("id", { ...timed, attendees: [{ email: "a@x", responseStatus: "declined" }] });
    expect(input.classNames).not.toContain("is-declined");
  });
});
