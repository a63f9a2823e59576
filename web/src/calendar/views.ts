/** The ways to look at the calendar, in the order in which they are offered. */
export const views = [
  { name: "month", label: "Month", shortcut: "m" },
  { name: "week", label: "Week", shortcut: "w" },
  { name: "day", label: "Day", shortcut: "d" },
  { name: "agenda", label: "Agenda", shortcut: "a" },
] as const;

export type ViewName = (typeof views)[number]["name"];

export function isViewName(value: unknown): value is ViewName {
  return views.some(view => view.name === value);
}
