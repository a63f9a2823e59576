import type { Entry } from "../app/entries.ts";
import { eventTitle } from "../words/event-title.ts";
import { timesWords } from "../words/event-time.ts";
import { editableCopy } from "./editable-copy.ts";
import { isPending } from "./event-input.ts";
import type { EditableGrid } from "./editable-grid.ts";
import { googleTimes, type GridTimes } from "./event-times.ts";

/** Shows an entry at new times, and asks for the change of the copy that can be changed. */
export function moveEntry(grid: EditableGrid, entry: Entry, times: GridTimes): void {
  const { drawn, edits } = grid;
  const revert = () => {
    drawn.showAt(entry.id, undefined);
  };
  const copy = editableCopy(entry, edits);
  if (copy === undefined) {
    revert();
    return;
  }
  drawn.showAt(entry.id, times);
  edits.move(copy, inGoogleForm(grid, entry, times), revert);
}

/** Says the new times of an event to users of screen readers. */
export function announceTimes(grid: EditableGrid, entry: Entry, times: GridTimes): void {
  const { start, end } = inGoogleForm(grid, entry, times);
  grid.options.announce(`${eventTitle(entry.event)}: ${timesWords(start, end, grid.options)}`);
}

/** Says that an event does not move. */
export function announceFixed({ options }: EditableGrid, { event }: Entry): void {
  options.announce(`${eventTitle(event)} ${isPending(event) ? "is being saved" : "cannot be moved"}.`);
}

function inGoogleForm({ options }: EditableGrid, { event }: Entry, times: GridTimes) {
  return googleTimes(times, { viewer: options.timeZone, calendar: options.zoneOf(event.calendarKey) }, event);
}
