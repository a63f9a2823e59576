import { describe, expect, test } from "@jest/globals";
import type { EventTime, RecurrenceRule } from "./documents.ts";
import { describeRecurrence, recurrenceLocales } from "./recurrence-words.ts";

const timeZone = "Europe/Berlin";
const monday: EventTime = { dateTime: "2026-01-05T09:00:00+01:00", timeZone };
const days = (...names: string[]) =>
  names.map(name => {
    const [, nth = "", day = ""] = /^(-?\d*)(\w\w)$/.exec(name) ?? [];
    return { day: day as "MO", ...(nth !== "" && { nth: Number(nth) }) };
  });
const said = (rule: Partial<RecurrenceRule> | undefined, locale: string, start: EventTime = monday) =>
  describeRecurrence(
    { start, timeZone, ...(rule && { rule: { freq: "WEEKLY", interval: 1, ...rule } }) },
    locale,
  );

describe("describeRecurrence", () => {
  test.each<[Partial<RecurrenceRule>, english: string, german: string]>([
    [{ freq: "DAILY" }, "Daily", "Täglich"],
    [{ freq: "DAILY", interval: 3 }, "Every 3 days", "Alle 3 Tage"],
    [{}, "Weekly on Monday", "Wöchentlich am Montag"],
    [
      { interval: 2, byDay: days("WE", "MO") },
      "Every 2 weeks on Monday and Wednesday",
      "Alle 2 Wochen am Montag und Mittwoch",
    ],
    [
      { byDay: days("MO", "WE", "FR") },
      "Weekly on Monday, Wednesday and Friday",
      "Wöchentlich am Montag, Mittwoch und Freitag",
    ],
    [{ byDay: days("MO", "TU", "WE", "TH", "FR") }, "Every weekday", "Jeden Tag von Montag bis Freitag"],
    [{ byDay: days("MO", "TU", "WE", "TH", "FR", "SA", "SU") }, "Daily", "Täglich"],
    [{ freq: "DAILY", byDay: days("TU") }, "Weekly on Tuesday", "Wöchentlich am Dienstag"],
    [{ byMonth: [6, 7] }, "Weekly on Monday in June and July", "Wöchentlich am Montag im Juni und Juli"],
    [{ freq: "MONTHLY" }, "Monthly on day 5", "Monatlich am 5. Tag"],
    [{ freq: "MONTHLY", byMonthDay: [1, 15] }, "Monthly on days 1 and 15", "Monatlich am 1. und 15. Tag"],
    [{ freq: "MONTHLY", byMonthDay: [-1] }, "Monthly on the last day", "Monatlich am letzten Tag"],
    [
      { freq: "MONTHLY", byDay: days("2TU") },
      "Monthly on the second Tuesday",
      "Monatlich am zweiten Dienstag",
    ],
    [
      { freq: "MONTHLY", interval: 3, byDay: days("-1FR") },
      "Every 3 months on the last Friday",
      "Alle 3 Monate am letzten Freitag",
    ],
    [
      { freq: "MONTHLY", byDay: days("1MO", "3MO") },
      "Monthly on the first Monday and on the third Monday",
      "Monatlich am ersten Montag und am dritten Montag",
    ],
    [
      { freq: "MONTHLY", byDay: days("TU"), bySetPos: [2] },
      "Monthly on the second Tuesday",
      "Monatlich am zweiten Dienstag",
    ],
    [
      { freq: "MONTHLY", byDay: days("MO", "TU", "WE", "TH", "FR"), bySetPos: [-1] },
      "Monthly on the last weekday",
      "Monatlich am letzten Wochentag (Montag bis Freitag)",
    ],
    [{ freq: "MONTHLY", byDay: days("MO") }, "Monthly on every Monday", "Monatlich an jedem Montag"],
    [{ freq: "YEARLY" }, "Annually on 5 January", "Jährlich am 5. Januar"],
    [{ freq: "YEARLY", byMonth: [3], byMonthDay: [29] }, "Annually on 29 March", "Jährlich am 29. März"],
    // Google reads a day without a month as one day a year, in the month of the start.
    [{ freq: "YEARLY", byMonthDay: [20] }, "Annually on 20 January", "Jährlich am 20. Januar"],
    [
      { freq: "YEARLY", interval: 4, byMonth: [2], byMonthDay: [29] },
      "Every 4 years on 29 February",
      "Alle 4 Jahre am 29. Februar",
    ],
    [
      { freq: "YEARLY", byMonth: [11], byDay: days("4TH") },
      "Annually on the fourth Thursday of November",
      "Jährlich am vierten Donnerstag im November",
    ],
  ])("%j", (rule, english, german) => {
    expect([said(rule, "en-GB"), said(rule, "de-DE")]).toEqual([english, german]);
  });

  test("the end: a day, a moment in the zone of the series, or a number", () => {
    const until = { dateTime: "2027-03-03T09:00:00+01:00", timeZone };
    expect(said({ until }, "en-GB")).toBe("Weekly on Monday, until 3 March 2027");
    expect(said({ until: { date: "2027-03-03" } }, "en-US")).toBe("Weekly on Monday, until March 3, 2027");
    expect(said({ until }, "de")).toBe("Wöchentlich am Montag, bis 3. März 2027");
    expect(said({ count: 10 }, "en")).toBe("Weekly on Monday, 10 times");
    expect(said({ count: 1 }, "de")).toBe("Wöchentlich am Montag, einmal");
  });

  test("the day of an all-day series is its date, west and east of Greenwich", () => {
    expect(said({}, "en", { date: "2026-01-04" })).toBe("Weekly on Sunday");
    expect(said({ freq: "YEARLY" }, "en-US", { date: "0001-12-31" })).toBe("Annually on December 31");
    expect(said({}, "en", { dateTime: "2026-01-05T00:30:00+14:00" })).toBe("Weekly on Monday");
  });

  test("no rule, and a rule without words, are not guessed", () => {
    expect(said(undefined, "en")).toBe("Repeats");
    expect(said(undefined, "de-AT")).toBe("Wiederholt sich");
    const wordless: readonly Partial<RecurrenceRule>[] = [
      { freq: "DAILY", interval: 2, byDay: days("MO") },
      { freq: "WEEKLY", byDay: days("MO", "TU"), bySetPos: [1] },
      { freq: "MONTHLY", byDay: days("FR"), byMonthDay: [13] },
      { freq: "MONTHLY", byDay: days("MO", "2TU") },
      { freq: "MONTHLY", byDay: days("MO", "WE"), bySetPos: [1] },
      { freq: "MONTHLY", byMonthDay: [-2] },
      { freq: "MONTHLY", byDay: days("TU"), bySetPos: [7] },
      { freq: "YEARLY", byDay: days("20MO") },
      { freq: "YEARLY", byMonth: [1, 7], byDay: days("MO"), bySetPos: [1] },
      { freq: "YEARLY", byMonth: [1], byMonthDay: [-1] },
    ];
    for (const rule of wordless) expect([rule, said({ ...rule }, "en")]).toEqual([rule, "Repeats"]);
    expect(said({ freq: "YEARLY", byDay: days("20MO"), count: 3 }, "en")).toBe("Repeats, 3 times");
  });

  test("a language without words gets English throughout, and what is no language is refused", () => {
    expect(recurrenceLocales).toEqual(["en", "de"]);
    expect(said({ until: { date: "2027-03-03" } }, "fr-FR")).toBe("Weekly on Monday, until March 3, 2027");
    expect(said({}, "en-x-toString")).toBe("Weekly on Monday");
    expect(() => said({}, "")).toThrow(RangeError);
  });
});
