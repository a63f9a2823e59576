import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions.ts";
import type { State } from "../app/state.ts";
import { shortcutList } from "../app/keyboard.ts";
import { icons } from "./icons.ts";
import { modal } from "./modal.ts";

/** The list of shortcuts with a switch that turns them off (WCAG 2.1.4 requires it for shortcuts with one letter). */
export function helpDialog(state: State, actions: Actions): TemplateResult | typeof nothing {
  if (!state.helpOpen) return nothing;
  return html`<dialog
    class="help"
    aria-labelledby="help-title"
    ${modal()}
    @close=${() => {
      actions.setHelp(false);
    }}
  >
    <header>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <button
        class="icon-button"
        aria-label="Close"
        @click=${() => {
          actions.setHelp(false);
        }}
      >
        ${icons.close}
      </button>
    </header>
    <dl class="shortcuts">
      ${shortcutList(state).map(
        ({ keys, label }) =>
          html`<div>
            <dt>${keys.map(key => html`<kbd>${key}</kbd>`)}</dt>
            <dd>${label}</dd>
          </div>`,
      )}
    </dl>
    <label class="switch">
      <span>Use these shortcuts</span>
      <input
        type="checkbox"
        role="switch"
        .checked=${state.shortcuts}
        @change=${(event: Event) => {
          actions.setShortcuts((event.target as HTMLInputElement).checked);
        }}
      />
    </label>
  </dialog>`;
}
