/**
 * Calendar arithmetic on plain numbers. A *day number* counts days since 1970-01-01 in the proleptic Gregorian
 * calendar. A *local time* is the time of a clock without any zone, in milliseconds since 1970-01-01T00:00. `Date` is
 * not used here because it costs an object per value and reads years below 100 as 19xx.
 */

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The last year with four digits; no occurrences are generated after it. */
export const lastYear = 9999;

export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysPer400Years = 146_097;
/**
 * Day number of 0000-03-01. The 400-year cycle is counted from March, so that a leap day is the last day of its year.
 */
const cycleEpoch = -719_468;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** Day number of a date. `day` may be outside its month; it is counted from the first of the month. */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const cycle = Math.floor(shifted / 400);
  const yearOfCycle = shifted - cycle * 400;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const dayOfCycle =
    yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear;
  return cycle * daysPer400Years + dayOfCycle + cycleEpoch;
}

/** The date of a day number. */
export function civilDate(day: number): CivilDate {
  const shifted = day - cycleEpoch;
  const cycle = Math.floor(shifted / daysPer400Years);
  const dayOfCycle = shifted - cycle * daysPer400Years;
  const leaps =
    Math.floor(dayOfCycle / 1460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leaps) / 365);
  const dayOfYear =
    dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** 0 is Monday, 6 is Sunday: the order of ISO 8601, and of WKST's default. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Day number of the first day of the week that contains `day`, for weeks that begin on `weekStart`. */
export function startOfWeek(day: number, weekStart: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7);
}

/** Day number of a local time. */
export function dayOf(localMs: number): number {
  return Math.floor(localMs / dayMs);
}

/** True if the date exists. */
export function isDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** The limits of Firestore's timestamps and of dates with four digits: the years 1 to 9999. */
export const earliestMs = dayNumber(1, 1, 1) * dayMs;
export const latestMs = dayNumber(lastYear + 1, 1, 1) * dayMs - 1;
