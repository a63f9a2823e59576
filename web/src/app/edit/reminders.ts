import type { EventDocument, NewReminders } from "@firestore-calendar-sync/client";

/** Minutes before the start of one notification, the calendar's own reminders, none, or others, which are kept. */
export type ReminderChoice = "default" | "none" | `${number}` | "custom";

/** In minutes. */
export const reminderMinutes = [0, 5, 10, 15, 30, 60, 120, 1440, 2880] as const;

export function reminderChoiceOf(reminders: EventDocument["reminders"]): ReminderChoice {
  if (reminders === undefined || reminders.useDefault === true) return "default";
  const { overrides = [] } = reminders;
  const [only] = overrides;
  if (only === undefined) return "none";
  const isOffered = overrides.length === 1 && only.method === "popup" && isOfferedTime(only.minutes);
  return isOffered ? `${only.minutes}` : "custom";
}

/** Undefined for `custom`, of which nothing is written. */
export function remindersOf(choice: ReminderChoice): NewReminders | undefined {
  if (choice === "custom") return undefined;
  if (choice === "default") return { useDefault: true };
  if (choice === "none") return { useDefault: false, overrides: [] };
  return { useDefault: false, overrides: [{ method: "popup", minutes: Number(choice) }] };
}

function isOfferedTime(minutes: number): boolean {
  return reminderMinutes.some(offered => offered === minutes);
}
