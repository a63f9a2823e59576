import type { EventTime, RecurrenceRule, SeriesDocument } from "./documents.ts";
import { recurrenceLanguages, type RecurrenceLanguage } from "./recurrence-languages.ts";
import type { Weekday } from "./working-hours.ts";

/** The languages of `describeRecurrence`. */
export const recurrenceLocales: readonly string[] = Object.keys(recurrenceLanguages);

/**
 * Describes how a series repeats: `Weekly on Monday and Wednesday, until 3 March 2027`. If the series has no `rule`, or
 * if there are no words for it, the answer is a neutral `Repeats`: it never says something that is only nearly right.
 *
 * @param locale a BCP 47 tag. A language without words (see `recurrenceLocales`) gets English.
 * @throws RangeError if `locale` is not a tag.
 */
export function describeRecurrence(
  series: Pick<SeriesDocument, "rule" | "start" | "timeZone">,
  locale: string,
): string {
  const words = wordsOf(locale);
  const { rule } = series;
  if (rule === undefined) return words.language.neutral;
  const pattern = patternOf(rule, dateOf(series.start), words) ?? words.language.neutral;
  const ends = [
    ...(rule.until === undefined ? [] : [words.language.until(words.fullDate(dateOf(rule.until)))]),
    ...(rule.count === undefined ? [] : [words.language.times(rule.count)]),
  ];
  return [pattern, ...ends].join(", ");
}

/** A language with the names and dates of a locale. */
interface Words {
  readonly language: RecurrenceLanguage;
  readonly weekday: (day: Weekday) => string;
  /** From 1. */
  readonly month: (month: number) => string;
  /** `29 March`. */
  dayOfYear(month: number, day: number): string;
  /** `3 March 2027`. */
  fullDate(date: CivilDate): string;
}

const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
const workdays = weekdays.slice(0, 5);

interface CivilDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

function wordsOf(locale: string): Words {
  const { language: name } = new Intl.Locale(locale);
  const known = isKnown(name) ? name : undefined;
  const format = (options: Intl.DateTimeFormatOptions, date: CivilDate) => {
    const of = known === undefined ? "en" : locale;
    return new Intl.DateTimeFormat(of, { ...options, timeZone: "UTC" }).format(inUtc(date));
  };
  return {
    language: recurrenceLanguages[known ?? "en"],
    // 5 January 2026 was a Monday.
    weekday: day => format({ weekday: "long" }, { year: 2026, month: 1, day: 5 + weekdays.indexOf(day) }),
    month: month => format({ month: "long" }, { year: 2026, month, day: 1 }),
    // A leap year, which has 29 February.
    dayOfYear: (month, day) => format({ day: "numeric", month: "long" }, { year: 2024, month, day }),
    fullDate: date => format({ day: "numeric", month: "long", year: "numeric" }, date),
  };
}

function isKnown(language: string): language is keyof typeof recurrenceLanguages {
  return Object.prototype.hasOwnProperty.call(recurrenceLanguages, language);
}

/** The date in the zone in which the time is written. */
function dateOf(time: EventTime): CivilDate {
  const text = "date" in time ? time.date : time.dateTime;
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split("-").map(Number);
  return { year, month, day };
}

/** The rule without its end; undefined if there are no words for it. */
function patternOf(rule: RecurrenceRule, start: CivilDate, words: Words): string | undefined {
  switch (rule.freq) {
    case "DAILY":
    case "WEEKLY":
      return weeklyOf(rule, start, words);
    case "MONTHLY":
      return monthlyOf(rule, start, words);
    case "YEARLY":
      return yearlyOf(rule, start, words);
  }
}

function weeklyOf(rule: RecurrenceRule, start: CivilDate, words: Words): string | undefined {
  const { freq, interval, byDay, byMonthDay, byMonth, bySetPos } = rule;
  if (byMonthDay !== undefined || bySetPos !== undefined) return undefined;
  const { language } = words;
  const days = daysOf(rule);
  const inMonths = byMonth === undefined ? [] : [language.inMonths(months(byMonth, words))];
  if (freq === "DAILY" && byDay === undefined) return [language.every(freq, interval), ...inMonths].join(" ");
  // Every day that is a Monday is every week on Monday; but every second day that is a Monday is not.
  if (freq === "DAILY" && interval > 1) return undefined;
  const named = days.length > 0 ? days : [weekdayOf(start)];
  if (named.length === weekdays.length && interval === 1)
    return [language.every("DAILY", 1), ...inMonths].join(" ");
  if (areWorkdays(named) && interval === 1) return [language.everyWeekday, ...inMonths].join(" ");
  const on = language.onWeekdays(language.list(named.map(words.weekday)));
  return [language.every("WEEKLY", interval), on, ...inMonths].join(" ");
}

function monthlyOf(rule: RecurrenceRule, start: CivilDate, words: Words): string | undefined {
  const on = onDaysOf(rule, start, words);
  if (on === undefined) return undefined;
  const { language } = words;
  const inMonths = rule.byMonth === undefined ? [] : [language.inMonths(months(rule.byMonth, words))];
  return [language.every("MONTHLY", rule.interval), on, ...inMonths].join(" ");
}

/** The days of a month. */
function onDaysOf(rule: RecurrenceRule, start: CivilDate, words: Words): string | undefined {
  const { byDay, byMonthDay, bySetPos } = rule;
  const { language } = words;
  if (byDay === undefined) {
    if (bySetPos !== undefined) return undefined;
    const days = byMonthDay ?? [start.day];
    if (days.length === 1 && days[0] === -1) return language.onLastDay;
    return days.every(day => day > 0) ? language.onDays(days) : undefined;
  }
  return byMonthDay === undefined ? onWeekdaysOf(rule, words) : undefined;
}

/** Weekdays that are counted within a month: `on the second Tuesday`, `on the last weekday`, `on every Monday`. */
function onWeekdaysOf(rule: RecurrenceRule, words: Words): string | undefined {
  const { byDay = [], bySetPos } = rule;
  const { language } = words;
  const counted = byDay.filter(({ nth }) => nth !== undefined);
  if (bySetPos !== undefined) {
    const name = counted.length > 0 ? undefined : groupName(daysOf(rule), words);
    return (
      name &&
      allOf(
        bySetPos.map(position => language.onNth(position, name)),
        language,
      )
    );
  }
  if (counted.length === 0) return language.onEach(language.list(daysOf(rule).map(words.weekday)));
  if (counted.length < byDay.length) return undefined;
  return allOf(
    byDay.map(({ day, nth = 0 }) => language.onNth(nth, words.weekday(day))),
    language,
  );
}

/** `on the first Monday and on the last Friday`; undefined if there are no words for one of them. */
function allOf(parts: readonly (string | undefined)[], language: RecurrenceLanguage): string | undefined {
  const known = parts.flatMap(part => part ?? []);
  return known.length === parts.length ? language.list(known) : undefined;
}

/** The name of one weekday, of Monday to Friday, or of all days. */
function groupName(days: readonly Weekday[], { language, weekday }: Words): string | undefined {
  const [only] = days;
  if (days.length === 1 && only !== undefined) return weekday(only);
  if (days.length === weekdays.length) return language.day;
  return areWorkdays(days) ? language.weekday : undefined;
}

/** @param days each once */
function areWorkdays(days: readonly Weekday[]): boolean {
  return days.length === workdays.length && workdays.every(day => days.includes(day));
}

function yearlyOf(rule: RecurrenceRule, start: CivilDate, words: Words): string | undefined {
  const { interval, byDay, byMonthDay, byMonth, bySetPos } = rule;
  const { language } = words;
  const every = language.every("YEARLY", interval);
  if (byDay !== undefined) {
    // Without a month, ordinals count within the year.
    const on = byMonth === undefined || byMonthDay !== undefined ? undefined : onWeekdaysOf(rule, words);
    if (on === undefined || (bySetPos !== undefined && byMonth?.length !== 1)) return undefined;
    return `${every} ${on} ${language.ofMonths(months(byMonth ?? [], words))}`;
  }
  const days = byMonthDay ?? [start.day];
  const inMonths = byMonth ?? [start.month];
  if (bySetPos !== undefined || days.some(day => day < 0)) return undefined;
  const dates = inMonths.flatMap(month => days.map(day => words.dayOfYear(month, day)));
  return `${every} ${language.onDate(language.list(dates))}`;
}

function months(numbers: readonly number[], { language, month }: Words): string {
  return language.list(numbers.map(month));
}

/** The weekdays of a rule, from Monday on, each once. */
function daysOf({ byDay = [] }: RecurrenceRule): readonly Weekday[] {
  return weekdays.filter(day => byDay.some(one => one.day === day));
}

function weekdayOf(date: CivilDate): Weekday {
  return weekdays[(inUtc(date).getUTCDay() + 6) % 7] ?? "MO";
}

/** Midnight in UTC. Date.UTC would take a year below 100 for one of the 20th century. */
function inUtc({ year, month, day }: CivilDate): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}
