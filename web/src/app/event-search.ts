import type { TimeRange } from "@firestore-calendar-sync/client";
import { dateFormat } from "../words/date-format.ts";
import { eventTitle } from "../words/event-title.ts";
import type { Entry } from "./entries.ts";

/** The number of results that are listed. */
export const listedAtMost = 100;
/** How many past results the list has at least, if it must leave some out and there are so many. */
const pastAtLeast = 25;

/** A result. `day` is its first day for the viewer, for example `2026-11-23`. */
export interface SearchResult extends Entry {
  readonly day: string;
  /** Whether it has ended. */
  readonly past: boolean;
}

export interface SearchResults {
  /** In the order of their days: the `listedAtMost` around the first that has not ended. */
  readonly listed: readonly SearchResult[];
  /** The number of events that match. */
  readonly found: number;
  /** How many of them have ended. */
  readonly past: number;
  /** The number of events that were searched. */
  readonly searched: number;
  /** The range from which all events were searched. Undefined if nothing is loaded. */
  readonly range?: TimeRange | undefined;
}

export interface SearchOptions {
  readonly text: string;
  readonly nowMs: number;
  /** The viewer's zone, an IANA name. */
  readonly timeZone: string;
  readonly range: TimeRange | undefined;
}

/** The entries that have all words of `text` in their title, place, description or guests. None, without a word. */
export function searchEntries(entries: Iterable<Entry>, options: SearchOptions): SearchResults {
  const words = wordsOf(options.text);
  // Swedish dates have the form 2026-11-23.
  const format = dateFormat("sv", { timeZone: options.timeZone });
  const matching: SearchResult[] = [];
  let searched = 0;
  for (const entry of entries) {
    searched += 1;
    if (words.length === 0 || !hasAll(textOf(entry), words)) continue;
    const { start, startAt, endAt } = entry.event;
    const day = "date" in start ? start.date : format.format(startAt.toDate());
    matching.push({ ...entry, day, past: endAt.toMillis() <= options.nowMs });
  }
  matching.sort(byDay);
  const firstToCome = matching.findIndex(({ past }) => !past);
  const from = firstListed(matching.length, firstToCome === -1 ? matching.length : firstToCome);
  return {
    listed: matching.slice(from, from + listedAtMost),
    found: matching.length,
    past: matching.filter(({ past }) => past).length,
    searched,
    range: options.range,
  };
}

/** The index of the first listed result. What is to come has precedence over what is past. */
function firstListed(found: number, firstToCome: number): number {
  return Math.max(0, Math.min(firstToCome - pastAtLeast, found - listedAtMost));
}

function byDay(a: SearchResult, b: SearchResult): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  return (
    Number(b.event.allDay) - Number(a.event.allDay) ||
    a.event.startAt.toMillis() - b.event.startAt.toMillis() ||
    (a.id < b.id ? -1 : 1)
  );
}

/** The words of a query, without differences of case and accents. */
function wordsOf(text: string): string[] {
  return folded(text)
    .split(/\s+/)
    .filter(word => word !== "");
}

function hasAll(text: string, words: readonly string[]): boolean {
  return words.every(word => text.includes(word));
}

function folded(text: string): string {
  // NFD writes an accented letter as the letter and its accent, which is a mark (Unicode Standard Annex 15).
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ß", "ss");
}

/** A changed event is another object, so a text is as old as its event. */
const texts = new WeakMap<object, string>();

function textOf({ event }: Entry): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const guests = (event.attendees ?? []).flatMap(({ displayName, email }) => [displayName, email]);
  const text = folded(
    [eventTitle(event), event.location, readable(event.description ?? ""), ...guests]
      .filter(part => part !== undefined)
      .join("\n"),
  );
  texts.set(event, text);
  return text;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

/** A description without its HTML tags. Only for the comparison with words: it is not safe to show. */
function readable(description: string): string {
  return description
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_all, name: string) => entities[name] ?? " ");
}
