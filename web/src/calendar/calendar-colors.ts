import type { CalendarDocument } from "@firestore-calendar-sync/client";
import { calendarClass } from "./event-input.ts";

/**
 * The colours of events by `colorId`, as Google's own page shows them. They are the same for every user
 * (developers.google.com/workspace/calendar/api/v3/reference/colors returns an older, paler palette).
 */
const eventColors: Readonly<Record<string, string>> = {
  1: "#7986cb",
  2: "#33b679",
  3: "#8e24aa",
  4: "#e67c73",
  5: "#f6bf26",
  6: "#f4511e",
  7: "#039be5",
  8: "#616161",
  9: "#3f51b5",
  10: "#0b8043",
  11: "#d50000",
};

/** The colour of calendars without a colour from Google. */
const fallback = "#4285f4";

/** CSS rules for the colours of calendars and events, one class each. */
function colorRules(calendars: ReadonlyMap<string, CalendarDocument>): string {
  const ofCalendars = [...calendars].map(
    ([key, { backgroundColor }]) => `.${calendarClass(key)}{--event:${backgroundColor ?? fallback}}`,
  );
  // A selector with two classes has a higher specificity, so an event's own colour overrides its calendar's.
  const ofEvents = Object.entries(eventColors).map(
    ([id, color]) => `.fc-event.event-color-${id}{--event:${color}}`,
  );
  return [...ofCalendars, ...ofEvents].join("\n");
}

/** Creates one style sheet for all colours, so that a new calendar colour does not redraw events. */
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
