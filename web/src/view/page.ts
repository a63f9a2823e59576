import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions.ts";
import type { State } from "../app/state.ts";
import type { Reader } from "../words/event-time.ts";
import { eventForm } from "./edit/event-form.ts";
import { newEventButton } from "./edit/new-event-button.ts";
import { scopeDialog } from "./edit/scope-dialog.ts";
import { undoToast } from "./edit/undo-toast.ts";
import { eventDetails } from "./event-details.ts";
import { googlePane } from "./google-pane.ts";
import { helpDialog } from "./help-dialog.ts";
import { icons } from "./icons.ts";
import { latencyStrip } from "./latency-strip.ts";
import { notices } from "./notices.ts";
import { searchScrim } from "./search.ts";
import { sidebar } from "./sidebar.ts";
import { brand, topBar } from "./top-bar.ts";

/** The whole page for a state. `grid` is the calendar component's element; lit does not change its contents. */
export function page(state: State, actions: Actions, reader: Reader, grid: HTMLElement): TemplateResult {
  switch (state.phase) {
    case "starting":
      return html`<main class="splash">
        ${brand()}
        <p role="status">One moment…</p>
      </main>`;
    case "signedOut":
      return html`<main class="splash">
        ${brand()}
        <h1>Your calendar, the moment it changes</h1>
        <p>Sign in to see your Google Calendar update live, on every device you use.</p>
        <button class="button primary" ?disabled=${state.busy.has("sign-in")} @click=${actions.signIn}>
          Sign in with Google
        </button>
        ${notices(state, actions)}
      </main>`;
    case "signedIn":
      return signedIn(state, actions, reader, grid);
  }
}

/** The page that is shown if the app cannot start. */
export function failurePage(reason: string): TemplateResult {
  return html`<main class="splash">
    ${brand()}
    <p role="alert">${reason}</p>
    <button
      class="button"
      @click=${() => {
        location.reload();
      }}
    >
      Try again
    </button>
  </main>`;
}

function signedIn(state: State, actions: Actions, reader: Reader, grid: HTMLElement): TemplateResult {
  const empty = state.accounts?.size === 0;
  return html`<div class="shell" ?data-split=${state.googlePane === "open"}>
      <a class="skip" href="#grid">Skip to the calendar</a>
      ${topBar(state, actions, reader)} ${sidebar(state, actions, reader)}
      ${state.sidebarOpen ? html`<div class="scrim" @click=${actions.toggleSidebar}></div>` : nothing}
      ${searchScrim(state, actions)}
      <main id="grid" tabindex="-1" aria-busy=${state.agenda === "loading"}>
        <div class="loading-bar" ?data-on=${state.agenda === "loading" && !state.offline && !empty}></div>
        ${notices(state, actions)} ${empty ? welcome(state, actions) : nothing}
        <div class="grid-frame" ?hidden=${empty}>${grid}</div>
        ${state.demo ? latencyStrip(state.latencies) : nothing}
      </main>
      ${state.googlePane === "open" ? googlePane(actions) : nothing}
      <p class="visually-hidden" role="status">${state.announcement}</p>
    </div>
    ${newEventButton(actions, "floating-new")} ${undoToast(state, actions)}
    ${eventDetails(state, actions, reader)} ${eventForm(state, actions, reader)}
    ${scopeDialog(state, actions)} ${helpDialog(state, actions)}`;
}

function welcome(state: State, actions: Actions): TemplateResult {
  return html`<section class="welcome">
    <div class="welcome-art" aria-hidden="true">${Array.from({ length: 21 }, () => html`<span></span>`)}</div>
    <h2>Bring your calendar here</h2>
    <p>
      Connect a Google account and its events appear here within seconds. From then on every change at Google
      shows up by itself: no refresh, no waiting.
    </p>
    <button class="button primary" ?disabled=${state.busy.has("connect")} @click=${actions.connect}>
      ${icons.calendar} Connect Google Calendar
    </button>
    <p class="quiet">
      ${state.writeAccess ? "" : "Read-only. "}You can disconnect at any time, and everything is deleted here.
    </p>
  </section>`;
}
