import { describe, expect, test } from "@jest/globals";
import { accountDocument, calendarDocument, eventDocument } from "./documents.ts";
import { isTimestamp } from "./timestamp.ts";
import { account, allDayEvent, at, calendar, event } from "./documents.fixture.ts";

describe("eventDocument", () => {
  test("accepts a timed and an all-day event as they are", () => {
    expect(eventDocument.parse(event)).toEqual(event);
    expect(eventDocument.parse(allDayEvent)).toEqual(allDayEvent);
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
    ["a cancelled event", { status: "cancelled" }],
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
  test("accepts every phase and nothing else", () => {
    for (const phase of ["importing", "live", "polling", "unavailable", "error"]) {
      expect(calendarDocument.parse({ ...calendar, sync: { phase } }).sync).toEqual({ phase });
    }
    expect(calendarDocument.safeParse({ ...calendar, sync: { phase: "syncing" } }).success).toBe(false);
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

  test("an unknown status is refused", () => {
    expect(accountDocument.safeParse({ ...account, status: "paused" }).success).toBe(false);
  });
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
