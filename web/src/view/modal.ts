import { nothing } from "lit-html";
import { AsyncDirective, directive, type ElementPart } from "lit-html/async-directive.js";
import { focusEvent } from "../calendar/event-focus.ts";

/** What had the focus when a dialog was opened. An event of the grid may be drawn anew meanwhile. */
interface Opener {
  readonly element: HTMLElement;
  readonly event: string | undefined;
}

/** Of the dialogs that were removed in this task. */
let left: readonly Opener[] = [];

class Modal extends AsyncDirective {
  #isNew = true;
  #opener: Opener | undefined;

  override render(): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart): void {
    if (!this.#isNew || !(element instanceof HTMLDialogElement)) return;
    this.#isNew = false;
    // Lit calls this before the element is on the page.
    queueMicrotask(() => {
      if (!element.isConnected || element.open) return;
      this.#opener = focused() ?? left.find(isThere);
      element.showModal();
    });
  }

  protected override disconnected(): void {
    if (!this.#opener) return;
    left = [...left, this.#opener];
    // After the dialog that takes its place, if there is one: that has the focus then.
    setTimeout(() => {
      const opener = left.find(isThere);
      left = [];
      if (!opener || focused()) return;
      if (opener.element.isConnected) opener.element.focus();
      else if (opener.event !== undefined) focusEvent(document.body, opener.event);
    }, 0);
  }
}

/**
 * Opens a dialog. A modal dialog keeps the focus inside and closes on Escape. However it is closed, the focus goes back
 * to what had it: the browser does that only for a dialog that is closed and not for one that is removed.
 */
export const modal = directive(Modal);

function focused(): Opener | undefined {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body) return undefined;
  const event = activeElement.closest<HTMLElement>("[data-event]")?.dataset["event"];
  return { element: activeElement, event };
}

function isThere({ element, event }: Opener): boolean {
  return element.isConnected || (event !== undefined && drawn(event));
}

function drawn(event: string): boolean {
  return document.querySelector(`[data-event="${CSS.escape(event)}"]`) !== null;
}
