import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions.ts";
import { googlePageUrl } from "../demo/google-page.ts";
import { icons } from "./icons.ts";

/** The local Google Calendar's own page beside the calendar, so that an edit and its effect are visible together. */
export function googlePane(actions: Actions): TemplateResult {
  return html`<section class="google-pane" aria-label="Google's side">
    <header>
      <h2>Google's side</h2>
      <span class="quiet">the local Google Calendar</span>
      <button class="icon-button" aria-label="Close Google's side" @click=${actions.toggleGooglePane}>
        ${icons.close}
      </button>
    </header>
    <iframe src=${googlePageUrl} title="Local Google Calendar"></iframe>
  </section>`;
}
