import type { SearchResults } from "../app/event-search.ts";
import { dateFormat } from "./date-format.ts";

/** The number of results, for example `12 events found, 5 of them past`. */
export function countWords(text: string, { found, past, listed }: SearchResults, locale: string): string {
  if (text.trim() === "") return "Type words of a title, a place, the notes or a guest.";
  if (found === 0) return `Nothing found for “${text.trim()}”.`;
  const ended = past === found ? ", in the past" : `, ${past.toLocaleString(locale)} of them past`;
  const some = found > listed.length ? ` The ${listed.length} around today are listed.` : "";
  return `${numberOf(found, locale)} found${past === 0 ? "" : ended}.${some}`;
}

/** What was searched, for example `${done ? "Searched" : "Searches"} the 412 events loaded: 1 Oct – 31 Dec 2026.` */
export function scopeWords(options: {
  /** Whether there is a text, and so a result. */
  readonly done: boolean;
  readonly searched: number;
  readonly range?: SearchResults["range"];
  readonly someHidden: boolean;
  readonly loading: boolean;
  readonly locale: string;
}): string {
  const { done, searched, range, someHidden, loading, locale } = options;
  if (!range) return "No events are loaded yet.";
  // The months that are loaded are those of UTC.
  const format = dateFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const days = format.formatRange(range.from, new Date(range.to.getTime() - 1));
  return [
    `${done ? "Searched" : "Searches"} the ${numberOf(searched, locale)} loaded: ${days}.`,
    loading ? "More are on their way." : "",
    someHidden ? "Hidden calendars are left out." : "",
    "For other months, move the calendar there.",
  ]
    .filter(sentence => sentence !== "")
    .join(" ");
}

function numberOf(events: number, locale: string): string {
  return `${events.toLocaleString(locale)} ${events === 1 ? "event" : "events"}`;
}
