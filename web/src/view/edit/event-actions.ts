import { html, nothing, type TemplateResult } from "lit-html";
import type { InvitationResponse } from "@firestore-calendar-sync/client";
import type { Actions } from "../../app/actions.ts";
import { mayAnswer, mayChange } from "../../app/edit/permissions.ts";
import type { OpenEvent, State } from "../../app/state.ts";
import { ownAnswer } from "../../words/answer.ts";
import { icons } from "../icons.ts";

const answers: readonly (readonly [InvitationResponse, string])[] = [
  ["accepted", "Yes"],
  ["tentative", "Maybe"],
  ["declined", "No"],
];

/**
 * What the user can do with an event, below its details. While a change is being saved the buttons stay, so that the
 * focus is not lost, and do nothing.
 */
export function eventActions(
  { id, event, deleted }: OpenEvent,
  { writeAccess, calendars }: State,
  { edits }: Actions,
): TemplateResult | typeof nothing {
  const [canAnswer, canEdit] = [mayAnswer(event, calendars), mayChange(event, calendars)];
  if (!writeAccess || deleted || (!canAnswer && !canEdit)) return nothing;
  const isSaving = event.pending === true;
  return html`<footer class="event-actions">
    <p class="quiet saving" role="status">${isSaving ? "Saving…" : ""}</p>
    ${
      canAnswer
        ? html`<div class="going" role="group" aria-label="Going?">
            <span aria-hidden="true">Going?</span>
            <div class="segments">
              ${answers.map(
                ([answer, words]) =>
                  html`<button
                    aria-pressed=${ownAnswer(event) === answer}
                    aria-disabled=${isSaving}
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
              aria-disabled=${isSaving}
              @click=${() => {
                edits.edit(id);
              }}
            >
              ${icons.edit} Edit
            </button>
            <button
              class="icon-button"
              aria-label="Delete"
              aria-disabled=${isSaving}
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
