import { describe, expect, test } from "@jest/globals";
import { formatBasicDate, formatBasicUtc, formatDate, formatDateTime, readGoogleTime } from "./event-time.ts";
import { zoneNamed } from "./zone-names.ts";

describe("a time as Google gives it", () => {
  test("is a date, which stays one", () => {
    expect(readGoogleTime({ date: "2026-01-05" }, "start")).toEqual({
      kind: "parsed",
      value: { allDay: true, localMs: Date.UTC(2026, 0, 5) },
    });
  });

  test.each([
    ["2026-01-05T09:00:01Z", Date.UTC(2026, 0, 5, 9, 0, 1)],
    ["2026-01-05t09:00:01z", Date.UTC(2026, 0, 5, 9, 0, 1)],
    ["2026-01-05T09:00:01.999+01:30", Date.UTC(2026, 0, 5, 7, 30, 1)],
    ["2026-01-05T09:00:01-03:30", Date.UTC(2026, 0, 5, 12, 30, 1)],
    ["2026-01-05T23:59:60Z", Date.UTC(2026, 0, 5, 23, 59, 59)],
  ])("or a moment: %s", (dateTime, instantMs) => {
    expect(readGoogleTime({ dateTime }, "start")).toEqual({
      kind: "parsed",
      value: { allDay: false, instantMs },
    });
  });

  test.each([
    [{ date: "2026-01-05x" }, 'end is not a date: "2026-01-05x"'],
    [{ dateTime: "x2026-01-05T09:00:00Z" }, 'end is not a time with an offset: "x2026-01-05T09:00:00Z"'],
    [{ date: "2026-1-5" }, 'end is not a date: "2026-1-5"'],
    [{ date: "2026-02-30" }, 'end is not a date: "2026-02-30"'],
    [{ date: "x2026-01-05" }, 'end is not a date: "x2026-01-05"'],
    [{ dateTime: "2026-01-05" }, 'end is not a time with an offset: "2026-01-05"'],
    [{ dateTime: "2026-02-30T09:00:00Z" }, 'end is not a time with an offset: "2026-02-30T09:00:00Z"'],
    [{ dateTime: "2026-01-05T24:00:00Z" }, 'end is not a time with an offset: "2026-01-05T24:00:00Z"'],
    [{ dateTime: "2026-01-05T09:60:00Z" }, 'end is not a time with an offset: "2026-01-05T09:60:00Z"'],
    [{ dateTime: "2026-01-05T09:00:61Z" }, 'end is not a time with an offset: "2026-01-05T09:00:61Z"'],
    [{ dateTime: "2026-01-05T09:00:00" }, 'end is not a time with an offset: "2026-01-05T09:00:00"'],
    [{ dateTime: "2026-01-05T09:00:00Zx" }, 'end is not a time with an offset: "2026-01-05T09:00:00Zx"'],
  ])("and not %j", (time, reason) => {
    expect(readGoogleTime(time, "end")).toEqual({ kind: "malformed", reason });
  });
});

describe("a time as Google writes it", () => {
  const instantMs = Date.UTC(2026, 0, 5, 8, 7, 6);
  test.each([
    ["UTC", instantMs, "2026-01-05T08:07:06Z"],
    ["Europe/Berlin", instantMs, "2026-01-05T09:07:06+01:00"],
    ["America/St_Johns", instantMs, "2026-01-05T04:37:06-03:30"],
    ["America/New_York", Date.UTC(2026, 0, 5, 3), "2026-01-04T22:00:00-05:00"],
    // The offset contained seconds at that time, which RFC 3339 cannot represent.
    ["Europe/Amsterdam", Date.UTC(1900, 0, 5, 8), "1900-01-05T08:00:00Z"],
  ])("in %s", (name, ms, text) => {
    const zone = zoneNamed(name);
    if (zone === null) throw new Error(`no zone ${name}`);
    expect(formatDateTime(ms, zone)).toBe(text);
  });

  test("as a date and in ids, one after the other", () => {
    const days = [instantMs, instantMs + 86_400_000, instantMs];
    expect(days.map(formatDate)).toEqual(["2026-01-05", "2026-01-06", "2026-01-05"]);
    expect(days.map(formatBasicDate)).toEqual(["20260105", "20260106", "20260105"]);
    expect(days.map(formatBasicUtc)).toEqual(["20260105T080706Z", "20260106T080706Z", "20260105T080706Z"]);
    expect(formatDate(Date.UTC(2026, 0, 1) - 2000 * 366 * 86_400_000)).toMatch(/^00\d\d-/);
  });
});
