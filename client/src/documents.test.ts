import { describe, expect, test } from "@jest/globals";
import {
  accountDocument,
  calendarDocument,
  canShare,
  canWrite,
  eventDocument,
  googleRole,
  knownAccessRoles,
  knownSyncPhases,
  seesDetails,
  seesPrivateDetails,
} from "./documents.ts";
import { isTimestamp } from "./timestamp.ts";
import { account, allDayEvent, at, calendar, event, fullEvent } from "./documents.fixture.ts";

describe("eventDocument", () => {
  test("accepts a timed and an all-day event as they are", () => {
    expect(eventDocument.parse(event)).toEqual(event);
    expect(eventDocument.parse(allDayEvent)).toEqual(allDayEvent);
  });

  test("accepts an event with every field, and keeps each", () => {
    expect(eventDocument.parse(fullEvent)).toEqual(fullEvent);
    expect(Object.keys(eventDocument.shape).filter(name => !(name in fullEvent))).toEqual([]);
  });

  test.each([
    ["a colour that is more than a colour", { color: "#fff;x:y" }],
    ["an attachment without a file", { attachments: [{ title: "Plan" }] }],
    ["a reminder after the start", { reminders: { overrides: [{ method: "popup", minutes: -1 }] } }],
    ["a property that is no text", { extendedProperties: { private: { a: 7 } } }],
    ["a way to join without an address", { conference: { entryPoints: [{ type: "video" }] } }],
    ["a working location without a type", { workingLocation: { label: "HQ" } }],
    ["a time of creation as text", { createdAt: "2026-11-23T09:00:00Z" }],
  ])("refuses %s", (_name, change) => {
    expect(eventDocument.safeParse({ ...fullEvent, ...change }).success).toBe(false);
  });

  test("keeps the SDK's own timestamp objects", () => {
    expect(eventDocument.parse(event).startAt).toBe(event.startAt);
  });

  test("optional fields are absent, never null", () => {
    expect(eventDocument.safeParse({ ...event, summary: null }).success).toBe(false);
    expect(eventDocument.safeParse({ ...event, conferenceLink: null }).success).toBe(false);
  });

  test("drops what it does not know, so that an older page keeps working", () => {
    expect(eventDocument.parse({ ...event, addedLater: 1 })).toEqual(event);
  });

  test.each([
    ["a status that is no word", { status: "" }],
    ["a start without an offset", { start: { dateTime: "2026-11-23T09:00:00" } }],
    ["a date with a time", { start: { date: "2026-11-23T09:00:00Z" } }],
    ["a start that is neither", { start: {} }],
    ["a timestamp as text", { startAt: "2026-11-23T09:00:00Z" }],
    ["a calendarKey of another length", { calendarKey: "short" }],
    ["no etag", { etag: undefined }],
  ])("refuses %s", (_name, change) => {
    expect(eventDocument.safeParse({ ...event, ...change }).success).toBe(false);
  });

  test("names the field that is wrong", () => {
    const result = eventDocument.safeParse({ ...event, endAt: new Date(0) });
    expect(result.error?.issues.map(issue => issue.path)).toEqual([["endAt"]]);
  });
});

describe("calendarDocument", () => {
  test("accepts every phase, those of later versions too, and nothing that is no word", () => {
    for (const phase of [...knownSyncPhases, "resting"]) {
      expect(calendarDocument.parse({ ...calendar, sync: { phase } }).sync).toEqual({ phase });
    }
    for (const phase of [undefined, null, "", 7]) {
      expect(calendarDocument.safeParse({ ...calendar, sync: { phase } }).success).toBe(false);
    }
  });

  test("accepts every role, and keeps Google's own word where it is another", () => {
    for (const accessRole of [...knownAccessRoles, "visitor"]) {
      const shared = { ...calendar, accessRole, googleAccessRole: "visitor" };
      expect(calendarDocument.parse(shared)).toEqual(shared);
    }
    expect(googleRole(calendar)).toBe("owner");
    expect(googleRole({ accessRole: "reader", googleAccessRole: "visitor" })).toBe("visitor");
  });

  test("refuses colours that are more than a colour", () => {
    expect(calendarDocument.safeParse({ ...calendar, backgroundColor: "#fff;x:y" }).success).toBe(false);
  });
});

describe("accountDocument", () => {
  test("accepts an account that needs consent again", () => {
    const revoked = { ...account, status: "reauth_required" as const, statusReason: "Access was revoked." };
    expect(accountDocument.parse(revoked)).toEqual(revoked);
  });

  test("accepts a status of a later version, and none that is no word", () => {
    expect(accountDocument.parse({ ...account, status: "paused" }).status).toBe("paused");
    expect(accountDocument.safeParse({ ...account, status: 1 }).success).toBe(false);
  });
});

test.each([
  ["freeBusyReader", [false, false, false, false]],
  ["reader", [false, true, false, false]],
  ["writerWithoutPrivateAccess", [true, true, false, false]],
  ["writer", [true, true, true, false]],
  ["owner", [true, true, true, true]],
  ["none", [false, false, false, false]],
  ["ownerOfSomething", [false, false, false, false]],
])("the role %s allows what is known of it", (role, facts) => {
  expect([canWrite(role), seesDetails(role), seesPrivateDetails(role), canShare(role)]).toEqual(facts);
});

describe("isTimestamp", () => {
  test("wants whole seconds and nanoseconds below a second", () => {
    expect(isTimestamp(at(0))).toBe(true);
    expect(isTimestamp({ ...at(0), nanoseconds: 1_000_000_000 })).toBe(false);
    expect(isTimestamp({ ...at(0), nanoseconds: -1 })).toBe(false);
    expect(isTimestamp({ ...at(0), seconds: 0.5 })).toBe(false);
    expect(isTimestamp(new Date(0))).toBe(false);
    expect(isTimestamp(null)).toBe(false);
  });
});
