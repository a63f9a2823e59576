import { describe, expect, test } from "@jest/globals";
import type { SeriesDocument } from "@firestore-calendar-sync/client";
import { eventAt, eventOn, own } from "../event.fixture.ts";
import { changesOf, draftOf, newDraft, newEventOf, problemsOf, rebase, withTypedGuests } from "./draft.ts";

const zones = { fields: "Europe/Berlin", event: "Europe/Berlin" };
const plain = (text: string) => text;
const event = eventAt("2026-11-23T08:00:00Z", {
  location: "Room Amber",
  attendees: [{ email: "ada@example.com", responseStatus: "accepted" }],
  reminders: { overrides: [{ method: "email", minutes: 3 }] },
  visibility: "confidential",
});
const draft = draftOf(event, undefined, zones, plain);
const start = { dateTime: "2026-11-23T09:00:00+01:00", timeZone: "Europe/Berlin" };
const end = { dateTime: "2026-11-23T10:00:00+01:00", timeZone: "Europe/Berlin" };

describe("the changes of an event", () => {
  test("are empty if nothing has changed", () => {
    expect(changesOf(draft, { ...draft }, zones)).toEqual({});
    const day = draftOf(eventOn("2026-11-23"), undefined, zones, plain);
    // The hours of an all-day event are not written.
    expect(changesOf(day, { ...day, startTime: "11:00" }, zones)).toEqual({});
  });

  test("are only the changed fields; an emptied field is null", () => {
    const changed = { ...draft, summary: " Plan B ", location: "", guests: [], colorId: "5" };
    expect(changesOf(draft, changed, zones)).toEqual({
      summary: "Plan B",
      location: null,
      attendees: null,
      colorId: "5",
    });
  });

  test("have both times if one has changed, and both as dates after a change to all-day", () => {
    expect(changesOf(draft, { ...draft, endTime: "11:00" }, zones)).toEqual({
      start,
      end: { ...end, dateTime: "2026-11-23T11:00:00+01:00" },
    });
    expect(changesOf(draft, { ...draft, allDay: true }, zones)).toEqual({
      start: { date: "2026-11-23" },
      end: { date: "2026-11-24" },
    });
  });

  test("keep reminders, visibility and a rule that the form does not know", () => {
    expect(draft).toMatchObject({ reminders: "custom", visibility: "private" });
    const occurrence = draftOf({ ...event, recurringEventId: "series" }, undefined, zones, plain);
    expect(occurrence.repeat).toBe("custom");
    expect(
      changesOf(occurrence, { ...occurrence, startDate: "2026-11-24", endDate: "2026-11-24" }, zones),
    ).not.toHaveProperty("recurrence");
    expect(changesOf(draft, { ...draft, reminders: "30" }, zones)).toEqual({
      reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 30 }] },
    });
  });

  test("have a rule if another repetition was chosen, by the date in the event's own zone", () => {
    expect(changesOf(draft, { ...draft, repeat: "weekly" }, zones)).toEqual({
      recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO"],
    });
    // Nine o'clock on Monday in Berlin is still Sunday on Hawaii.
    const away = { ...zones, event: "Pacific/Honolulu" };
    expect(changesOf(draft, { ...draft, repeat: "weekly" }, away)).toEqual({
      recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=SU"],
    });
    const series = { rule: { freq: "DAILY", interval: 1 }, timeZone: "Europe/Berlin" } as SeriesDocument;
    const daily = draftOf({ ...event, recurringEventId: "series" }, series, zones, plain);
    expect(daily.repeat).toBe("daily");
    expect(changesOf(daily, { ...daily, repeat: "none" }, zones)).toEqual({ recurrence: null });
  });
});

describe("a new event", () => {
  const times = { start: { dateTime: "2026-11-23T08:00:00Z" }, end: { dateTime: "2026-11-23T09:00:00Z" } };
  test("has its times and what was said", () => {
    const empty = newDraft(times, own, "Europe/Berlin");
    expect(newEventOf(empty, zones)).toEqual({ start, end });
    const said = { ...empty, summary: "Lunch", repeat: "daily", transparency: "transparent" } as const;
    expect(newEventOf(said, zones)).toEqual({
      start,
      end,
      summary: "Lunch",
      recurrence: ["RRULE:FREQ=DAILY"],
      transparency: "transparent",
    });
  });
});

describe("a draft whose event has changed meanwhile", () => {
  test("follows in the fields that the user has not touched", () => {
    const typed = { ...draft, location: "Room Blue" };
    const latest = {
      ...draft,
      summary: "Renamed",
      location: "Room Red",
      startTime: "12:00",
      endTime: "13:00",
    };
    expect(rebase(draft, typed, latest)).toEqual({ ...latest, location: "Room Blue" });
  });

  test("keeps all times together", () => {
    const typed = { ...draft, endTime: "11:00" };
    const latest = { ...draft, startTime: "12:00", endTime: "13:00" };
    expect(rebase(draft, typed, latest)).toEqual(typed);
  });
});

test("guests who are typed count, and what is no address is a problem", () => {
  const typed = withTypedGuests({ ...draft, guestText: "bob@example.com, Carol" });
  expect(typed.guests.map(({ email }) => email)).toEqual(["ada@example.com", "bob@example.com"]);
  expect(problemsOf(typed)).toEqual({ guests: "This is no e-mail address: Carol" });
  expect(problemsOf({ ...draft, endDate: "2026-11-22" })).toEqual({ times: "The end is before the start." });
  expect(problemsOf(draft)).toEqual({});
});
