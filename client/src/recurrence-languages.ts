import type { RecurrenceRule } from "./documents.ts";

/** The words of one language for rules. Names of weekdays and months, and dates, come from `Intl`. */
export interface RecurrenceLanguage {
  /** What is said of a series whose rule cannot be put into words. */
  readonly neutral: string;
  /** `Weekly`, `Every 2 weeks`. */
  every(freq: RecurrenceRule["freq"], interval: number): string;
  readonly everyWeekday: string;
  /** `A`, `A and B`, `A, B and C`. */
  list(items: readonly string[]): string;
  /** `on Monday and Friday`, from names of weekdays. */
  onWeekdays(names: string): string;
  /** `on every Monday`: on each Monday of a month or year. */
  onEach(names: string): string;
  /** `on day 15`, `on days 1 and 15` of a month. */
  onDays(days: readonly number[]): string;
  /** `on the last day` of a month. */
  readonly onLastDay: string;
  /** `on the second Tuesday`. Undefined if the language has no word for this position. */
  onNth(nth: number, weekday: string): string | undefined;
  /** A day that is Monday to Friday, as in `on the last weekday`. */
  readonly weekday: string;
  /** Any day, as in `on the last day`. */
  readonly day: string;
  /** `on 29 March`. */
  onDate(date: string): string;
  /** `in March and May`. */
  inMonths(names: string): string;
  /** `of March`: after `on the second Tuesday`. */
  ofMonths(names: string): string;
  /** `until 3 March 2027`. */
  until(date: string): string;
  /** `5 times`. */
  times(count: number): string;
}

/** For each frequency, the word for every one, and the unit in the plural. */
type Frequencies = Readonly<Record<RecurrenceRule["freq"], readonly [every: string, units: string]>>;

/** By position; -1 is the last. */
type Ordinals = Readonly<Record<number, string>>;

function joined(items: readonly string[], and: string): string {
  const last = items[items.length - 1] ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} ${and} ${last}`;
}

const englishFrequencies: Frequencies = {
  DAILY: ["Daily", "days"],
  WEEKLY: ["Weekly", "weeks"],
  MONTHLY: ["Monthly", "months"],
  YEARLY: ["Annually", "years"],
};
const englishOrdinals: Ordinals = {
  1: "first",
  2: "second",
  3: "third",
  4: "fourth",
  5: "fifth",
  [-1]: "last",
  [-2]: "second to last",
};

const english: RecurrenceLanguage = {
  neutral: "Repeats",
  every: (freq, interval) => {
    const [every, units] = englishFrequencies[freq];
    return interval === 1 ? every : `Every ${interval} ${units}`;
  },
  everyWeekday: "Every weekday",
  list: items => joined(items, "and"),
  onWeekdays: names => `on ${names}`,
  onEach: names => `on every ${names}`,
  onDays: days => `on ${days.length === 1 ? "day" : "days"} ${joined(days.map(String), "and")}`,
  onLastDay: "on the last day",
  onNth: (nth, weekday) => {
    const ordinal = englishOrdinals[nth];
    return ordinal === undefined ? undefined : `on the ${ordinal} ${weekday}`;
  },
  weekday: "weekday",
  day: "day",
  onDate: date => `on ${date}`,
  inMonths: names => `in ${names}`,
  ofMonths: names => `of ${names}`,
  until: date => `until ${date}`,
  times: count => (count === 1 ? "once" : `${count} times`),
};

const germanFrequencies: Frequencies = {
  DAILY: ["Täglich", "Tage"],
  WEEKLY: ["Wöchentlich", "Wochen"],
  MONTHLY: ["Monatlich", "Monate"],
  YEARLY: ["Jährlich", "Jahre"],
};
const germanOrdinals: Ordinals = {
  1: "ersten",
  2: "zweiten",
  3: "dritten",
  4: "vierten",
  5: "fünften",
  [-1]: "letzten",
  [-2]: "vorletzten",
};

const german: RecurrenceLanguage = {
  neutral: "Wiederholt sich",
  every: (freq, interval) => {
    const [every, units] = germanFrequencies[freq];
    return interval === 1 ? every : `Alle ${interval} ${units}`;
  },
  everyWeekday: "Jeden Tag von Montag bis Freitag",
  list: items => joined(items, "und"),
  onWeekdays: names => `am ${names}`,
  onEach: names => `an jedem ${names}`,
  onDays: days =>
    `am ${joined(
      days.map(day => `${day}.`),
      "und",
    )} Tag`,
  onLastDay: "am letzten Tag",
  onNth: (nth, weekday) => {
    const ordinal = germanOrdinals[nth];
    return ordinal === undefined ? undefined : `am ${ordinal} ${weekday}`;
  },
  weekday: "Wochentag (Montag bis Freitag)",
  day: "Tag",
  onDate: date => `am ${date}`,
  inMonths: names => `im ${names}`,
  ofMonths: names => `im ${names}`,
  until: date => `bis ${date}`,
  times: count => (count === 1 ? "einmal" : `${count}-mal`),
};

/** By the language of a BCP 47 tag. A further language is one more object. */
export const recurrenceLanguages = { en: english, de: german } as const;
