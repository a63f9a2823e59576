import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Actions } from "../app/actions.ts";
import type { State } from "../app/state.ts";
import { icons } from "./icons.ts";

/** Messages above the calendar, the most important first. */
export function notices(state: State, actions: Actions): TemplateResult {
  const revoked = [...(state.accounts ?? [])].filter(([, account]) => account.status === "reauth_required");
  return html`<div class="notices">
    ${
      state.offline
        ? html`<div class="notice" data-kind="info" role="status">
            ${icons.offline}
            <p>
              You are offline. This is what the device remembers; changes appear as soon as the connection is
              back.
            </p>
          </div>`
        : nothing
    }
    ${repeat(
      revoked,
      ([id]) => id,
      ([, account]) =>
        html`<div class="notice" data-kind="warn" role="alert">
          ${icons.alert}
          <p>
            <strong>Google no longer lets us read ${account.email}.</strong>
            ${account.statusReason ?? "Reconnect it to see changes again; nothing is lost."}
          </p>
          <button class="button" ?disabled=${state.busy.has("connect")} @click=${actions.connect}>
            Reconnect
          </button>
        </div>`,
    )}
    ${repeat(
      state.notices,
      notice => notice.id,
      notice =>
        html`<div
          class="notice"
          data-kind=${notice.kind}
          role=${notice.kind === "error" ? "alert" : "status"}
        >
          ${notice.kind === "success" ? icons.check : icons.alert}
          <p>${notice.text}</p>
          ${notice.action === undefined ? nothing : allowChanges(state, actions)}
          <button
            class="icon-button"
            aria-label="Dismiss"
            @click=${() => {
              actions.closeNotice(notice.id);
            }}
          >
            ${icons.close}
          </button>
        </div>`,
    )}
  </div>`;
}

/** Leads to Google's consent page, which asks for the permission to change events. */
export function allowChanges(state: State, actions: Actions): TemplateResult {
  return html`<button
    type="button"
    class="button"
    ?disabled=${state.busy.has("connect")}
    @click=${actions.connect}
  >
    Allow changes
  </button>`;
}
