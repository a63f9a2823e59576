/** The id of the event that has the focus. */
export function focusedEvent(grid: HTMLElement): string | undefined {
  const { activeElement } = document;
  if (!grid.contains(activeElement)) return undefined;
  return activeElement?.closest<HTMLElement>("[data-event]")?.dataset["event"];
}

/** Focuses an event, if it is drawn. In the agenda, a link in the row has the focus. */
export function focusEvent(grid: HTMLElement, id: string, options?: FocusOptions): void {
  const drawn = grid.querySelector<HTMLElement>(`[data-event="${CSS.escape(id)}"]`);
  const target =
    drawn?.matches("[tabindex]") === false ? drawn.querySelector<HTMLElement>("[tabindex]") : drawn;
  target?.focus(options);
}

/**
 * Notes which event has the focus. Returns what gives it back after the event was drawn again, with a new element, if
 * nothing else has taken the focus.
 */
export function noteFocus(grid: HTMLElement): () => void {
  const focused = focusedEvent(grid);
  return () => {
    if (focused !== undefined && isFocusFree()) focusEvent(grid, focused, { preventScroll: true });
  };
}

function isFocusFree(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
