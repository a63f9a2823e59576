import type { CalendarDocument } from "@firestore-calendar-sync/client";
import { calendarClass } from "./event-input.ts";

/** The colour of calendars without a colour from Google. */
const fallback = "#4285f4";

/** CSS rules for the colours of calendars, one class each. */
function colorRules(calendars: ReadonlyMap<string, CalendarDocument>): string {
  return [...calendars]
    .map(([key, { backgroundColor }]) => `.${calendarClass(key)}{--event:${backgroundColor ?? fallback}}`)
    .join("\n");
}

/**
 * Creates one style sheet for the colours of all calendars, so that a new colour of a calendar does not redraw events.
 * An event with a colour of its own has it as an inline style, which overrides its calendar's.
 */
export function createColorSheet(): (calendars: ReadonlyMap<string, CalendarDocument>) => void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  let current = "";
  return calendars => {
    const rules = colorRules(calendars);
    if (rules === current) return;
    current = rules;
    sheet.replaceSync(rules);
  };
}
