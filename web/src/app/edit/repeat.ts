import {
  describeRecurrence,
  sameDocument,
  type RecurrenceRule,
  type SeriesDocument,
} from "@firestore-calendar-sync/client";

/** `custom`: a rule that this form does not offer. It is shown in words and kept. */
export type RepeatName =
  | "none"
  | "daily"
  | "weekdays"
  | "weekly"
  | "monthlyDay"
  | "monthlyNth"
  | "monthlyLast"
  | "yearly"
  | "custom";

export interface RepeatChoice {
  readonly name: RepeatName;
  readonly words: string;
}

interface OfferedRule {
  readonly name: RepeatName;
  readonly rule: RecurrenceRule;
  readonly line: string;
}

const days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;
const workdays = ["MO", "TU", "WE", "TH", "FR"] as const;

/**
 * The rules that fit an event which begins on `date`. Rules by the day of the month and of the year name no day, so
 * that they follow the start.
 */
function offeredRules(date: string): readonly OfferedRule[] {
  const start = new Date(`${date}T00:00:00Z`);
  const day = days[start.getUTCDay()] ?? "MO";
  const nth = Math.ceil(start.getUTCDate() / 7);
  const inAWeek = new Date(start.getTime() + 7 * 86_400_000);
  const isLast = inAWeek.getUTCMonth() !== start.getUTCMonth();
  const offered: OfferedRule[] = [
    { name: "daily", rule: { freq: "DAILY", interval: 1 }, line: "RRULE:FREQ=DAILY" },
    {
      name: "weekdays",
      rule: { freq: "WEEKLY", interval: 1, byDay: workdays.map(workday => ({ day: workday })) },
      line: `RRULE:FREQ=WEEKLY;BYDAY=${workdays.join(",")}`,
    },
    {
      name: "weekly",
      rule: { freq: "WEEKLY", interval: 1, byDay: [{ day }] },
      line: `RRULE:FREQ=WEEKLY;BYDAY=${day}`,
    },
    { name: "monthlyDay", rule: { freq: "MONTHLY", interval: 1 }, line: "RRULE:FREQ=MONTHLY" },
  ];
  const monthly = (name: RepeatName, position: number): OfferedRule => ({
    name,
    rule: { freq: "MONTHLY", interval: 1, byDay: [{ day, nth: position }] },
    line: `RRULE:FREQ=MONTHLY;BYDAY=${position}${day}`,
  });
  // Many months have no fifth of a weekday, so a series on it would have gaps.
  if (nth < 5) offered.push(monthly("monthlyNth", nth));
  if (isLast) offered.push(monthly("monthlyLast", -1));
  return [...offered, { name: "yearly", rule: { freq: "YEARLY", interval: 1 }, line: "RRULE:FREQ=YEARLY" }];
}

/**
 * The choices for an event that begins on `date`.
 *
 * @param custom the series, if its own rule is one of the choices because none of the others is it
 */
export function repeatChoices(
  date: string,
  custom: SeriesDocument | undefined,
  locale: string,
): readonly RepeatChoice[] {
  const offered = offeredRules(date).map(({ name, rule }) => ({
    name,
    words: describeRecurrence({ rule, start: { date }, timeZone: "UTC" }, locale),
  }));
  return [
    { name: "none", words: "Does not repeat" },
    ...offered,
    ...(custom ? [{ name: "custom", words: describeRecurrence(custom, locale) } as const] : []),
  ];
}

/** The choice that a series has now, for an occurrence on `date`. */
export function repeatOf({ rule }: Pick<SeriesDocument, "rule">, date: string): RepeatName {
  if (rule === undefined) return "custom";
  const plain = withoutImplied(rule, date);
  return offeredRules(date).find(offered => sameDocument(offered.rule, plain))?.name ?? "custom";
}

/** The rule in the form of `offeredRules`, which has no days of a month or year that follow from the start. */
function withoutImplied(rule: RecurrenceRule, date: string): RecurrenceRule {
  const [, month, day] = date.split("-").map(Number);
  const { byMonth, byMonthDay, ...rest } = rule;
  const isImplied = (values: readonly number[] | undefined, implied: number | undefined) =>
    values === undefined || (values.length === 1 && values[0] === implied);
  switch (rule.freq) {
    case "WEEKLY": {
      const [start] = [days[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? "MO"];
      return { ...rule, byDay: rule.byDay ?? [{ day: start }] };
    }
    case "MONTHLY":
      return isImplied(byMonthDay, day) && byMonth === undefined ? rest : rule;
    case "YEARLY":
      return isImplied(byMonthDay, day) && isImplied(byMonth, month) ? rest : rule;
    case "DAILY":
      return rule;
  }
}

/** The lines of a choice; undefined for `custom`, of which nothing is written, and for a choice that does not exist. */
export function recurrenceLines(name: RepeatName, date: string): readonly string[] | undefined {
  if (name === "none") return [];
  const line = offeredRules(date).find(offered => offered.name === name)?.line;
  return line === undefined ? undefined : [line];
}

/** The choice after the start has moved to `date`: some choices do not exist on every date. */
export function repeatOn(name: RepeatName, date: string): RepeatName {
  if (name === "none" || name === "custom" || recurrenceLines(name, date)) return name;
  return name === "monthlyNth" ? "monthlyLast" : "monthlyNth";
}
