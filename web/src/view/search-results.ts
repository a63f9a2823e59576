import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { Actions } from "../app/actions.ts";
import type { SearchResult } from "../app/event-search.ts";
import type { Search, State } from "../app/state.ts";
import { calendarClass } from "../calendar/event-input.ts";
import { answerMark } from "../words/answer.ts";
import { dayWords, shortTimeWords, type Reader } from "../words/event-time.ts";
import { eventTitle } from "../words/event-title.ts";
import { countWords, scopeWords } from "../words/search.ts";

/** The panel of the open search: how many results, what was searched, and the results by day. */
export function searchResults(
  search: Search,
  state: State,
  actions: Actions,
  reader: Reader,
): TemplateResult {
  const { results, text, someHidden } = search;
  const scope = {
    ...results,
    done: text.trim() !== "",
    someHidden,
    loading: state.agenda === "loading",
    locale: reader.locale,
  };
  return html`<div class="search-head">
      <h2 class="visually-hidden">Search results</h2>
      <p class="search-count" role="status">${countWords(text, results, reader.locale)}</p>
      <p class="quiet search-scope">${scopeWords(scope)}</p>
    </div>
    ${
      results.listed.length === 0
        ? nothing
        : // With a new list for each text, the list scrolls to the first result that is to come.
          keyed(text, list(results.listed, state, actions, reader))
    }`;
}

function list(
  results: readonly SearchResult[],
  state: State,
  actions: Actions,
  reader: Reader,
): TemplateResult {
  const firstToCome = results.find(({ past }) => !past) ?? results.at(-1);
  return html`<div class="search-list">
    ${repeat(
      Map.groupBy(results, ({ day }) => day),
      ([day]) => day,
      ([day, ofDay]) =>
        html`<section ?data-first=${day === firstToCome?.day} ${ref(showFirst)}>
          <h3 id=${`results-${day}`}>${dayWords(day, state.nowMs, reader)}</h3>
          <ul aria-labelledby=${`results-${day}`}>
            ${repeat(
              ofDay,
              ({ id }) => id,
              result => row(result, state, actions, reader),
            )}
          </ul>
        </section>`,
    )}
  </div>`;
}

function row(result: SearchResult, state: State, actions: Actions, reader: Reader): TemplateResult {
  const { event, id, past } = result;
  const calendar = state.calendars?.get(event.calendarKey)?.summary;
  const place = [answerMark(event), event.location, calendar]
    .filter(part => part !== undefined && part !== "")
    .join(" · ");
  return html`<li>
    <button
      class="result ${calendarClass(event.calendarKey)}"
      data-result=${id}
      ?data-past=${past}
      style=${event.color === undefined ? nothing : `--event: ${event.color}`}
      @click=${() => {
        actions.openResult(result);
      }}
    >
      <span class="result-color"></span>
      <span class="result-time">${shortTimeWords(event, reader)}</span>
      <span class="result-title">${eventTitle(event)}</span>
      <span class="result-place">${place}</span>
    </button>
  </li>`;
}

/** For lit's `ref`, which it calls before the element is on the page. */
function showFirst(element: Element | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  queueMicrotask(() => {
    if ("first" in element.dataset && element.parentElement)
      element.parentElement.scrollTop = element.offsetTop;
  });
}
