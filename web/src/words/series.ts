/**
 * Describes how a series repeats, from the original dates of its occurrences: the page does not have the rule.
 *
 * @param dates original dates of the occurrences, `YYYY-MM-DD` in the event's own zone, in any order. Some may be
 *   missing (cancelled occurrences are).
 * @returns undefined if the dates follow no simple rule, or if there are fewer than three.
 */
export function seriesWords(dates: readonly string[], locale: string): string | undefined {
  const days = [...new Set(dates)].sort().map(date => Math.round(Date.parse(date) / dayMs));
  if (days.length < 3) return undefined;
  return yearly(days, locale) ?? monthly(days) ?? daily(days) ?? weekly(days, locale);
}

const dayMs = 86_400_000;
const weekdays = [1, 2, 3, 4, 5];
const ordinals = ["first", "second", "third", "fourth", "fifth"];

const at = (day: number) => new Date(day * dayMs);
const weekdayOf = (day: number) => at(day).getUTCDay();
const monthOf = (day: number) => at(day).getUTCFullYear() * 12 + at(day).getUTCMonth();
/** Weeks begin on Monday. Day 0 of the epoch was a Thursday. */
const weekOf = (day: number) => Math.floor((day + 3) / 7);
const gaps = (values: readonly number[]) => values.slice(1).map((value, n) => value - (values[n] ?? value));
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const single = <T>(values: readonly T[]): T | undefined =>
  new Set(values).size === 1 ? values[0] : undefined;

/**
 * The step of a regular sequence with gaps: the greatest common divisor of the differences, if it occurs as a
 * difference.
 */
function step(values: readonly number[]): number | undefined {
  const between = gaps(values);
  const divisor = between.reduce(gcd, 0);
  return divisor > 0 && between.includes(divisor) ? divisor : undefined;
}

function every(count: number, unit: string): string {
  return count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`;
}

function yearly(days: readonly number[], locale: string): string | undefined {
  const months = step(days.map(monthOf));
  const first = days[0];
  if (first === undefined || months === undefined || months % 12 !== 0) return undefined;
  if (single(days.map(day => at(day).getUTCDate())) === undefined) return undefined;
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" }).format(
    at(first),
  );
  return `${every(months / 12, "year")} on ${date}`;
}

function monthly(days: readonly number[]): string | undefined {
  const months = step(days.map(monthOf));
  if (months === undefined || Math.min(...gaps(days)) < 28) return undefined;
  const date = single(days.map(day => at(day).getUTCDate()));
  if (date !== undefined) return `${every(months, "month")} on day ${date}`;
  const weekday = single(days.map(weekdayOf));
  const nth = single(days.map(day => Math.ceil(at(day).getUTCDate() / 7)));
  if (weekday === undefined || nth === undefined) return undefined;
  return `${every(months, "month")} on the ${ordinals[nth - 1] ?? ""} ${weekdayName(weekday, "en")}`;
}

function daily(days: readonly number[]): string | undefined {
  const count = step(days);
  if (count === undefined || count % 7 === 0) return undefined;
  // A series on weekdays has a step of one day too, but skips every weekend.
  const skipsNone = gaps(days).every(gap => gap === count) || new Set(days.map(weekdayOf)).size === 7;
  return skipsNone ? every(count, "day") : undefined;
}

function weekly(days: readonly number[], locale: string): string | undefined {
  const weeks = [...new Set(days.map(weekOf))];
  const count = weeks.length > 1 ? step(weeks) : undefined;
  if (count === undefined) return undefined;
  const used = [...new Set(days.map(weekdayOf))].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  // In at least half of the weeks between the first and the last, every used weekday must occur. Otherwise the dates
  // follow another rule.
  const full = weeks.slice(1, -1).map(week => days.filter(day => weekOf(day) === week).length);
  const complete = full.filter(size => size === used.length).length;
  if (used.length > 1 && complete * 2 < full.length) return undefined;
  if (count === 1 && used.length === 5 && weekdays.every(day => used.includes(day))) return "Every weekday";
  const names = used.map(day => weekdayName(day, locale));
  return `${every(count, "week")} on ${new Intl.ListFormat("en", { type: "conjunction" }).format(names)}`;
}

function weekdayName(weekday: number, locale: string): string {
  // Day 3 of the epoch was a Sunday.
  return new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(at(3 + weekday));
}
