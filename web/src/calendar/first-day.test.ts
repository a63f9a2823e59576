import { afterEach, describe, expect, test } from "@jest/globals";
import { firstDayByRegion, firstDayOfWeek } from "./first-day.ts";

type Weeks = { getWeekInfo?: () => { firstDay: number } };
const locales = Intl.Locale.prototype as Weeks;
const { getWeekInfo } = locales;

const expected: [string, number][] = [
  ["en", 0],
  ["en-US", 0],
  ["en-GB", 1],
  ["de-DE", 1],
  ["pt-BR", 0],
  ["ar-EG", 6],
  ["dv", 5],
  ["eo", 1],
];

afterEach(() => {
  Object.assign(locales, { getWeekInfo });
});

describe("the first day of the week", () => {
  test.each(expected)("%s: %i, as the browser says", (tag, day) => {
    expect(firstDayOfWeek(tag)).toBe(day);
  });

  test.each(expected)("%s: %i, by the region, in a browser that does not say", (tag, day) => {
    Object.assign(locales, { getWeekInfo: undefined });
    expect(firstDayOfWeek(tag)).toBe(day);
  });

  test("the browser is asked first", () => {
    Object.assign(locales, { getWeekInfo: () => ({ firstDay: 3 }) });
    expect(firstDayOfWeek("en-US")).toBe(3);
  });

  test("a tag that is none: Monday", () => {
    expect(firstDayOfWeek("en-US@posix")).toBe(1);
  });

  test("the table agrees with Unicode's data, for every region in use", () => {
    const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
    const tags = letters
      .flatMap(one => letters.map(other => one + other))
      // ZZ is the unknown region. A region that was renamed or split has the name of another one, or a tag that is
      // rewritten.
      .filter(
        region =>
          region !== "ZZ" &&
          names.of(region) !== undefined &&
          new Intl.Locale(`und-${region}`).region === region,
      )
      .map(region => `und-${region}`);
    expect(tags.length).toBeGreaterThan(240);
    const wrong = tags.filter(tag => firstDayByRegion(tag) % 7 !== firstDayOfWeek(tag));
    expect(wrong).toEqual([]);
  });
});
