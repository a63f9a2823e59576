import { describe, expect, test } from "@jest/globals";
import type { EventDocument } from "@firestore-calendar-sync/client";
import type { Entry } from "./entries.ts";
import { eventAt, eventOn } from "./event.fixture.ts";
import { listedAtMost, searchEntries, type SearchOptions } from "./event-search.ts";

const range = { from: new Date("2026-11-01"), to: new Date("2027-01-01") };
const entries = (events: Readonly<Record<string, EventDocument>>): Entry[] =>
  Object.entries(events).map(([id, event]) => ({ id, event, alsoIn: [], copyIds: [id] }));
const search = (all: readonly Entry[], text: string, options: Partial<SearchOptions> = {}) =>
  searchEntries(all, {
    text,
    nowMs: Date.parse("2026-11-23T12:00:00Z"),
    timeZone: "UTC",
    range,
    ...options,
  });
const finds = (change: Partial<EventDocument>, text: string) =>
  search(entries({ e: eventAt("2026-11-23T09:00:00Z", change) }), text).found === 1;

describe("what a search finds", () => {
  test.each([
    ["the title", { summary: "Quarterly review" }],
    ["the place", { location: "Review room" }],
    ["the description", { description: "Bring the review" }],
    ["a guest's name", { attendees: [{ displayName: "Rene Review" }] }],
    ["a guest's address", { attendees: [{ email: "review@example.com" }] }],
  ])("%s", (_where, change) => {
    expect(finds(change, "review")).toBe(true);
    expect(finds(change, "preview")).toBe(false);
  });

  test("all words must occur, in any order and in any field", () => {
    const change = { summary: "Planning the week", location: "Room Amber" };
    expect(finds(change, "  amber   planning ")).toBe(true);
    expect(finds(change, "amber planning birch")).toBe(false);
  });

  test.each([
    ["Café Zoë", "cafe zoe"],
    ["Cafe Zoe", "CAFÉ ZOË"],
    ["Cafe\u0301", "caf\u00e9"],
    ["İstanbul", "istanbul"],
    ["Große Straße", "GROSSE STRASSE"],
    ["Žluťoučký kůň", "zlutoucky kun"],
  ])("%s is found by %s", (summary, text) => {
    expect(finds({ summary }, text)).toBe(true);
  });

  test("the text of a description, not its HTML", () => {
    const description = '<p class="notes">R&amp;D<br>budget</p>';
    expect(finds({ description }, "r&d budget")).toBe(true);
    expect(finds({ description }, "class")).toBe(false);
  });

  test("the words that the page shows for an event without a title", () => {
    expect(finds({ summary: undefined, visibility: "private" }, "busy")).toBe(true);
  });

  test("nothing for no word, although it says how much is searched", () => {
    expect(search(entries({ e: eventAt("2026-11-23T09:00:00Z") }), "  ")).toEqual({
      listed: [],
      found: 0,
      past: 0,
      searched: 1,
      range,
    });
  });

  test("a changed event by its new words only", () => {
    const before = eventAt("2026-11-23T09:00:00Z", { summary: "Tea" });
    expect(search(entries({ e: before }), "tea").found).toBe(1);
    const after = entries({ e: { ...before, summary: "Coffee" } });
    expect(search(after, "tea").found).toBe(0);
    expect(search(after, "coffee").found).toBe(1);
  });
});

describe("the order of results", () => {
  test("by the viewer's day, all-day events first, then by time", () => {
    const all = entries({
      late: eventAt("2026-11-23T20:00:00Z"),
      early: eventAt("2026-11-23T09:00:00Z"),
      // As a calendar in the far west stores it.
      fair: eventOn("2026-11-23", { startAt: eventAt("2026-11-23T11:00:00Z").startAt }),
      before: eventAt("2026-11-22T09:00:00Z"),
    });
    const days = (timeZone: string) =>
      search(all, "planning", { timeZone }).listed.map(({ day, id }) => `${day} ${id}`);
    expect(days("UTC")).toEqual([
      "2026-11-22 before",
      "2026-11-23 fair",
      "2026-11-23 early",
      "2026-11-23 late",
    ]);
    expect(days("Pacific/Kiritimati")).toEqual([
      "2026-11-22 before",
      "2026-11-23 fair",
      "2026-11-23 early",
      "2026-11-24 late",
    ]);
  });

  test("says which results have ended", () => {
    const all = entries({
      ended: eventAt("2026-11-23T11:00:00Z"),
      running: eventAt("2026-11-23T11:30:00Z"),
    });
    const { listed, past } = search(all, "planning");
    expect(listed.map(({ id, past: ended }) => [id, ended])).toEqual([
      ["ended", true],
      ["running", false],
    ]);
    expect(past).toBe(1);
  });

  /** One event each day, the first of them `pastDays` days ago. */
  const daily = (count: number, pastDays: number) =>
    Array.from({ length: count }, (_, n): Entry => {
      const at = Date.parse("2026-11-23T13:00:00Z") + (n - pastDays) * 86_400_000;
      const id = String(n);
      return { id, event: eventAt(new Date(at).toISOString()), alsoIn: [], copyIds: [id] };
    });

  test.each([
    ["few of many are past", 10, 0, 10],
    ["most are to come", 50, 25, 25],
    ["most are past", 250, 200, 50],
    ["all are past", 300, 200, 100],
  ])("of more than fit, those around today are listed: %s", (_what, pastDays, first, past) => {
    const { listed, found } = search(daily(300, pastDays), "planning");
    expect(found).toBe(300);
    expect(listed).toHaveLength(listedAtMost);
    expect(listed[0]?.id).toBe(String(first));
    expect(listed.filter(result => result.past)).toHaveLength(past);
  });
});
