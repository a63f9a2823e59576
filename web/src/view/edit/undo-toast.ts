import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { Actions } from "../../app/actions.ts";
import type { State } from "../../app/state.ts";

const deletedWords = {
  this: "was deleted",
  following: "and all later ones were deleted",
  all: "and its series were deleted",
};

/**
 * Offers to undo the last deletion. The region is always there: screen readers announce only what changes in a region
 * that they know.
 */
export function undoToast({ undo }: State, { edits }: Actions): TemplateResult {
  return html`<div class="toasts" role="status">
    ${
      undo === undefined
        ? nothing
        : html`<div class="toast">
            <p>“${undo.title}” ${deletedWords[undo.scope]}.</p>
            <button class="button" ${ref(takeFocus)} @click=${edits.undo}>Undo</button>
          </div>`
    }
  </div>`;
}

let taken: HTMLElement | undefined;

/** The deleted event had the focus before. When the button goes, the focus goes to the calendar. */
function takeFocus(element: Element | undefined): void {
  if (element instanceof HTMLElement) {
    taken = element;
    // After the dialog, which gives the focus back to what had it before.
    setTimeout(() => {
      element.focus();
    }, 0);
  } else if (taken === document.activeElement) {
    document.querySelector<HTMLElement>("#grid")?.focus();
    taken = undefined;
  }
}
