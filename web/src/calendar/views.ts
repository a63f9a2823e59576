/** The views of the calendar, in the order of the menu. */
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
