import { html, nothing, type TemplateResult } from "lit-html";
import type { CalendarDocument, EventDocument } from "@firestore-calendar-sync/client";
import type { Actions } from "../app/actions.ts";
import type { OpenEvent, State } from "../app/state.ts";
import { calendarClass } from "../calendar/event-input.ts";
import { safeUrl } from "../words/address.ts";
import { alsoInWords } from "../words/also-in.ts";
import { ownAnswer, ownAnswerWords } from "../words/answer.ts";
import { descriptionTemplate } from "../words/description.ts";
import { eventTimeWords, startWords, type Reader } from "../words/event-time.ts";
import { eventTitle, hidesDetails } from "../words/event-title.ts";
import { eventKind, eventTypeNotes, eventTypeWords } from "../words/event-type.ts";
import { reminderWords } from "../words/reminders.ts";
import { attachments } from "./details/attachments.ts";
import { meeting } from "./details/meeting.ts";
import { people } from "./details/people.ts";
import { eventActions } from "./edit/event-actions.ts";
import { icons, kindIcons } from "./icons.ts";
import { modal } from "./modal.ts";

/** The details of the open event, as a dialog. */
export function eventDetails(
  state: State,
  actions: Actions,
  reader: Reader,
): TemplateResult | typeof nothing {
  const { openEvent } = state;
  if (!openEvent) return nothing;
  const { event } = openEvent;
  const calendar = state.calendars?.get(event.calendarKey);
  return html`<dialog
    class="details ${calendarClass(event.calendarKey)}"
    style=${event.color === undefined ? nothing : `--event: ${event.color}`}
    aria-labelledby="details-title"
    ${modal()}
    @close=${actions.closeEvent}
    @click=${closeOnBackdrop}
  >
    <div class="details-card">
      <header>
        <h2 id="details-title">${eventTitle(event)}</h2>
        <button class="icon-button" aria-label="Close" @click=${actions.closeEvent}>${icons.close}</button>
      </header>
      ${
        openEvent.deleted
          ? html`<p class="gone" role="alert">This event has just been deleted or moved out of view.</p>`
          : nothing
      }
      ${rows(openEvent, calendar, reader)} ${eventActions(openEvent, state, actions)}
    </div>
  </dialog>`;
}

function rows(
  { event, repeats, alsoIn }: OpenEvent,
  calendar: CalendarDocument | undefined,
  reader: Reader,
): TemplateResult {
  const when = eventTimeWords(event, reader, calendar?.timeZone);
  const atGoogle = safeUrl(event.htmlLink ?? "");
  return html`<dl>
      ${row(icons.clock, "When", html`${when.viewer}${when.elsewhere === undefined ? nothing : html`<br /><span class="quiet">${when.elsewhere}</span>`}`)}
      ${event.recurringEventId === undefined ? nothing : row(icons.repeat, "Repeats", repetition(event, repeats, reader))}
      ${typeRow(event)} ${answerRow(event)}
      ${hidesDetails(event) ? row(icons.hidden, "Visibility", html`Only busy is visible to you. The details of this event are hidden.`) : nothing}
      ${event.location === undefined ? nothing : row(icons.place, "Where", html`${event.location}`)}
      ${optionalRow(icons.video, "Meeting", meeting(event))}
      ${optionalRow(icons.people, "People", people(event))}
      ${event.description === undefined ? nothing : row(icons.text, "Notes", html`<div class="description">${descriptionTemplate(event.description)}</div>`)}
      ${optionalRow(icons.file, "Attachments", attachments(event.attachments ?? []))}
      ${optionalRow(icons.link, "Created from", source(event))} ${reminderRow(event, reader)}
      ${row(icons.calendar, "Calendar", html`${calendar?.summary ?? "Calendar"}${stateWords(event)}${alsoIn.length === 0 ? nothing : html`<br /><span class="quiet">${alsoInWords(alsoIn)}</span>`}`)}
    </dl>
    ${
      atGoogle === undefined
        ? nothing
        : html`<a class="link at-google" href=${atGoogle} target="_blank" rel="noopener noreferrer"
            >Open at Google ${icons.external}</a
          >`
    }`;
}

function row(icon: TemplateResult, name: string, content: TemplateResult): TemplateResult {
  return html`<div class="detail">
    <dt>${icon}<span class="visually-hidden">${name}</span></dt>
    <dd>${content}</dd>
  </div>`;
}

/** A row, if there is something to show. */
function optionalRow(
  icon: TemplateResult,
  name: string,
  content: TemplateResult | undefined,
): TemplateResult | typeof nothing {
  return content === undefined ? nothing : row(icon, name, content);
}

function typeRow(event: EventDocument): TemplateResult | typeof nothing {
  const kind = eventKind(event);
  if (kind === undefined) return nothing;
  const notes = eventTypeNotes(event).map(note => html`<br /><span class="quiet">${note}</span>`);
  return row(kindIcons[kind], "Kind", html`<span class="kind">${eventTypeWords(event)}</span>${notes}`);
}

function answerRow(event: EventDocument): TemplateResult | typeof nothing {
  const answer = ownAnswer(event);
  return answer === undefined ? nothing : row(icons.reply, "Your answer", html`${ownAnswerWords[answer]}`);
}

function reminderRow({ reminders }: EventDocument, { locale }: Reader): TemplateResult | typeof nothing {
  if (reminders === undefined) return nothing;
  const lines = reminderWords(reminders, locale).map(words => html`<li>${words}</li>`);
  return row(
    icons.bell,
    "Reminders",
    html`<ul class="lines">
      ${lines}
    </ul>`,
  );
}

function source({ source: from }: EventDocument): TemplateResult | undefined {
  const url = from && safeUrl(from.url);
  if (url === undefined) return undefined;
  return html`<a href=${url} target="_blank" rel="noopener noreferrer"
    >${from?.title ?? new URL(url).host}</a
  >`;
}

function repetition(event: EventDocument, repeats: string | undefined, reader: Reader): TemplateResult {
  const moved = event.originalStart !== undefined && !sameMoment(event);
  return html`${repeats ?? "Part of a series"}
  ${
    moved && event.originalStart
      ? html`<br /><span class="quiet">Moved from ${startWords(event.originalStart, reader)}</span>`
      : nothing
  }`;
}

function sameMoment({ start, originalStart }: EventDocument): boolean {
  if (originalStart === undefined) return true;
  if ("date" in start || "date" in originalStart) {
    return "date" in start && "date" in originalStart && start.date === originalStart.date;
  }
  return Date.parse(start.dateTime) === Date.parse(originalStart.dateTime);
}

function stateWords(event: EventDocument): TemplateResult {
  const words = [
    event.status === "tentative" ? "tentative" : "",
    event.transparency === "transparent" ? "shown as free" : "",
    event.visibility === "private" || event.visibility === "confidential" ? "private" : "",
  ].filter(word => word !== "");
  return html`${words.length === 0 ? nothing : html`<span class="quiet"> · ${words.join(", ")}</span>`}`;
}

/** A click on the backdrop has the dialog itself as its target. A click in the card has another target. */
function closeOnBackdrop(event: MouseEvent): void {
  if (event.target instanceof HTMLDialogElement) event.target.close();
}
