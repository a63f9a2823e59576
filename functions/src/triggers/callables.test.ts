import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import functionsTest from "firebase-functions-test";
import { confirmConnect } from "./confirm-connect.trigger.ts";
import { connectAccount } from "./connect-account.trigger.ts";
import { createEvent } from "./create-event.trigger.ts";
import { deleteEvent } from "./delete-event.trigger.ts";
import { disconnectAccount } from "./disconnect-account.trigger.ts";
import { moveEvent } from "./move-event.trigger.ts";
import { respondToEvent } from "./respond-to-event.trigger.ts";
import { setCalendarEnabled } from "./set-calendar-enabled.trigger.ts";
import { setCalendarWindow } from "./set-calendar-window.trigger.ts";
import { syncNow } from "./sync-now.trigger.ts";
import { updateEvent } from "./update-event.trigger.ts";

/*
 * The Emulator Suite does not verify the caller of a callable, so refusals are tested here. A refused call reads and
 * writes nothing: a call that was accepted by mistake would fail because Firestore is missing.
 */
const { wrap, cleanup } = functionsTest({ projectId: "demo-calendar-sync" });
const callables = {
  connectAccount,
  confirmConnect,
  disconnectAccount,
  setCalendarEnabled,
  setCalendarWindow,
  syncNow,
  respondToEvent,
  createEvent,
  updateEvent,
  deleteEvent,
  moveEvent,
};
const names = Object.keys(callables) as (keyof typeof callables)[];
const params = {
  GOOGLE_CLIENT_ID: "client",
  FUNCTION_DEFAULT_REGION: "us-central1",
  PAST_WINDOW_DAYS: "30",
  RETENTION_DAYS: "400",
  HORIZON_DAYS: "400",
  MIN_PULL_INTERVAL_MS: "2000",
  UPGRADES_PER_HOUR: "500",
  DELEGATED_DOMAINS: "",
};

beforeAll(() => {
  Object.assign(process.env, params, { ENFORCE_APP_CHECK: "true" });
});
afterAll(() => {
  for (const name of [...Object.keys(params), "ENFORCE_APP_CHECK"]) Reflect.deleteProperty(process.env, name);
  cleanup();
});

async function codeOf(name: keyof typeof callables, request: object): Promise<unknown> {
  const call = wrap(callables[name]) as (request: object) => unknown;
  try {
    await call(request);
    return "answered";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

const auth = (uid: string) => ({ uid, token: {} });
const app = { appId: "app", token: {} };

describe.each(names)("%s refuses", name => {
  test("a caller who is not signed in", async () => {
    expect(await codeOf(name, { data: {}, app })).toBe("unauthenticated");
  });

  test("a signed-in caller that is not the app, where App Check is asked for", async () => {
    expect(await codeOf(name, { data: {}, auth: auth("somebody") })).toBe("unauthenticated");
  });

  test.each([
    ["a list", []],
    ["text", "calendar"],
    ["unknown fields", { calendarKey: "k".repeat(22), enabled: true, accountId: "a".repeat(22), extra: 1 }],
    [
      "a path instead of a key",
      { calendarKey: "../../calendarSyncCredentials/x", accountId: "../x", returnTo: 7 },
    ],
  ])("%s as its data", async (_what, data) => {
    expect(await codeOf(name, { data, auth: auth("somebody"), app })).toBe("invalid-argument");
  });

  test("a caller who calls all the time", async () => {
    const codes: unknown[] = [];
    for (let call = 0; call < 100; call++) {
      codes.push(await codeOf(name, { data: [], auth: auth(`busy-${name}`), app }));
    }
    expect(new Set(codes)).toEqual(new Set(["invalid-argument", "resource-exhausted"]));
    expect(await codeOf(name, { data: [], auth: auth(`quiet-${name}`), app })).toBe("invalid-argument");
  });
});

const key = "k".repeat(22);
const event = { calendarKey: key, eventId: "event_20260316T080000Z", etag: '"3181161784712000"' };
const day = { start: { date: "2026-03-16" }, end: { date: "2026-03-17" } };
const made = { calendarKey: key, requestId: "request-1", event: day };
const many = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

describe("a call that would change an event is refused", () => {
  const changes = (changed: object) => ({ ...event, changes: changed });
  const newEvent = (fields: object) => ({ ...made, event: { ...day, ...fields } });

  test.each<readonly [keyof typeof callables, string, object]>([
    ["updateEvent", "unknown fields", { ...changes({ summary: "A" }), accountId: "a" }],
    ["updateEvent", "unknown fields of the event", changes({ summary: "A", organizer: {} })],
    [
      "updateEvent",
      "unknown fields of a guest",
      changes({ attendees: [{ email: "a@example.com", self: true }] }),
    ],
    ["updateEvent", "no change", changes({})],
    ["updateEvent", "no changes", event],
    ["updateEvent", "an etag with a line feed", { ...changes({ summary: "A" }), etag: '"1"\nX-Header: 1' }],
    ["updateEvent", "an etag with a blank", { ...changes({ summary: "A" }), etag: '"1" "2"' }],
    ["updateEvent", "an empty etag", { ...changes({ summary: "A" }), etag: "" }],
    ["updateEvent", "null as an etag", { ...changes({ summary: "A" }), etag: null }],
    ["updateEvent", "a huge title", changes({ summary: "A".repeat(1_025) })],
    ["updateEvent", "a huge description", changes({ description: "A".repeat(8_193) })],
    ["updateEvent", "a huge place", changes({ location: "A".repeat(1_025) })],
    ["updateEvent", "a huge rule", changes({ recurrence: [`RRULE:${"A".repeat(5_000)}`] })],
    ["updateEvent", "too many lines", changes({ recurrence: many(51, "RDATE:20260316") })],
    ["updateEvent", "no lines", changes({ recurrence: [] })],
    ["updateEvent", "a start among the lines", changes({ recurrence: ["DTSTART:20260316"] })],
    ["updateEvent", "too many guests", changes({ attendees: many(301, { email: "a@example.com" }) })],
    ["updateEvent", "a guest without an address", changes({ attendees: [{ email: "a" }] })],
    [
      "updateEvent",
      "too many reminders",
      changes({ reminders: { useDefault: false, overrides: many(6, { method: "popup", minutes: 5 }) } }),
    ],
    [
      "updateEvent",
      "a reminder after the event",
      changes({ reminders: { useDefault: false, overrides: [{ method: "popup", minutes: -1 }] } }),
    ],
    [
      "updateEvent",
      "a reminder by text message",
      changes({ reminders: { useDefault: false, overrides: [{ method: "sms", minutes: 1 }] } }),
    ],
    ["updateEvent", "null as a start", changes({ start: null })],
    ["updateEvent", "null as an end", changes({ end: null })],
    ["updateEvent", "null as a visibility", changes({ visibility: null })],
    ["updateEvent", "a time without an offset", changes({ start: { dateTime: "2026-03-16T09:00:00" } })],
    [
      "updateEvent",
      "a date and a time in one",
      changes({ start: { date: "2026-03-16", dateTime: "2026-03-16T09:00:00Z" } }),
    ],
    ["updateEvent", "a day that does not exist", changes({ start: { date: "2026-02-30" } })],
    [
      "updateEvent",
      "a zone with a line feed",
      changes({ start: { dateTime: "2026-03-16T09:00:00Z", timeZone: "Europe\n" } }),
    ],
    ["updateEvent", "a colour that is no number", changes({ colorId: "red" })],
    ["updateEvent", "false as a conference", changes({ conference: false })],
    ["updateEvent", "an unknown scope", { ...changes({ summary: "A" }), scope: "some" }],
    ["updateEvent", "unknown mails", { ...changes({ summary: "A" }), sendUpdates: "some" }],
    ["updateEvent", "a path instead of an event", { ...changes({ summary: "A" }), eventId: "../events/x" }],
    ["updateEvent", "an empty id", { ...changes({ summary: "A" }), eventId: "" }],
    ["createEvent", "unknown fields", { ...made, eventId: "x" }],
    ["createEvent", "an id of its own", newEvent({ id: "x" })],
    ["createEvent", "no end", { ...made, event: { start: day.start } }],
    ["createEvent", "null as a field", newEvent({ location: null })],
    ["createEvent", "no request id", { calendarKey: key, event: day }],
    ["createEvent", "a short request id", { ...made, requestId: "1234567" }],
    ["createEvent", "a long request id", { ...made, requestId: "1".repeat(101) }],
    ["createEvent", "a request id with a line feed", { ...made, requestId: "request\n1" }],
    ["deleteEvent", "unknown fields", { ...event, changes: {} }],
    ["deleteEvent", "an etag with a line feed", { ...event, etag: '"1"\r\n' }],
    ["deleteEvent", "an unknown scope", { ...event, scope: "" }],
    [
      "respondToEvent",
      "unknown fields",
      { calendarKey: key, eventId: "e", response: "accepted", etag: '"1"' },
    ],
    ["respondToEvent", "no answer", { calendarKey: key, eventId: "e" }],
    ["respondToEvent", "an unknown answer", { calendarKey: key, eventId: "e", response: "needsAction" }],
    [
      "respondToEvent",
      "a huge comment",
      { calendarKey: key, eventId: "e", response: "accepted", comment: "A".repeat(10_000) },
    ],
    [
      "respondToEvent",
      "a scope that guests cannot choose",
      { calendarKey: key, eventId: "e", response: "accepted", scope: "following" },
    ],
    ["moveEvent", "unknown fields", { ...event, toCalendarKey: key, scope: "all" }],
    ["moveEvent", "no other calendar", event],
    ["moveEvent", "a path instead of a calendar", { ...event, toCalendarKey: "../x" }],
  ])("%s: %s", async (name, what, data) => {
    const uid = `input-${name}-${what}`;
    expect(await codeOf(name, { data, auth: auth(uid), app })).toBe("invalid-argument");
  });
});
