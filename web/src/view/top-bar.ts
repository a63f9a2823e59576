import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions.ts";
import type { State, Theme } from "../app/state.ts";
import { views } from "../calendar/views.ts";
import type { Reader } from "../words/event-time.ts";
import { icons } from "./icons.ts";
import { searchBar } from "./search.ts";

const nextTheme: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const themeIcon: Record<Theme, TemplateResult> = { system: icons.system, light: icons.sun, dark: icons.moon };

export function topBar(state: State, actions: Actions, reader: Reader): TemplateResult {
  return html`<header class="top-bar">
    <button
      class="icon-button menu-button"
      aria-label="Calendars and accounts"
      aria-expanded=${state.sidebarOpen}
      aria-controls="sidebar"
      @click=${actions.toggleSidebar}
    >
      ${icons.menu}
    </button>
    ${brand()}
    <div class="moves" role="group" aria-label="Move through time">
      <button
        class="button today"
        ?data-current=${state.todayInView}
        @click=${() => {
          actions.move("today");
        }}
      >
        Today
      </button>
      <button
        class="icon-button"
        aria-label="Earlier"
        @click=${() => {
          actions.move("previous");
        }}
      >
        ${icons.previous}
      </button>
      <button
        class="icon-button"
        aria-label="Later"
        @click=${() => {
          actions.move("next");
        }}
      >
        ${icons.next}
      </button>
    </div>
    <h1 class="title" aria-live="polite">${state.title}</h1>
    ${connection(state)} ${searchBar(state, actions, reader)}
    <div class="segments" role="group" aria-label="View">
      ${views.map(
        ({ name, label }) =>
          html`<button
            aria-pressed=${state.view === name}
            @click=${() => {
              actions.show(name);
            }}
          >
            ${label}
          </button>`,
      )}
    </div>
    <div class="tools">
      ${
        state.googlePane === "absent"
          ? nothing
          : html`<button
              class="icon-button google-toggle"
              aria-pressed=${state.googlePane === "open"}
              aria-label="Google's side"
              title="Google's side: edit there, watch here"
              @click=${actions.toggleGooglePane}
            >
              ${icons.panes}
            </button>`
      }
      <button
        class="icon-button"
        aria-label=${`Theme: ${state.theme}`}
        title=${`Theme: ${state.theme}`}
        @click=${() => {
          actions.setTheme(nextTheme[state.theme]);
        }}
      >
        ${themeIcon[state.theme]}
      </button>
      <button
        class="icon-button help-button"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        @click=${() => {
          actions.setHelp(true);
        }}
      >
        ${icons.keyboard}
      </button>
    </div>
  </header>`;
}

export function brand(): TemplateResult {
  return html`<span class="brand">
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect x="3" y="5" width="26" height="24" rx="7" class="mark-page" />
      <path d="M3 13h26" class="mark-line" />
      <path d="M9 21.5h3.5l2.2-4.5 3.4 7.5 2-3H23" class="mark-pulse" />
    </svg>
    <span class="brand-name">Live calendar</span>
  </span>`;
}

/** Shows whether the visible data is the server's current state. As text, because colour alone is not accessible. */
function connection(state: State): TemplateResult {
  const [kind, words] = state.offline
    ? (["offline", "Offline"] as const)
    : state.agenda === "live"
      ? (["live", "Live"] as const)
      : (["connecting", "Updating"] as const);
  return html`<span class="connection" data-kind=${kind} role="status"
    ><span class="dot"></span>${words}</span
  >`;
}
