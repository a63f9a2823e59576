import { describe, expect, test } from "@jest/globals";
import { type FunctionsErrorCode, HttpsError } from "firebase-functions/https";
import type { WriteFailureReason } from "@firestore-calendar-sync/client";
import { failedBecause } from "../write/write-failure.ts";
import { eventChanges, newEvent } from "./event-input.ts";
import { answerWrite } from "./event-write.ts";

/** The code is for the app, the sentence for its user. */
test.each<readonly [WriteFailureReason, FunctionsErrorCode, string]>([
  ["unknownCalendar", "not-found", "You have no such calendar."],
  ["switchedOff", "failed-precondition", "This calendar is switched off. Switch it on to change its events."],
  [
    "needsConsent",
    "failed-precondition",
    "This app may not change your calendar yet. Connect the account again.",
  ],
  ["changedMeanwhile", "aborted", "This event has changed meanwhile. Look at it again."],
  ["readOnly", "permission-denied", "You may only read this calendar."],
  ["notOrganizer", "permission-denied", "Only the organizer can change this event."],
  ["notInvited", "failed-precondition", "You are not among the guests of this event."],
  ["gone", "not-found", "This event does not exist any more."],
  ["quota", "resource-exhausted", "Google accepts no more changes for now. Try again later."],
  ["refused", "invalid-argument", "Google does not accept this change."],
  [
    "outcomeUnknown",
    "unknown",
    "Google did not answer. Look at the calendar: the change may or may not be there.",
  ],
  [
    "fixedRule",
    "failed-precondition",
    "This series repeats by a rule that cannot be moved. Choose a new rule, too.",
  ],
  ["badTimes", "invalid-argument", "The end must be after the start, and both must be dates or both times."],
  ["badChange", "invalid-argument", "This part of the event cannot be changed in this way."],
  [
    "unavailable",
    "unavailable",
    "Google is not available just now. Nothing was changed. Try again in a minute.",
  ],
])("%s is answered with %s", async (because, code, message) => {
  const error: unknown = await answerWrite(Promise.resolve(failedBecause(because))).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HttpsError);
  expect(error).toMatchObject({ code, message, details: { reason: because } });
});

test("Google's own reason is among the details, and nothing else of its answer", async () => {
  const failure = {
    kind: "failed",
    reason: "badRequest",
    status: 400,
    googleReason: "timeRangeEmpty",
  } as const;
  const error: unknown = await answerWrite(Promise.resolve({ ...failedBecause("refused"), failure })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ details: { reason: "refused", googleReason: "timeRangeEmpty" } });
  expect(Object.keys((error as HttpsError).details as object)).toEqual(["reason", "googleReason"]);
});

test("a success is answered with the event", async () => {
  const event = { eventId: "e", etag: '"1"' };
  expect(await answerWrite(Promise.resolve({ kind: "written", event }))).toEqual(event);
});

test("an outage of this project's database asks the user to try again; other faults are not hidden", async () => {
  const outage = Object.assign(new Error("14 UNAVAILABLE"), { code: 14 });
  await expect(answerWrite(Promise.reject(outage))).rejects.toMatchObject({ code: "unavailable" });
  await expect(answerWrite(Promise.reject(new TypeError("a mistake")))).rejects.toThrow(TypeError);
});

describe("inputs that are accepted:", () => {
  const start = { dateTime: "2026-03-16T09:00:00+01:00", timeZone: "America/Argentina/Buenos_Aires" };
  const end = { dateTime: "2026-03-16T09:00:00.000Z" };
  const all = {
    summary: "A".repeat(1_024),
    description: "B".repeat(8_192),
    location: "",
    attendees: [{ email: "bob@example.com", displayName: "Bob", optional: true }],
    recurrence: ["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260316"],
    reminders: { useDefault: false, overrides: [{ method: "email", minutes: 40_320 }] },
    colorId: "11",
    guestsCanModify: true,
    guestsCanInviteOthers: false,
    guestsCanSeeOtherGuests: false,
    conference: true,
  };

  test("a new event with every field", () => {
    const event = { ...all, start, end, visibility: "private", transparency: "transparent" };
    expect(newEvent.safeParse(event)).toEqual({ success: true, data: event });
  });

  test("a new event with times only", () => {
    expect(newEvent.safeParse({ start, end }).success).toBe(true);
  });

  test.each(Object.entries(all))("a change of %s, and its removal", (name, value) => {
    expect(eventChanges.safeParse({ [name]: value })).toEqual({ success: true, data: { [name]: value } });
    expect(eventChanges.safeParse({ [name]: null })).toEqual({ success: true, data: { [name]: null } });
  });

  test.each([{ start }, { end }, { visibility: "default" }, { transparency: "opaque" }])(
    "the change %j",
    change => {
      expect(eventChanges.safeParse(change)).toEqual({ success: true, data: change });
    },
  );
});
