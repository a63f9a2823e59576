import { html, nothing, type TemplateResult } from "lit-html";
import { seriesScopes, type SeriesScope } from "@firestore-calendar-sync/client";
import type { Actions } from "../../app/actions.ts";
import type { ScopeQuestion } from "../../app/edit/editing.ts";
import type { State } from "../../app/state.ts";
import { modal } from "../modal.ts";

const scopeWords: Readonly<Record<SeriesScope, string>> = {
  this: "This event",
  following: "This and following events",
  all: "All events",
};
const headings: Readonly<Record<ScopeQuestion["about"], string>> = {
  change: "Change repeating event",
  delete: "Delete repeating event",
  answer: "Answer for repeating event",
};

/** Asks which part of a series is meant. */
export function scopeDialog({ scopeQuestion }: State, { edits }: Actions): TemplateResult | typeof nothing {
  if (!scopeQuestion) return nothing;
  const { about, title, scopes } = scopeQuestion;
  return html`<dialog
    class="scope"
    aria-labelledby="scope-title"
    ${modal()}
    @close=${() => {
      edits.chooseScope(undefined);
    }}
  >
    <form
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const chosen = new FormData(event.currentTarget as HTMLFormElement).get("scope");
        edits.chooseScope(seriesScopes.find(scope => scope === chosen));
      }}
    >
      <h2 id="scope-title">${headings[about]}</h2>
      <fieldset>
        <legend>${title === "" ? "(no title)" : title}</legend>
        ${scopes.map(
          (scope, n) =>
            html`<label class="option">
              <input type="radio" name="scope" value=${scope} .checked=${n === 0} ?autofocus=${n === 0} />
              <span>${scopeWords[scope]}</span>
            </label>`,
        )}
      </fieldset>
      <div class="form-buttons">
        <button
          type="button"
          class="button"
          @click=${() => {
            edits.chooseScope(undefined);
          }}
        >
          Cancel
        </button>
        <button class="button ${about === "delete" ? "danger" : "primary"}">
          ${about === "delete" ? "Delete" : "OK"}
        </button>
      </div>
    </form>
  </dialog>`;
}
