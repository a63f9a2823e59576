import { describe, expect, test } from "@jest/globals";
import type { SearchResults } from "../app/event-search.ts";
import { countWords, scopeWords } from "./search.ts";

const results = (found: number, past: number, listed = found) =>
  ({ found, past, searched: 5000, listed: { length: listed } }) as unknown as SearchResults;

describe("countWords", () => {
  test.each([
    ["", 0, 0, 0, "Type words of a title, a place, the notes or a guest."],
    [" tea ", 0, 0, 0, "Nothing found for “tea”."],
    ["tea", 1, 0, 1, "1 event found."],
    ["tea", 1, 1, 1, "1 event found, in the past."],
    ["tea", 12, 5, 12, "12 events found, 5 of them past."],
    ["tea", 1240, 40, 100, "1,240 events found, 40 of them past. The 100 around today are listed."],
  ])("%j with %i found, %i past, %i listed", (text, found, past, listed, words) => {
    expect(countWords(text, results(found, past, listed), "en-GB")).toBe(words);
  });
});

describe("scopeWords", () => {
  const range = { from: new Date("2026-10-01"), to: new Date("2027-01-01") };
  const scope = { done: true, searched: 412, range, someHidden: false, loading: false, locale: "en-GB" };

  test("says how many events of which days were searched", () => {
    expect(scopeWords(scope).replace(/[\u2009\u202f]/g, " ")).toBe(
      "Searched the 412 events loaded: 1 Oct – 31 Dec 2026. For other months, move the calendar there.",
    );
  });

  test("says what will be searched, before there is a text", () => {
    expect(scopeWords({ ...scope, done: false, searched: 1 })).toContain(
      "Searches the 1 event loaded: 1 Oct",
    );
  });

  test("says what is missing", () => {
    const words = scopeWords({ ...scope, someHidden: true, loading: true });
    expect(words).toContain("More are on their way. Hidden calendars are left out.");
    expect(scopeWords({ ...scope, range: undefined })).toBe("No events are loaded yet.");
  });
});
