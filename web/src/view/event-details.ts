import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { Attendee, CalendarDocument, EventDocument } from "@firestore-calendar-sync/client";
import type { Actions } from "../app/actions.ts";
import type { OpenEvent, State } from "../app/state.ts";
import { calendarClass } from "../calendar/event-input.ts";
import { alsoInWords } from "../words/also-in.ts";
import { descriptionTemplate, safeUrl } from "../words/description.ts";
import { eventTitle } from "../words/event-title.ts";
import { eventTimeWords, startWords, type Reader } from "../words/event-time.ts";
import { icons } from "./icons.ts";
import { openModal } from "./open-modal.ts";

/** The details of the open event, as a dialog. The browser keeps the focus in the dialog and restores it afterwards. */
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
    class="details ${calendarClass(event.calendarKey)} ${event.colorId === undefined ? "" : `fc-event event-color-${event.colorId}`}"
    aria-labelledby="details-title"
    ${ref(openModal)}
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
      ${rows(openEvent, calendar, reader)}
    </div>
  </dialog>`;
}

function rows(
  { event, repeats, alsoIn }: OpenEvent,
  calendar: CalendarDocument | undefined,
  reader: Reader,
): TemplateResult {
  const when = eventTimeWords(event, reader, calendar?.timeZone);
  const meeting = safeUrl(event.conferenceLink ?? "");
  const atGoogle = safeUrl(event.htmlLink ?? "");
  return html`<dl>
      ${row(icons.clock, "When", html`${when.viewer}${when.elsewhere === undefined ? nothing : html`<br /><span class="quiet">${when.elsewhere}</span>`}`)}
      ${event.recurringEventId === undefined ? nothing : row(icons.repeat, "Repeats", repetition(event, repeats, reader))}
      ${event.location === undefined ? nothing : row(icons.place, "Where", html`${event.location}`)}
      ${meeting === undefined ? nothing : row(icons.video, "Video", html`<a class="button primary" href=${meeting} target="_blank" rel="noopener noreferrer">Join the call</a>`)}
      ${event.attendees === undefined || event.attendees.length === 0 ? nothing : row(icons.people, "People", people(event.attendees))}
      ${event.description === undefined ? nothing : row(icons.text, "Notes", html`<div class="description">${descriptionTemplate(event.description)}</div>`)}
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

const answers: Readonly<Record<string, string>> = {
  accepted: "going",
  declined: "not going",
  tentative: "maybe",
  needsAction: "no answer yet",
};
const shownPeople = 12;

function people(attendees: readonly Attendee[]): TemplateResult {
  const going = attendees.filter(person => person.responseStatus === "accepted").length;
  const rest = attendees.length - shownPeople;
  return html`<p class="quiet">${attendees.length} invited, ${going} going</p>
    <ul class="people">
      ${attendees.slice(0, shownPeople).map(
        person =>
          html`<li data-answer=${person.responseStatus ?? "needsAction"}>
            <span
              >${person.displayName ?? person.email ?? "Someone"}${person.self === true ? " (you)" : ""}</span
            >
            <span class="quiet"
              >${roleOf(person)}${answers[person.responseStatus ?? "needsAction"] ?? ""}</span
            >
          </li>`,
      )}
      ${rest > 0 ? html`<li class="quiet">and ${rest} more</li>` : nothing}
    </ul>`;
}

function roleOf(person: Attendee): string {
  if (person.organizer === true) return "organiser, ";
  if (person.resource === true) return "room, ";
  return person.optional === true ? "optional, " : "";
}

/** A click on the backdrop has the dialog itself as its target. A click in the card has another target. */
function closeOnBackdrop(event: MouseEvent): void {
  if (event.target instanceof HTMLDialogElement) event.target.close();
}
