import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { DraftTimes } from "../../app/edit/draft-times.ts";
import type { Editing } from "../../app/edit/editing.ts";
import type { EventForm } from "../../app/edit/event-form.ts";
import { zoneWords } from "../../words/time-zone.ts";
import { field, problem, valueOf } from "./fields.ts";

/** When the event is: days, and times unless it is all day. */
export function timeFields({ draft, problems, zones }: Editing, form: EventForm): TemplateResult {
  const input = (label: string, type: "date" | "time", name: keyof DraftTimes) =>
    field(
      label,
      html`<input
        type=${type}
        required
        .value=${live(String(draft[name]))}
        aria-invalid=${problems?.times !== undefined}
        aria-describedby=${problems?.times === undefined ? nothing : "problem-times"}
        @change=${(event: Event) => {
          form.change({ [name]: valueOf(event) });
        }}
      />`,
    );
  return html`<div class="when">
      ${input("Starts on", "date", "startDate")} ${draft.allDay ? nothing : input("At", "time", "startTime")}
      ${input("Ends on", "date", "endDate")} ${draft.allDay ? nothing : input("Until", "time", "endTime")}
    </div>
    ${problem("problem-times", problems?.times)}
    <label class="switch all-day">
      <span>All day</span>
      <input
        type="checkbox"
        role="switch"
        .checked=${live(draft.allDay)}
        @change=${(event: Event) => {
          form.change({ allDay: (event.target as HTMLInputElement).checked });
        }}
      />
    </label>
    ${
      draft.allDay || zones.fields === zones.event
        ? nothing
        : html`<p class="quiet">
            Times in ${cityOf(zones.fields, draft)}. The event belongs to ${cityOf(zones.event, draft)}.
          </p>`
    }`;
}

function cityOf(timeZone: string, { startDate }: DraftTimes): string {
  const at = new Date(`${startDate}T12:00:00Z`);
  return Number.isNaN(at.getTime()) ? timeZone : zoneWords(timeZone, at);
}
