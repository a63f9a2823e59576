import type { EventDocument } from "@firestore-calendar-sync/client";

/**
 * The title of an event. If the user may only see busy times, Google omits the title and marks the event as private
 * (seen with free/busy calendars). Other events without a title have an empty one.
 */
export function eventTitle({ summary, visibility }: Pick<EventDocument, "summary" | "visibility">): string {
  if (summary !== undefined) return summary;
  return visibility === "private" || visibility === "confidential" ? "Busy" : "(no title)";
}
