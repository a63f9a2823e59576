import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions.ts";
import { icons } from "../icons.ts";

/** There are two: one in the sidebar, and one that floats where the sidebar is closed. */
export function newEventButton(
  { edits }: Actions,
  place: "sidebar-new" | "floating-new",
): TemplateResult | typeof nothing {
  if (!edits.canCreate()) return nothing;
  return html`<button class="button primary ${place}" title="New event (c)" @click=${edits.createSoon}>
    ${icons.plus} New event
  </button>`;
}
