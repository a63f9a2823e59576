import { describe, expect, test } from "@jest/globals";
import type { RecurrenceRule, SeriesDocument } from "@firestore-calendar-sync/client";
import { recurrenceLines, repeatChoices, repeatOf, repeatOn } from "./repeat.ts";

/** A Monday, the fourth and not the last of its month. */
const monday = "2026-11-23";

function choicesOn(date: string): Record<string, string> {
  return Object.fromEntries(repeatChoices(date, undefined, "en-GB").map(({ name, words }) => [name, words]));
}

describe("the choices", () => {
  test("fit the date", () => {
    expect(choicesOn(monday)).toEqual({
      none: "Does not repeat",
      daily: "Daily",
      weekdays: "Every weekday",
      weekly: "Weekly on Monday",
      monthlyDay: "Monthly on day 23",
      monthlyNth: "Monthly on the fourth Monday",
      yearly: "Annually on 23 November",
    });
  });

  test("count from the end of the month where that is possible, and never a fifth weekday", () => {
    expect(choicesOn("2026-11-24")).toMatchObject({
      monthlyNth: "Monthly on the fourth Tuesday",
      monthlyLast: "Monthly on the last Tuesday",
    });
    expect(choicesOn("2026-11-30")).not.toHaveProperty("monthlyNth");
    expect(choicesOn("2026-11-30")).toMatchObject({ monthlyLast: "Monthly on the last Monday" });
  });

  test("contain the series' own rule in words, if it is none of the others", () => {
    const rule: RecurrenceRule = { freq: "WEEKLY", interval: 2, byDay: [{ day: "MO" }] };
    const series = { rule, start: { date: monday }, timeZone: "UTC" } as SeriesDocument;
    expect(repeatChoices(monday, series, "en-GB").at(-1)).toEqual({
      name: "custom",
      words: "Every 2 weeks on Monday",
    });
  });
});

test.each<[string, RecurrenceRule | undefined]>([
  ["daily", { freq: "DAILY", interval: 1 }],
  ["weekly", { freq: "WEEKLY", interval: 1 }],
  ["weekly", { freq: "WEEKLY", interval: 1, byDay: [{ day: "MO" }] }],
  ["monthlyDay", { freq: "MONTHLY", interval: 1, byMonthDay: [23] }],
  ["monthlyNth", { freq: "MONTHLY", interval: 1, byDay: [{ day: "MO", nth: 4 }] }],
  ["yearly", { freq: "YEARLY", interval: 1, byMonth: [11], byMonthDay: [23] }],
  ["custom", { freq: "MONTHLY", interval: 1, byMonthDay: [24] }],
  ["custom", { freq: "WEEKLY", interval: 1, byDay: [{ day: "TU" }] }],
  ["custom", { freq: "DAILY", interval: 1, count: 5 }],
  ["custom", { freq: "DAILY", interval: 2 }],
  ["custom", undefined],
])("is %s for %j on a fourth Monday", (name, rule) => {
  expect(repeatOf(rule ? { rule } : {}, monday)).toBe(name);
});

test("writes one RRULE, nothing for none, and nothing at all for what it does not know", () => {
  expect(recurrenceLines("weekdays", monday)).toEqual(["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"]);
  expect(recurrenceLines("monthlyNth", monday)).toEqual(["RRULE:FREQ=MONTHLY;BYDAY=4MO"]);
  expect(recurrenceLines("monthlyLast", "2026-11-30")).toEqual(["RRULE:FREQ=MONTHLY;BYDAY=-1MO"]);
  expect(recurrenceLines("none", monday)).toEqual([]);
  expect(recurrenceLines("custom", monday)).toBeUndefined();
});

test("a choice that does not exist on the new date becomes the nearest", () => {
  expect(repeatOn("monthlyNth", "2026-11-30")).toBe("monthlyLast");
  expect(repeatOn("monthlyLast", monday)).toBe("monthlyNth");
  expect(repeatOn("weekly", "2026-11-30")).toBe("weekly");
  expect(repeatOn("custom", "2026-11-30")).toBe("custom");
});
