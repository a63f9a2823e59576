import { html, type TemplateResult } from "lit-html";
import type { Editing } from "../../app/edit/editing.ts";
import type { EventForm } from "../../app/edit/event-form.ts";
import { reminderMinutes, remindersOf, type ReminderChoice } from "../../app/edit/reminders.ts";
import { eventColors } from "../../words/event-color.ts";
import { reminderWords } from "../../words/reminders.ts";
import { choice } from "./fields.ts";

/** What an event seldom needs. */
export function moreFields(
  { draft, before, original }: Editing,
  form: EventForm,
  locale: string,
): TemplateResult {
  const kept = before.reminders === "custom" ? original?.event.reminders : undefined;
  const wordsOf = (name: ReminderChoice) => {
    const reminders = name === "custom" ? kept : remindersOf(name);
    return reminders ? reminderWords(reminders, locale).join(", ") : "";
  };
  const reminderNames: readonly ReminderChoice[] = [
    "default",
    "none",
    ...reminderMinutes.map(minutes => `${minutes}` as const),
    ...(kept ? (["custom"] as const) : []),
  ];
  return html`<details class="more">
    <summary>More</summary>
    <div class="more-body">
      ${choice(
        "Reminder",
        draft.reminders,
        reminderNames.map(name => [name, wordsOf(name)] as const),
        reminders => {
          form.change({ reminders });
        },
      )}
      ${choice("Colour", draft.colorId, [["", "As the calendar"], ...eventColors], colorId => {
        form.change({ colorId });
      })}
      ${choice(
        "Visible to",
        draft.visibility,
        [
          ["default", "As the calendar"],
          ["public", "Everyone who sees the calendar"],
          ["private", "Only guests"],
        ],
        visibility => {
          form.change({ visibility });
        },
      )}
      ${choice(
        "Show as",
        draft.transparency,
        [
          ["opaque", "Busy"],
          ["transparent", "Free"],
        ],
        transparency => {
          form.change({ transparency });
        },
      )}
    </div>
  </details>`;
}
