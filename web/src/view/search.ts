import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Actions } from "../app/actions.ts";
import type { State } from "../app/state.ts";
import type { Reader } from "../words/event-time.ts";
import { icons } from "./icons.ts";
import { searchResults } from "./search-results.ts";

const fieldId = "search-field";

/** The search in the top bar: a field, or on a narrow screen a button that opens it, and the panel below it. */
export function searchBar(state: State, actions: Actions, reader: Reader): TemplateResult {
  const { search } = state;
  return html`<div
    class="search"
    role="search"
    aria-label="Events"
    ?data-open=${search !== undefined}
    @keydown=${(event: KeyboardEvent) => {
      moveFocus(event, actions);
    }}
    @focusout=${(event: FocusEvent) => {
      if (search && leaves(event)) actions.closeSearch();
    }}
  >
    <button
      class="icon-button search-open"
      aria-label="Search events"
      aria-expanded=${search !== undefined}
      @click=${actions.openSearch}
    >
      ${icons.search}
    </button>
    <div class="search-field">
      ${icons.search}
      <input
        id=${fieldId}
        type="search"
        aria-label="Search events"
        aria-controls="search-panel"
        autocomplete="off"
        spellcheck="false"
        enterkeyhint="search"
        placeholder="Search"
        .value=${live(search?.text ?? "")}
        @focus=${() => {
          if (!search) actions.openSearch();
        }}
        @input=${(event: Event) => {
          actions.search((event.target as HTMLInputElement).value);
        }}
      />
      ${
        search
          ? html`<button
              class="icon-button search-close"
              aria-label="Close the search"
              @click=${() => {
                close(actions);
              }}
            >
              ${icons.close}
            </button>`
          : state.shortcuts
            ? html`<kbd aria-hidden="true">/</kbd>`
            : nothing
      }
    </div>
    <div id="search-panel" class="search-panel" ?hidden=${!search}>
      ${search ? searchResults(search, state, actions, reader) : nothing}
    </div>
  </div>`;
}

/** Covers the page below the open search; a click on it closes the search. */
export function searchScrim(state: State, actions: Actions): TemplateResult | typeof nothing {
  if (!state.search) return nothing;
  return html`<div class="search-scrim" @click=${actions.closeSearch}></div>`;
}

/** Focuses the field when it is on the page: on a narrow screen, it is drawn only for the open search. */
export function focusSearch(): void {
  queueMicrotask(() => document.getElementById(fieldId)?.focus());
}

/** The arrow keys go through the results, from the field to the first one that is to come. Escape leaves the search. */
function moveFocus(event: KeyboardEvent, actions: Actions): void {
  const { currentTarget: bar, target, key } = event;
  if (!(bar instanceof HTMLElement) || !(target instanceof HTMLElement) || event.isComposing) return;
  const results = [...bar.querySelectorAll<HTMLElement>("[data-result]")];
  const field = bar.querySelector<HTMLElement>(`#${fieldId}`);
  const at = results.indexOf(target);
  let goal: HTMLElement | null | undefined;
  if (key === "Escape") close(actions);
  else if (target === field && (key === "ArrowDown" || key === "Enter"))
    goal = bar.querySelector<HTMLElement>("[data-first] [data-result]:not([data-past])") ?? results.at(-1);
  else if (at >= 0 && key === "ArrowDown") goal = results[at + 1];
  else if (at >= 0 && key === "ArrowUp") goal = results[at - 1] ?? field;
  else return;
  event.preventDefault();
  goal?.focus();
}

/** The focus goes back to the button that opened the search, if there is one when the search is closed. */
function close(actions: Actions): void {
  actions.closeSearch();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  queueMicrotask(() => {
    const opener = document.querySelector<HTMLElement>(".search-open");
    if (opener?.checkVisibility()) opener.focus();
  });
}

/** Whether the focus leaves the search for the page. From a dialog, such as the details of a result, it comes back. */
function leaves({ currentTarget, relatedTarget }: FocusEvent): boolean {
  return (
    relatedTarget instanceof Element &&
    currentTarget instanceof Element &&
    !currentTarget.contains(relatedTarget) &&
    relatedTarget.closest("dialog") === null
  );
}
