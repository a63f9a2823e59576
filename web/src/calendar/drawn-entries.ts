import type { Calendar, EventInput } from "@fullcalendar/core";
import type { Entry, EntryChange } from "../app/entries.ts";
import type { GridEdits } from "../app/grid-edits.ts";
import { editableCopy } from "./editable-copy.ts";
import { noteFocus } from "./event-focus.ts";
import { eventInput } from "./event-input.ts";
import type { GridTimes } from "./event-times.ts";

/** The entries, and how they are drawn in the calendar component. */
export interface DrawnEntries {
  readonly entries: ReadonlyMap<string, Entry>;
  /** All entries in the component's form. */
  readonly inputs: () => EventInput[];
  apply(changes: readonly EntryChange[]): void;
  /** Shows an entry at other times than its document's, until it changes. Undefined: at its own again. */
  readonly showAt: (id: string, times: GridTimes | undefined) => void;
  /** Changes are not drawn until the returned function is called. */
  readonly hold: () => () => void;
  /** Takes the answers of `canEdit`, and draws the entries of which the answer has changed. */
  readonly allow: (edits: GridEdits) => void;
}

/**
 * From this number of changes, the whole list is replaced: the time for a single change grows with the length of the
 * list.
 */
const bulkFrom = 100;

/** @param calendar returns the component: it needs `inputs` before it exists. */
export function createDrawnEntries(element: HTMLElement, calendar: () => Calendar): DrawnEntries {
  const entries = new Map<string, Entry>();
  const movedTo = new Map<string, GridTimes>();
  const editable = new Set<string>();
  let edits: GridEdits | undefined;
  let holds = 0;
  const waiting = new Set<string>();

  function inputOf(id: string, entry: Entry): EventInput {
    const input = { ...eventInput(id, entry.event), ...movedTo.get(id) };
    if (!edits) return input;
    const canMove = editableCopy(entry, edits) !== undefined;
    if (canMove) editable.add(id);
    else editable.delete(id);
    return { ...input, editable: canMove };
  }

  function replace(id: string): void {
    calendar().getEventById(id)?.remove();
    const entry = entries.get(id);
    if (entry) calendar().addEvent(inputOf(id, entry), true);
    else editable.delete(id);
  }

  function draw(ids: readonly string[]): void {
    const restoreFocus = edits && noteFocus(element);
    if (ids.length >= bulkFrom) calendar().refetchEvents();
    else
      calendar().batchRendering(() => {
        for (const id of ids) replace(id);
      });
    restoreFocus?.();
  }

  function drawUnlessHeld(ids: readonly string[]): void {
    if (holds === 0) draw(ids);
    else for (const id of ids) waiting.add(id);
  }

  return {
    entries,
    inputs: () => [...entries].map(([id, entry]) => inputOf(id, entry)),
    apply(changes) {
      for (const change of changes) {
        movedTo.delete(change.id);
        if (change.kind === "removed") entries.delete(change.id);
        else entries.set(change.id, change);
      }
      drawUnlessHeld(changes.map(({ id }) => id));
    },
    showAt(id, times) {
      if (times) movedTo.set(id, times);
      else movedTo.delete(id);
      draw([id]);
    },
    hold() {
      holds += 1;
      return () => {
        holds -= 1;
        if (holds > 0 || waiting.size === 0) return;
        const ids = [...waiting];
        waiting.clear();
        draw(ids);
      };
    },
    allow(given) {
      edits = given;
      const changed = [...entries].filter(
        ([id, entry]) => (editableCopy(entry, given) !== undefined) !== editable.has(id),
      );
      drawUnlessHeld(changed.map(([id]) => id));
    },
  };
}
