/** The reminders of an event document, or of an event that is being made. */
export interface ReminderFields {
  readonly useDefault?: boolean | undefined;
  readonly overrides?: readonly { readonly method: string; readonly minutes: number }[] | undefined;
}

/** In minutes, from longest to shortest. */
const units = [
  ["week", 7 * 24 * 60],
  ["day", 24 * 60],
  ["hour", 60],
  ["minute", 1],
] as const;

/** The reminders of an event, one line each, for example `Email 1 day before`. */
export function reminderWords({ useDefault, overrides = [] }: ReminderFields, locale: string): string[] {
  if (useDefault === true) return ["The calendar's default reminders"];
  if (overrides.length === 0) return ["No reminders"];
  return [...overrides]
    .sort((a, b) => b.minutes - a.minutes)
    .map(({ method, minutes }) => `${methodWords(method)} ${beforeWords(minutes, locale)}`);
}

function methodWords(method: string): string {
  return method === "email" ? "Email" : "Notification";
}

/** In the largest unit that gives a whole number. */
function beforeWords(minutes: number, locale: string): string {
  if (minutes === 0) return "at the start";
  const [unit, length] = units.find(([, each]) => minutes % each === 0) ?? ["minute", 1];
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  return `${format.format(minutes / length)} before`;
}
