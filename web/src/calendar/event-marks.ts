import { render } from "lit-html";
import type { EventDocument } from "@firestore-calendar-sync/client";
import { kindIcons } from "../view/icons.ts";
import { answerMark } from "../words/answer.ts";
import { isPending } from "./event-input.ts";
import type { EventTimeWords } from "../words/event-time.ts";
import { eventKind, eventTypeWords } from "../words/event-type.ts";

/**
 * Adds to a drawn event what the component does not draw: its own colour, the icon of its type, and in words what the
 * icon and the pattern mean. The words are read by screen readers, are in the tooltip, and are visible in the agenda,
 * which has room for them. The component draws a changed event with a new element.
 */
export function markEvent(
  element: HTMLElement,
  event: EventDocument,
  time: EventTimeWords,
  inAgenda: boolean,
): void {
  if (event.color !== undefined) element.style.setProperty("--event", event.color);
  const title = element.querySelector<HTMLElement>(".fc-event-title, .fc-list-event-title a");
  const type = eventTypeWords(event);
  const state = stateMark(event);
  if (title) {
    addIcon(title, event);
    const hours = event.eventType === "workingLocation" ? time.hours : undefined;
    if (hours !== undefined) title.append(note(` ${hours}`, "hours"));
    if (type !== undefined) title.append(note(`, ${type}`, "visually-hidden"));
    if (state !== undefined && !inAgenda) title.append(note(`, ${state}`, "visually-hidden"));
  }
  if (inAgenda) {
    const cell = element.querySelector(".fc-list-event-title");
    if (state !== undefined) cell?.append(note(state, "chip state"));
    if (time.elsewhere !== undefined) cell?.append(note(time.elsewhere, "elsewhere"));
  }
  const saving = isPending(event) ? "saving" : undefined;
  if (saving !== undefined) title?.append(note(`, ${saving}`, "visually-hidden"));
  const notes = [type, state, saving, time.both].filter(words => words !== undefined);
  if (notes.length > 0) element.title = notes.join(" · ");
}

/** The state of an event that is not simply accepted, in one or two words. */
function stateMark(event: EventDocument): string | undefined {
  return answerMark(event) ?? (event.status === "tentative" ? "tentative" : undefined);
}

function addIcon(title: HTMLElement, event: EventDocument): void {
  const kind = eventKind(event);
  if (kind === undefined) return;
  const place = document.createElement("span");
  place.className = "event-icon";
  render(kindIcons[kind], place);
  title.prepend(place);
}

function note(words: string, className: string): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = words;
  return element;
}
