import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { live } from "lit-html/directives/live.js";
import { ref } from "lit-html/directives/ref.js";
import type { Actions } from "../../app/actions.ts";
import type { Editing } from "../../app/edit/editing.ts";
import type { EventDraft } from "../../app/edit/draft.ts";
import { writableCalendars } from "../../app/edit/permissions.ts";
import { repeatChoices } from "../../app/edit/repeat.ts";
import type { State } from "../../app/state.ts";
import { calendarClass } from "../../calendar/event-input.ts";
import type { Reader } from "../../words/event-time.ts";
import { icons } from "../icons.ts";
import { allowChanges } from "../notices.ts";
import { modal } from "../modal.ts";
import { choice, field, problem, valueOf } from "./fields.ts";
import { guestFields } from "./guest-fields.ts";
import { moreFields } from "./more-fields.ts";
import { timeFields } from "./time-fields.ts";

/** The form of a new event or of an existing one, as a dialog. */
export function eventForm(state: State, actions: Actions, reader: Reader): TemplateResult | typeof nothing {
  const { editing } = state;
  if (!editing) return nothing;
  const { form } = actions.edits;
  const { draft, original } = editing;
  // Keyed: another form is another dialog, which opens with the focus on its title.
  return html`${keyed(
    editing.key,
    html`<dialog
      class="event-form ${calendarClass(draft.calendarKey)}"
      aria-labelledby="form-title"
      ${modal()}
      @cancel=${(event: Event) => {
        event.preventDefault();
        form.leave();
      }}
      @close=${form.discard}
    >
      <form novalidate class="details-card" @submit=${submit(form.save)}>
        <header>
          <h2 id="form-title">${original ? "Edit event" : "New event"}</h2>
          <button type="button" class="icon-button" aria-label="Close" @click=${form.leave}>
            ${icons.close}
          </button>
        </header>
        ${messages(state, actions, editing)} ${textField("Title", "summary", editing, actions, true)}
        ${timeFields(editing, form)} ${repeatField(editing, actions, reader)}
        ${textField("Where", "location", editing, actions)} ${guestFields(editing, form)}
        ${calendarField(state, editing, actions)}
        ${field(
          "Notes",
          html`<textarea
            rows="3"
            .value=${live(draft.description)}
            @input=${(event: Event) => {
              form.change({ description: valueOf(event) });
            }}
          ></textarea>`,
        )}
        ${moreFields(editing, form, reader.locale)} ${buttons(editing, actions)}
      </form>
    </dialog>`,
  )}`;
}

/** Saves, and brings the first field with a problem into view. */
function submit(save: () => void): (event: SubmitEvent) => void {
  return event => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    save();
    setTimeout(() => {
      form.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
    }, 0);
  };
}

function messages(state: State, actions: Actions, { failure, isRefreshed }: Editing): TemplateResult {
  return html`${
    failure
      ? html`<div class="notice" data-kind="error" role="alert">
          ${icons.alert}
          <p>${failure.text}</p>
          ${failure.reason === "needsConsent" ? allowChanges(state, actions) : nothing}
        </div>`
      : nothing
  }
  ${
    isRefreshed
      ? html`<p class="quiet" role="status">
          This event has changed meanwhile. What you have not edited shows its new state.
        </p>`
      : nothing
  }`;
}

function textField(
  label: string,
  name: "summary" | "location",
  { draft }: Editing,
  { edits: { form } }: Actions,
  isFirst = false,
): TemplateResult {
  return field(
    label,
    html`<input
      type="text"
      autocomplete="off"
      maxlength="1000"
      ?autofocus=${isFirst}
      .value=${live(draft[name])}
      @input=${(event: Event) => {
        form.change({ [name]: valueOf(event) } satisfies Partial<EventDraft>);
      }}
    />`,
  );
}

function repeatField(
  { draft, before, original }: Editing,
  { edits: { form } }: Actions,
  { locale }: Reader,
): TemplateResult {
  const series = before.repeat === "custom" ? original?.series : undefined;
  const isUnknown = before.repeat === "custom" && !series;
  const options = repeatChoices(draft.startDate, series, locale).map(
    ({ name, words }) => [name, words] as const,
  );
  return choice(
    "Repeats",
    draft.repeat,
    isUnknown ? [...options, ["custom", "Part of a series"]] : options,
    repeat => {
      form.change({ repeat });
    },
  );
}

function calendarField(state: State, editing: Editing, { edits: { form } }: Actions): TemplateResult {
  const { draft, before, original, problems } = editing;
  const accountId = original && state.calendars?.get(before.calendarKey)?.accountId;
  const calendars = writableCalendars(state.calendars, accountId);
  return html`${choice(
    "Calendar",
    draft.calendarKey,
    calendars.map(([key, { summary }]) => [key, summary] as const),
    calendarKey => {
      form.change({ calendarKey });
    },
    problems?.calendar === undefined ? undefined : "problem-calendar",
  )}
  ${problem("problem-calendar", problems?.calendar)}`;
}

function buttons({ asksToDiscard }: Editing, { edits: { form } }: Actions): TemplateResult {
  if (asksToDiscard)
    return html`<div class="form-buttons" role="group" aria-labelledby="discard-question">
      <p id="discard-question" role="alert">Discard what you have changed?</p>
      <button type="button" class="button" ${ref(takeFocus)} @click=${form.keep}>Keep editing</button>
      <button type="button" class="button danger" @click=${form.discard}>Discard</button>
    </div>`;
  return html`<div class="form-buttons">
    <button type="button" class="button" @click=${form.leave}>Cancel</button>
    <button class="button primary">Save</button>
  </div>`;
}

/** The button that had the focus is gone. */
function takeFocus(element: Element | undefined): void {
  queueMicrotask(() => {
    if (element instanceof HTMLElement) element.focus();
  });
}
