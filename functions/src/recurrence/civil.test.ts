import { describe, expect, test } from "@jest/globals";
import { civilDate, dayNumber, daysInMonth, daysInYear, isDate, startOfWeek, weekdayOf } from "./civil.ts";

describe("the Gregorian calendar", () => {
  test.each([
    [2023, 365],
    [2024, 366],
    [2100, 365],
    [2000, 366],
    [1900, 365],
    [4, 366],
  ])("the year %d has %d days", (year, days) => {
    expect(daysInYear(year)).toBe(days);
    expect(daysInMonth(year, 2)).toBe(days - 337);
    expect(dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1)).toBe(days);
  });

  test.each([
    [1970, 1, 1, 0],
    [1969, 12, 31, -1],
    [2000, 2, 29, 11_016],
    [2000, 3, 1, 11_017],
    [1, 1, 1, -719_162],
    [9999, 12, 31, 2_932_896],
  ])("%d-%d-%d is day %d", (year, month, day, number) => {
    expect(dayNumber(year, month, day)).toBe(number);
    expect(civilDate(number)).toEqual({ year, month, day });
  });

  test("every day of four centuries is the day after the one before", () => {
    let { year, month, day } = { year: 1800, month: 1, day: 1 };
    for (let number = dayNumber(1800, 1, 1); number < dayNumber(2200, 1, 1); number++) {
      const date = civilDate(number);
      // One assertion for all: 146,097 of them take seconds.
      if (date.year !== year || date.month !== month || date.day !== day) {
        expect(date).toEqual({ year, month, day });
      }
      day += 1;
      if (day > daysInMonth(year, month)) [month, day] = [month + 1, 1];
      if (month > 12) [year, month] = [year + 1, 1];
    }
    expect(year).toBe(2200);
  });

  test.each([
    [2024, 2, 29, true],
    [2023, 2, 29, false],
    [2100, 2, 29, false],
    [2026, 1, 31, true],
    [2026, 4, 31, false],
    [2026, 1, 1, true],
    [2026, 1, 0, false],
    [2026, 0, 1, false],
    [2026, 12, 31, true],
    [2026, 13, 1, false],
  ])("%d-%d-%d exists: %s", (year, month, day, exists) => {
    expect(isDate(year, month, day)).toBe(exists);
  });

  test("weeks begin where one says, and 1970-01-01 was a Thursday", () => {
    expect(weekdayOf(0)).toBe(3);
    expect(weekdayOf(-4)).toBe(6);
    expect([0, 3, 4, 6].map(weekStart => startOfWeek(0, weekStart))).toEqual([-3, 0, -6, -4]);
  });
});
