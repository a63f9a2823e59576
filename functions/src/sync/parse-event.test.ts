import { describe, expect, test } from "@jest/globals";
import { Temporal } from "temporal-polyfill";
import { utc, zoneOr } from "../recurrence/zone-names.ts";
import { parseItem, startOfDayMs } from "./parse-event.ts";
import { calendar, expectReadable, good, parse } from "./cases/lunch-item.fake.ts";

describe("what a person sees", () => {
  test("of a single event", () => {
    expect(parse({})).toEqual({
      kind: "event",
      event: {
        calendarKey: calendar.calendarKey,
        eventId: good.id,
        startAtMs: Date.parse("2026-02-02T17:00:00Z"),
        endAtMs: Date.parse("2026-02-02T18:00:00Z"),
        start: good.start,
        end: good.end,
        allDay: false,
        status: "confirmed",
        summary: "Lunch",
        eventType: "default",
        etag: good.etag,
        updatedAtMs: Date.parse(good.updated),
      },
    });
  });

  test.each([
    ["Europe/Berlin", "2026-02-02", "2026-02-01T23:00:00Z"],
    ["Asia/Kolkata", "2026-02-02", "2026-02-01T18:30:00Z"],
    // The clocks change from 24:00 to 01:00, so this day has no midnight.
    ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"],
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"],
    // This day did not exist in this zone.
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"],
  ])("an all-day event in %s on %s begins at %s", (zone, date, expected) => {
    expect(new Date(startOfDayMs(date, zoneOr(zone, utc))).toISOString()).toBe(
      new Date(expected).toISOString(),
    );
  });

  test("a day begins when Temporal says, around every change of the clock in every zone", () => {
    const untilMs = Date.UTC(2030, 0, 1);
    const different: string[] = [];
    let compared = 0;
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      let change = Temporal.PlainDate.from("2005-01-01").toZonedDateTime(zone).getTimeZoneTransition("next");
      for (
        ;
        change !== null && change.epochMilliseconds < untilMs;
        change = change.getTimeZoneTransition("next")
      ) {
        for (const days of [0, 1]) {
          const day = change.toPlainDate().add({ days });
          const same =
            startOfDayMs(day.toString(), zoneOr(zone, utc)) === day.toZonedDateTime(zone).epochMilliseconds;
          if (!same) different.push(`${zone} ${day.toString()}`);
          compared += 1;
        }
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(5_000);
  });

  test("an all-day event keeps its dates, and its end is exclusive", () => {
    const item = parse({ start: { date: "2026-02-02" }, end: { date: "2026-02-03" } }, "Europe/Berlin");
    expect(item).toMatchObject({
      event: {
        allDay: true,
        start: { date: "2026-02-02" },
        end: { date: "2026-02-03" },
        startAtMs: Date.parse("2026-02-01T23:00:00Z"),
        endAtMs: Date.parse("2026-02-02T23:00:00Z"),
      },
    });
  });

  test("the address of a video meeting, not the telephone number", () => {
    const entryPoints = [
      { entryPointType: "phone", uri: "tel:+1-555" },
      { entryPointType: "video", uri: "https://meet.example/abc" },
    ];
    expect(parse({ conferenceData: { entryPoints } })).toMatchObject({
      event: { conferenceLink: "https://meet.example/abc" },
    });
  });
});

describe("ids, links, people", () => {
  test.each(["a".repeat(1_400), "a..", "..a", "__a", "a__", "x__a__", "__a__x"])("%s is an id", id => {
    expect(parse({ id })).toMatchObject({ kind: "event", event: { eventId: id } });
  });

  test.each([".", "..", "__all__", "a b", "a".repeat(1_401)])("%s is none: Firestore refuses it", id => {
    expect(parse({ id })).toEqual({
      kind: "malformed",
      eventId: id,
      problem: expect.stringContaining("id: "),
    });
  });

  test.each([
    ["http://example.com/", true],
    ["https://example.com/", true],
    ["javascript:alert(1)", false],
    ["ahttps://example.com/", false],
    ["httpsa://example.com/", false],
  ])("a link is one to the web: %s: %p", (htmlLink, kept) => {
    const item = parse({ htmlLink });
    expect(item.kind === "event" && item.event.htmlLink).toBe(kept ? htmlLink : undefined);
  });

  test("a meeting without a video address has Google's own link", () => {
    const hangoutLink = "https://meet.google.com/abc";
    for (const conferenceData of [
      undefined,
      {},
      { entryPoints: [{ entryPointType: "phone", uri: "tel:1" }] },
    ])
      expect(parse({ hangoutLink, conferenceData })).toMatchObject({
        event: { conferenceLink: hangoutLink },
      });
  });

  test("who organises it, and who comes", () => {
    const organizer = { email: "ada@example.com", displayName: "Ada", self: true };
    const guest = {
      email: "bob@example.com",
      displayName: "Bob",
      self: false,
      responseStatus: "tentative",
      comment: "late",
      optional: true,
      organizer: false,
      resource: false,
      additionalGuests: 2,
    };
    expect(parse({ organizer, attendees: [guest, { email: "c@example.com" }] })).toMatchObject({
      event: { organizer, attendees: [guest, { email: "c@example.com" }] },
    });
  });

  test("it may be tentative, and its last change may be told in any zone", () => {
    expect(parse({ status: "tentative", updated: "2026-01-02T12:00:00+02:00" })).toMatchObject({
      event: { status: "tentative", updatedAtMs: Date.parse(good.updated) },
    });
  });

  test("all lines of a recurrence make a series", () => {
    const recurrence = ["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260203"];
    expect(parse({ recurrence })).toMatchObject({ kind: "series", master: { recurrence } });
  });

  test("an exception of an all-day series says which day it was", () => {
    const originalStartTime = { date: "2026-02-02" };
    expect(parse({ recurringEventId: "series", originalStartTime })).toMatchObject({
      event: { recurringEventId: "series", originalStart: originalStartTime },
    });
  });

  test("times are stored with an offset, and one that is there counts more than the zone beside it", () => {
    const start = { dateTime: "2026-02-02T12:00:00" };
    const end = { dateTime: "2026-02-02T21:30:00+03:30", timeZone: "America/New_York" };
    expect(parse({ start, end })).toMatchObject({
      event: {
        start: { dateTime: "2026-02-02T12:00:00-05:00" },
        end,
        endAtMs: Date.parse("2026-02-02T18:00:00Z"),
      },
    });
    expect(parse({ end: { dateTime: "2026-02-02T14:00:00" } })).toMatchObject({
      event: { end: { dateTime: "2026-02-02T14:00:00-05:00" } },
    });
  });
});

describe("bad data costs at most the field or the event that holds it", () => {
  const long = "x".repeat(1_000_000);
  test.each<[string, object]>([
    ["no start", { start: undefined }],
    ["a start of the wrong type", { start: "2026-02-02" }],
    ["a start without a time", { start: { timeZone: "Europe/Berlin" } }],
    ["a day that does not exist", { start: { date: "2026-02-30" } }],
    ["a year beyond any calendar", { end: { dateTime: "9999-12-31T23:59:59-01:00" } }],
    ["the year 0", { start: { dateTime: "0000-01-01T00:00:00Z" } }],
    ["a day in the year 0", { start: { date: "0000-06-01" } }],
    ["the year 275760", { end: { dateTime: "+275760-09-13T00:00:00Z" } }],
    ["an end before its start", { end: { dateTime: "2026-02-02T11:00:00-05:00" } }],
    ["a description of 1 MB", { description: long }],
    ["a description of 350,000 characters that take 1 MB", { description: "語".repeat(350_000) }],
    ["an id with a slash", { id: "a/b" }],
    ["an empty id", { id: "" }],
    ["an id of 2,000 characters", { id: "a".repeat(2_000) }],
    ["an id that is short in characters and long in bytes", { id: "語".repeat(600) }],
    ["a number as id", { id: 7 }],
  ])("%s: malformed", (_what, change) => {
    const item = parse(change);
    expect(item.kind).toBe("malformed");
    expect(JSON.stringify(item).length).toBeLessThan(3_000);
  });

  test.each([undefined, null, 7, "event", [], {}])("%p is malformed", raw => {
    expect(parseItem(raw, calendar).kind).toBe("malformed");
  });

  test.each([
    [{ ...good, start: { date: "9999-12-31" } }, "start or end is outside any calendar"],
    [{ ...good, description: long }, "larger than a document may be"],
    [{ ...good, end: 7, start: 8 }, "start: invalid_union, end: invalid_union"],
    [null, "item: invalid_type"],
  ])("its problem is named (%#)", (raw, problem) => {
    expect(parseItem(raw, calendar)).toMatchObject({ kind: "malformed", problem });
  });

  test("what is logged of it names fields and rules, never what a person wrote", () => {
    const item = parse({ start: { dateTime: "a secret" }, summary: "another secret" });
    expect(item.kind).toBe("malformed");
    expect(JSON.stringify(item)).not.toContain("secret");
  });

  test.each<[string, object, object]>([
    ["unknown fields", { futureField: { deep: [1] } }, {}],
    ["a summary that is a number", { summary: 7 }, {}],
    ["an absurd time of the last change", { updated: "0000-01-01T00:00:00Z" }, { updatedAtMs: 0 }],
    ["a last change in the year 9999", { updated: "9999-12-31T23:59:59.999Z" }, {}],
    ["a last change that is no time", { updated: "yesterday" }, { updatedAtMs: 0 }],
    ["one attendee of the wrong type", { attendees: ["bob"] }, {}],
    ["half a guest", { attendees: [{ email: "b@example.com", additionalGuests: 1.5 }] }, {}],
    ["a link that runs code", { htmlLink: "javascript:alert(1)" }, {}],
    ["an unknown status", { status: "maybe" }, { status: "confirmed" }],
    ["half a surrogate pair", { summary: "\ud83d", attendees: [{ displayName: "\ude00" }] }, {}],
    [
      "a time without an offset",
      { start: { dateTime: "2026-02-02T12:00:00" } },
      { startAtMs: Date.parse("2026-02-02T17:00:00Z") },
    ],
    [
      "a time without an offset in a zone of its own",
      { start: { dateTime: "2026-02-02T12:00:00", timeZone: "Europe/Berlin" } },
      { startAtMs: Date.parse("2026-02-02T11:00:00Z") },
    ],
    ["an original start without an offset", { originalStartTime: { dateTime: "2026-02-02T12:00:00" } }, {}],
    ["an empty original start", { originalStartTime: {} }, {}],
    [
      "a start that is a day and a moment",
      { start: { date: "2026-02-02", dateTime: good.start.dateTime } },
      {},
    ],
    ["an event that takes no time", { end: good.start }, {}],
    ["a lone null among the guests", { attendees: [null] }, { attendees: [] }],
    ["a number as etag", { etag: 7 }, {}],
    ["no etag", { etag: undefined }, {}],
  ])("%s: the event is stored, and clients can read it", (_what, change, expected) => {
    const item = parse(change);
    expect(item).toMatchObject({ kind: "event", event: expected });
    expectReadable(item);
  });

  test("the id of a malformed event is whole: it tells the sweep what still exists", () => {
    const id = "a".repeat(1_000);
    expect(parse({ id, start: undefined })).toMatchObject({ kind: "malformed", eventId: id });
  });
});

test.each([
  [
    { id: "abcde", status: "cancelled" },
    { kind: "removed", eventId: "abcde" },
  ],
  [
    {
      id: "abcde_1",
      status: "cancelled",
      recurringEventId: "abcde",
      originalStartTime: { date: "2026-02-02" },
    },
    {
      kind: "removed",
      eventId: "abcde_1",
      instanceOf: { seriesId: "abcde", originalStartTime: { date: "2026-02-02" } },
    },
  ],
  [
    { id: "abcde_1", status: "cancelled", recurringEventId: "abcde" },
    { kind: "removed", eventId: "abcde_1" },
  ],
  [
    { id: "abcde_1", status: "cancelled", originalStartTime: { date: "2026-02-02" } },
    { kind: "removed", eventId: "abcde_1" },
  ],
])("a deleted event needs no more than its id: %j", (raw, expected) => {
  expect(parseItem(raw, calendar)).toEqual(expected);
});
