import { describe, expect, test } from "@jest/globals";
import type { EventChanges } from "@firestore-calendar-sync/client";
import { inheritedBody, insertBody, patchBody, timeBody, withZone } from "./event-body.ts";

const ann = { email: "ann@example.com", self: true, organizer: true, responseStatus: "accepted" };
const bob = { email: "bob@example.com", responseStatus: "declined", comment: "ill" };
const before = { attendees: [ann, bob], hasConference: false };

const request = { createRequest: { requestId: "r", conferenceSolutionKey: { type: "hangoutsMeet" } } };

describe("the body of a patch", () => {
  test.each<readonly [string, EventChanges, object]>([
    [
      "plain fields as they are",
      { summary: "A", location: null, guestsCanModify: true },
      { summary: "A", location: null, guestsCanModify: true },
    ],
    [
      "no times and lines",
      { start: { date: "2026-03-16" }, end: { date: "2026-03-17" }, recurrence: ["RRULE:FREQ=DAILY"] },
      {},
    ],
    [
      "guests with their answers",
      { attendees: [{ email: "BOB@example.com", optional: true }, { email: "eve@example.com" }] },
      {
        attendees: [ann, { ...bob, email: "BOB@example.com", optional: true }, { email: "eve@example.com" }],
      },
    ],
    [
      "the user and the organizer once",
      { attendees: [{ email: "Ann@example.com" }] },
      { attendees: [{ ...ann, email: "Ann@example.com" }] },
    ],
    ["no other guests", { attendees: null }, { attendees: [ann] }],
    [
      "the calendar's own reminders instead of none",
      { reminders: null },
      { reminders: { useDefault: true } },
    ],
    ["reminders", { reminders: { useDefault: false } }, { reminders: { useDefault: false } }],
    ["a request for a conference", { conference: true }, { conferenceData: request }],
    ["no conference", { conference: null }, { conferenceData: null }],
  ])("has %s", (_what, changes, body) => {
    expect(patchBody(changes, before, "r")).toEqual(body);
  });

  test("has no request for a conference, if there is one", () => {
    expect(patchBody({ conference: true }, { ...before, hasConference: true }, "r")).toEqual({});
  });
});

const start = { dateTime: "2026-03-16T09:00:00+01:00" };
const end = { dateTime: "2026-03-16T10:00:00+01:00", timeZone: "Asia/Tokyo" };

describe("the body of a new event", () => {
  test("has the id, which names the conference, too", () => {
    expect(insertBody({ start, end, conference: true }, "r", "Europe/Berlin")).toEqual({
      id: "r",
      start,
      end,
      conferenceData: request,
    });
  });

  test("has times with zones if it is a series: those that were given, or the calendar's", () => {
    const recurrence = ["RRULE:FREQ=DAILY"];
    expect(insertBody({ start, end, recurrence }, "r", "Europe/Berlin")).toEqual({
      id: "r",
      start: { ...start, timeZone: "Europe/Berlin" },
      end,
      recurrence,
    });
  });

  test("has guests as they were given", () => {
    const attendees = [{ email: "bob@example.com", displayName: "Bob" }];
    expect(insertBody({ start, end, attendees }, "r", "Europe/Berlin")).toMatchObject({ attendees });
  });
});

test("times replace times of the other kind", () => {
  expect(timeBody({ date: "2026-03-16" })).toEqual({ date: "2026-03-16", dateTime: null, timeZone: null });
  expect(timeBody(end)).toEqual({ ...end, date: null });
  expect(withZone("Europe/Berlin")({ date: "2026-03-16" })).toEqual({ date: "2026-03-16" });
});

test("a series that continues another one has its content, and nothing that names the other one", () => {
  const content = {
    summary: "A",
    attendees: [ann, bob],
    conferenceData: {},
    extendedProperties: {},
    transparency: "transparent",
  };
  const own = {
    id: "x",
    etag: "e",
    iCalUID: "x@google.com",
    sequence: 2,
    start,
    end,
    recurrence: [],
    organizer: ann,
    status: "confirmed",
    htmlLink: "https://example.com",
  };
  expect(inheritedBody({ ...content, ...own })).toEqual(content);
  const conference = {
    conferenceId: "x",
    createRequest: { requestId: "r", status: { statusCode: "success" } },
  };
  expect(inheritedBody({ conferenceData: conference })).toEqual({ conferenceData: { conferenceId: "x" } });
});
