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

  test("an event without a title is drawn with words in its place", () => {
    const { summary: _summary, ...untitled } = timed;
    expect(eventInput("id", untitled).title).toBe("(no title)");
    expect(eventInput("id", { ...untitled, visibility: "private" }).title).toBe("Busy");
  });

  test.each<[string, Partial<EventDocument>, string[]]>([
    ["an accepted invitation", { selfResponse: "accepted" }, []],
    ["a tentative event", { status: "tentative" }, ["is-tentative"]],
    ["an answer of maybe", { selfResponse: "tentative" }, ["is-tentative"]],
    ["an invitation to answer", { selfResponse: "needsAction", status: "tentative" }, ["is-unanswered"]],
    ["a free time", { transparency: "transparent" }, ["is-free"]],
    [
      "maybe, and free",
      { selfResponse: "tentative", transparency: "transparent" },
      ["is-tentative", "is-free"],
    ],
    ["declined, whatever else", { selfResponse: "declined", status: "tentative" }, ["is-declined"]],
    ["an answer of later versions", { selfResponse: "delegated" }, []],
    ["a working location", { eventType: "workingLocation", transparency: "transparent" }, ["is-place"]],
  ])("%s has its class", (_what, change, classes) => {
    expect(eventInput("id", { ...timed, ...change }).classNames).toEqual([
      "cal-abcdefghijklmnopqrstu_",
      ...classes,
    ]);
  });

  test("a working location for some hours is a line above the hours", () => {
    const place = { eventType: "workingLocation", workingLocation: { type: "homeOffice" } };
    expect(eventInput("id", { ...timed, ...place })).toMatchObject({ title: "Home", allDay: true });
  });

  test("a change that is not at Google yet has its class, beside that of the answer", () => {
    const pending = { ...timed, selfResponse: "tentative", pending: true };
    expect(eventInput("id", pending).classNames).toEqual([
      "cal-abcdefghijklmnopqrstu_",
      "is-tentative",
      "is-pending",
    ]);
  });

  test("without length is drawn on its day", () => {
    const day = { date: "2026-11-23" };
    const input = eventInput("id", { ...timed, allDay: true, start: day, end: day });
    expect(input).toMatchObject({ start: "2026-11-23", allDay: true });
    expect(input.end).toBeUndefined();
  });

  test("another guest's refusal is not mine", () => {
    const input = eventInput("id", { ...timed, attendees: [{ email: "a@x", responseStatus: "declined" }] });
    expect(input.classNames).not.toContain("is-declined");
  });
});
