import type { CalendarDocument } from "@firestore-calendar-sync/schema";
import { calendarClass } from "./event-input.ts";

/**
 * The colours of Google's own page for an event that has one of its own, by `colorId`; they are the same for every
 * user (developers.google.com/workspace/calendar/api/v3/reference/colors gives the older, paler ones).
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

/** For calendars that Google gave no colour. */
const fallback = "#4285f4";

/** The CSS rules that colour everything that has the class of a calendar or of an event's own colour. */
function colorRules(calendars: ReadonlyMap<string, CalendarDocument>): string {
  const ofCalendars = [...calendars].map(
    ([key, { backgroundColor }]) => `.${calendarClass(key)}{--event:${backgroundColor ?? fallback}}`,
  );
  // Two classes outweigh one: an event's own colour wins over its calendar's.
  const ofEvents = Object.entries(eventColors).map(
    ([id, color]) => `.fc-event.event-color-${id}{--event:${color}}`,
  );
  return [...ofCalendars, ...ofEvents].join("\n");
}

/** One style sheet for all colours: a calendar that changes its colour redraws no event. */
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
