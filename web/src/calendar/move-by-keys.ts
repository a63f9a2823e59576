import type { EditableGrid } from "./editable-grid.ts";
import { editableCopy } from "./editable-copy.ts";
import { focusedEvent, focusEvent } from "./event-focus.ts";
import { announceFixed, announceTimes, moveEntry } from "./move-entry.ts";
import { shownTimes, stepped, type GridTimes, type Step } from "./event-times.ts";

/** Several steps are one change. It is made this long after the last one. */
const pauseMs = 900;

const stepMinutes = 15;

/**
 * Moves the focused event with Alt and the arrow keys, and moves its end with Alt, Shift and the arrow keys. Escape
 * takes steps back that are not made yet.
 */
export function moveByKeys(grid: EditableGrid): void {
  const { element, calendar } = grid;
  const { entries, showAt, hold } = grid.drawn;
  const { timeZone } = grid.options;
  let draft: Draft | undefined;
  let drawing = false;

  const draw = (id: string, times: GridTimes | undefined) => {
    drawing = true;
    showAt(id, times);
    if (times) showDayOf(times);
    focusEvent(element, id);
    drawing = false;
  };

  /** Moves to the page with the event, if it has left the shown one. */
  function showDayOf({ start }: GridTimes): void {
    const { activeStart, activeEnd } = calendar.view;
    const at = typeof start === "string" ? new Date(`${start}T12:00`) : start;
    if (at < activeStart || at >= activeEnd) calendar.gotoDate(start);
  }

  function finish(): Draft | undefined {
    const finished = draft;
    clearTimeout(finished?.timer);
    draft = undefined;
    return finished;
  }

  function commit(): void {
    const made = finish();
    if (!made) return;
    const entry = entries.get(made.id);
    if (entry) moveEntry(grid, entry, made.times);
    made.release();
  }

  function cancel(): void {
    const cancelled = finish();
    if (!cancelled) return;
    draw(cancelled.id, undefined);
    cancelled.release();
    const entry = entries.get(cancelled.id);
    if (entry) announceTimes(grid, entry, shownTimes(entry.event));
  }

  function takeStep(id: string, step: Step): void {
    const entry = entries.get(id);
    if (!entry) return;
    if (editableCopy(entry, grid.edits) === undefined) {
      announceFixed(grid, entry);
      return;
    }
    if (draft && draft.id !== id) commit();
    const times = stepped(draft?.times ?? shownTimes(entry.event), step, timeZone);
    if (!times) return;
    const release = draft?.release ?? hold();
    clearTimeout(draft?.timer);
    draft = { id, times, release, timer: setTimeout(commit, pauseMs) };
    draw(id, times);
    announceTimes(grid, entry, times);
  }

  element.addEventListener("keydown", event => {
    if (event.key === "Escape" && draft) {
      cancel();
      return;
    }
    const step = stepOf(event);
    const id = focusedEvent(element);
    if (!step || id === undefined) return;
    // In browsers, Alt with an arrow key leaves the page.
    event.preventDefault();
    takeStep(id, step);
  });
  element.addEventListener("focusout", () => {
    if (!drawing) commit();
  });
}

interface Draft {
  readonly id: string;
  readonly times: GridTimes;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly release: () => void;
}

function stepOf({ key, altKey, shiftKey, ctrlKey, metaKey }: KeyboardEvent): Step | undefined {
  if (!altKey || ctrlKey || metaKey) return undefined;
  const what = shiftKey ? "resize" : "move";
  if (key === "ArrowUp") return { what, minutes: -stepMinutes, days: 0 };
  if (key === "ArrowDown") return { what, minutes: stepMinutes, days: 0 };
  if (shiftKey) return undefined;
  if (key === "ArrowLeft") return { what, minutes: 0, days: -1 };
  return key === "ArrowRight" ? { what, minutes: 0, days: 1 } : undefined;
}
