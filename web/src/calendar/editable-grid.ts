import type { Calendar } from "@fullcalendar/core";
import type { GridEdits } from "../app/grid-edits.ts";
import type { Reader } from "../words/event-time.ts";
import type { DrawnEntries } from "./drawn-entries.ts";

/** The grid, for changes of its events. */
export interface EditableGrid {
  readonly calendar: Calendar;
  readonly element: HTMLElement;
  readonly drawn: DrawnEntries;
  readonly edits: GridEdits;
  readonly options: EditingOptions;
}

export interface EditingOptions extends Reader {
  /** The zone of a calendar, an IANA name. */
  zoneOf(calendarKey: string): string | undefined;
  /** Says a sentence to users of screen readers. */
  announce(words: string): void;
}
