import { html, nothing, type TemplateResult } from "lit-html";
import type { InvitationResponse } from "@firestore-calendar-sync/client";
import type { Actions } from "../../app/actions.ts";
import type { OpenEvent } from "../../app/state.ts";
import { ownAnswer } from "../../words/answer.ts";
import { icons } from "../icons.ts";

const answers: readonly (readonly [InvitationResponse, string])[] = [
  ["accepted", "Yes"],
  ["tentative", "Maybe"],
  ["declined", "No"],
];

/** What the user can do with an event, below its details. */
export function eventActions(
  { id, event, deleted }: OpenEvent,
  { edits }: Actions,
): TemplateResult | typeof nothing {
  if (event.pending === true) return html`<p class="quiet" role="status">Saving…</p>`;
  const [canAnswer, canEdit] = [edits.canAnswer(id), edits.canEdit(id)];
  if (deleted || (!canAnswer && !canEdit)) return nothing;
  return html`<footer class="event-actions">
    ${
      canAnswer
        ? html`<div class="going" role="group" aria-label="Going?">
            <span aria-hidden="true">Going?</span>
            <div class="segments">
              ${answers.map(
                ([answer, words]) =>
                  html`<button
                    aria-pressed=${ownAnswer(event) === answer}
                    @click=${() => {
                      edits.respond(id, answer);
                    }}
                  >
                    ${words}
                  </button>`,
              )}
            </div>
          </div>`
        : nothing
    }
    ${
      canEdit
        ? html`<button
              class="button"
              @click=${() => {
                edits.edit(id);
              }}
            >
              ${icons.edit} Edit
            </button>
            <button
              class="icon-button"
              aria-label="Delete"
              title="Delete"
              @click=${() => {
                edits.remove(id);
              }}
            >
              ${icons.bin}
            </button>`
        : nothing
    }
  </footer>`;
}
