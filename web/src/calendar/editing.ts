import type { CalendarOptions, EventApi } from "@fullcalendar/core";
import interactionPlugin from "@fullcalendar/interaction";
import type { EditableGrid } from "./editable-grid.ts";
import { noteFocus } from "./event-focus.ts";
import { clickedOrDragged, droppedTimes, googleTimes } from "./event-times.ts";
import { announceTimes, moveEntry } from "./move-entry.ts";
import { moveByKeys } from "./move-by-keys.ts";
import { minuteMs } from "./zoned-time.ts";

const snapMinutes = 15;
/** Shorter than the component's second: other apps' calendars pick an event up after about this time. */
const longPressMs = 500;

/** Google gives these events a time always. */
const timedTypes: ReadonlySet<string | undefined> = new Set(["focusTime", "outOfOffice"]);

/**
 * Lets the user change events with the pointer, by touch and by keyboard. Called once. From then on, the element of the
 * grid has the attribute `data-editable`.
 */
export function startEditing(grid: EditableGrid): void {
  const { calendar, element } = grid;
  const putBack = notePlace(element);
  const given = pointerOptions(grid);
  const plugins = [...(calendar.getOption("plugins") ?? []), interactionPlugin];
  calendar.resetOptions({ ...given, plugins }, [...Object.keys(given), "plugins"]);
  // The component asks its plugins for interactions only when it is mounted. It keeps its view, date and events.
  calendar.destroy();
  calendar.render();
  putBack();
  moveByKeys(grid);
  element.dataset["editable"] = "";
}

/** Notes the focused event and what is scrolled into view. Returns what restores both after the grid is drawn again. */
function notePlace(element: HTMLElement): () => void {
  const scrollers = () => [...element.querySelectorAll(".fc-scroller")];
  const places = scrollers().map(({ scrollTop }) => scrollTop);
  const restoreFocus = noteFocus(element);
  return () => {
    for (const [index, scroller] of scrollers().entries()) scroller.scrollTop = places[index] ?? 0;
    restoreFocus();
  };
}

function pointerOptions(grid: EditableGrid): CalendarOptions {
  const { calendar, edits } = grid;
  const { entries, hold: holdDrawing } = grid.drawn;
  const { timeZone } = grid.options;
  let release: (() => void) | undefined;
  const hold = () => {
    release ??= holdDrawing();
  };
  // The component reports the end of a drag before it takes the new times.
  const releaseSoon = () => {
    queueMicrotask(() => {
      release?.();
      release = undefined;
    });
  };
  const drop = ({ event }: { readonly event: EventApi }) => {
    const entry = entries.get(event.id);
    if (!entry) return;
    const times = droppedTimes(event, entry.event);
    announceTimes(grid, entry, times);
    moveEntry(grid, entry, times);
  };
  return {
    editable: true,
    selectable: true,
    selectMirror: true,
    snapDuration: { minutes: snapMinutes },
    longPressDelay: longPressMs,
    eventAllow: ({ allDay }, dragged) =>
      !allDay || !timedTypes.has(entries.get(dragged?.id ?? "")?.event.eventType),
    eventDragStart: hold,
    eventResizeStart: hold,
    eventDragStop: releaseSoon,
    eventResizeStop: releaseSoon,
    eventDrop: drop,
    eventResize: drop,
    select: chosen => {
      calendar.unselect();
      const times = clickedOrDragged(chosen, snapMinutes * minuteMs, timeZone);
      edits.create(googleTimes(times, { viewer: timeZone }));
    },
  };
}
