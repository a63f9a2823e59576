import { expect, test } from "@jest/globals";
import type { EventBody } from "../ports/event-writes.port.ts";
import { contains } from "./carried-out.ts";

const berlin = { dateTime: "2026-03-16T09:00:00+01:00", timeZone: "Europe/Berlin" };
const guest = { email: "Bob@example.com", responseStatus: "accepted" };
const me = { email: "ann@example.com", self: true, organizer: true, responseStatus: "accepted" };

test.each<[string, object, EventBody]>([
  ["nothing", { summary: "A" }, {}],
  ["a text", { summary: "A", location: "x" }, { summary: "A" }],
  ["a removed text", { summary: "A" }, { location: null, description: "" }],
  ["the id", {}, { id: "x" }],
  ["a time with the calendar's offset", { start: berlin }, { start: { dateTime: "2026-03-16T08:00:00Z" } }],
  ["a date", { end: { date: "2026-03-16" } }, { end: { date: "2026-03-16", dateTime: null } }],
  [
    "lines in another order",
    { recurrence: ["RRULE:a", "EXDATE:b"] },
    { recurrence: ["EXDATE:b", "RRULE:a"] },
  ],
  ["no lines", {}, { recurrence: null }],
  ["some guests", { attendees: [me, guest] }, { attendeesOmitted: true, attendees: [guest] }],
  ["all guests", { attendees: [guest, me] }, { attendees: [{ email: "bob@EXAMPLE.com" }, me] }],
  ["no guests", {}, { attendees: [] }],
  ["no guests any more", { attendees: [] }, { attendees: null }],
  ["a guest's empty comment", { attendees: [guest] }, { attendees: [{ ...guest, comment: "" }] }],
  ["a conference", { conferenceData: { conferenceId: "x" } }, { conferenceData: { createRequest: {} } }],
  ["no conference", {}, { conferenceData: null }],
  ["what Google omits: a visibility", {}, { visibility: "default" }],
  ["what Google omits: a transparency", {}, { transparency: "opaque" }],
  ["what Google omits: rights", {}, { guestsCanInviteOthers: true, guestsCanSeeOtherGuests: true }],
  ["what Google omits: no right", {}, { guestsCanModify: false }],
  ["a right taken away", { guestsCanInviteOthers: false }, { guestsCanInviteOthers: false }],
  [
    "reminders",
    { reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 5 }] } },
    { reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 5 }] } },
  ],
])("an event contains %s", (_what, resource, body) => {
  expect(contains({ resource: { ...resource } }, body)).toBe(true);
});

test.each<[string, object, EventBody]>([
  ["another text", { summary: "A" }, { summary: "B" }],
  ["a text that is still there", { location: "x" }, { location: null }],
  ["another time", { start: berlin }, { start: { dateTime: "2026-03-16T09:00:00Z" } }],
  ["a date instead of a time", { start: berlin }, { start: { date: "2026-03-16" } }],
  ["a time instead of a date", { start: { date: "2026-03-16" } }, { start: { ...berlin, date: null } }],
  ["a time that is missing", {}, { start: berlin }],
  ["another rule", { recurrence: ["RRULE:a"] }, { recurrence: ["RRULE:b"] }],
  ["a rule that is missing", {}, { recurrence: ["RRULE:b"] }],
  ["a rule that is still there", { recurrence: ["RRULE:a"] }, { recurrence: null }],
  ["a guest who is missing", { attendees: [me] }, { attendees: [me, guest] }],
  ["a guest who is missing, of some", { attendees: [me] }, { attendeesOmitted: true, attendees: [guest] }],
  ["a guest who is still there", { attendees: [me, guest] }, { attendees: [me] }],
  ["guests who are still there", { attendees: [me] }, { attendees: null }],
  [
    "another answer",
    { attendees: [guest] },
    { attendeesOmitted: true, attendees: [{ ...guest, responseStatus: "declined" }] },
  ],
  ["an optional guest", { attendees: [guest] }, { attendees: [{ ...guest, optional: true }] }],
  ["a conference that is missing", {}, { conferenceData: { createRequest: {} } }],
  ["a conference that is still there", { conferenceData: {} }, { conferenceData: null }],
  ["a visibility that is not the default", {}, { visibility: "private" }],
  ["a transparency that is not the default", {}, { transparency: "transparent" }],
  ["a right that guests do not have", {}, { guestsCanModify: true }],
  ["a right that guests still have: to invite", {}, { guestsCanInviteOthers: false }],
  ["a right that guests still have: to see others", {}, { guestsCanSeeOtherGuests: false }],
  [
    "other reminders",
    { reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 5 }] } },
    { reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 10 }] } },
  ],
  [
    "reminders that are too many",
    { reminders: { overrides: [{ method: "popup", minutes: 5 }, {}] } },
    { reminders: { overrides: [{ method: "popup", minutes: 5 }] } },
  ],
  [
    "reminders that are missing",
    { reminders: { useDefault: true } },
    { reminders: { useDefault: false, overrides: [] } },
  ],
])("an event does not contain %s", (_what, resource, body) => {
  expect(contains({ resource: { ...resource } }, body)).toBe(false);
});
