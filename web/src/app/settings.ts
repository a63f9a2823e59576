import { isViewName, type ViewName } from "../calendar/views.ts";
import type { Setting } from "./actions.ts";
import type { Theme } from "./state.ts";

const prefix = "calendar-page:";

/** Stores a setting in this browser. Does nothing if the browser does not allow it (private mode). */
export function remember(key: Setting, value: string): void {
  try {
    localStorage.setItem(prefix + key, value);
  } catch {
    return;
  }
}

function recall(key: Setting): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

/** The stored settings, or defaults. A narrow screen starts with the agenda view, because a month does not fit. */
export function recallSettings(narrow: boolean): {
  theme: Theme;
  view: ViewName;
  hidden: ReadonlySet<string>;
  showDeclined: boolean;
  shortcuts: boolean;
} {
  const theme = recall("theme");
  const view = recall("view");
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    view: isViewName(view) ? view : narrow ? "agenda" : "month",
    hidden: new Set((recall("hidden") ?? "").split(" ").filter(key => key !== "")),
    showDeclined: recall("declined") !== "hide",
    shortcuts: recall("shortcuts") !== "off",
  };
}
