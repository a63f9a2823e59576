import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { Editing } from "../../app/edit/editing.ts";
import type { EventForm } from "../../app/edit/event-form.ts";
import { icons } from "../icons.ts";
import { field, problem, valueOf } from "./fields.ts";

/**
 * The guests as a list, and a field for more. What is still in the field when the user goes on stays there until the
 * form is saved: a longer list would move the button that the user is about to press.
 */
export function guestFields({ draft, problems, original }: Editing, form: EventForm): TemplateResult {
  if (original?.knowsGuests === false)
    return html`<p class="quiet">Some guests are not known here, so they can only be changed at Google.</p>`;
  return html`${field(
    "Guests",
    html`<input
      type="text"
      inputmode="email"
      autocomplete="off"
      placeholder="Add e-mail addresses"
      .value=${live(draft.guestText)}
      aria-invalid=${problems?.guests !== undefined}
      aria-describedby=${problems?.guests === undefined ? nothing : "problem-guests"}
      @input=${(event: Event) => {
        form.change({ guestText: valueOf(event) });
        if (/[,;]\s*$/.test(valueOf(event))) form.takeGuests();
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== "Enter" || draft.guestText.trim() === "") return;
        // Not the whole form: Enter adds the address.
        event.preventDefault();
        form.takeGuests();
      }}
    />`,
  )}
  ${problem("problem-guests", problems?.guests)}
  ${
    draft.guests.length === 0
      ? nothing
      : html`<ul class="guests" aria-label="Invited">
          ${repeat(
            draft.guests,
            ({ email }) => email,
            ({ email, displayName }) =>
              html`<li>
                <span title=${email}>${displayName ?? email}</span>
                <button
                  type="button"
                  aria-label=${`Remove ${displayName ?? email}`}
                  @click=${() => {
                    form.change({ guests: draft.guests.filter(guest => guest.email !== email) });
                  }}
                >
                  ${icons.close}
                </button>
              </li>`,
          )}
        </ul>`
  }`;
}
