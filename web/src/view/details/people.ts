import { html, nothing, type TemplateResult } from "lit-html";
import type { Attendee, EventDocument } from "@firestore-calendar-sync/client";
import { guestAnswerWords } from "../../words/answer.ts";

const shownPeople = 12;

/** The first guests with their answers, and how many others there are. Undefined for an event without guests. */
export function people({
  attendees = [],
  attendeesOmitted = false,
}: Pick<EventDocument, "attendees" | "attendeesOmitted">): TemplateResult | undefined {
  if (attendees.length === 0 && !attendeesOmitted) return undefined;
  const going = attendees.filter(person => person.responseStatus === "accepted").length;
  const rest = attendees.length - shownPeople;
  return html`<p class="quiet">
      ${attendeesOmitted ? "A large meeting: only some guests are known here" : `${attendees.length} invited, ${going} going`}
    </p>
    <ul class="people">
      ${attendees.slice(0, shownPeople).map(guest)}
      ${rest > 0 ? html`<li class="quiet">and ${rest} more</li>` : nothing}
      ${attendeesOmitted ? html`<li class="quiet">and others</li>` : nothing}
    </ul>`;
}

function guest(person: Attendee): TemplateResult {
  const { responseStatus, additionalGuests = 0 } = person;
  return html`<li data-answer=${responseStatus ?? "needsAction"}>
    <span
      >${person.displayName ?? person.email ?? "Someone"}${person.self === true ? " (you)" : ""}${additionalGuests > 0 ? ` +${additionalGuests}` : ""}</span
    >
    <span class="quiet">${roleOf(person)}${guestAnswerWords(responseStatus)}</span>
  </li>`;
}

function roleOf(person: Attendee): string {
  if (person.organizer === true) return "organiser, ";
  if (person.resource === true) return "room, ";
  return person.optional === true ? "optional, " : "";
}
