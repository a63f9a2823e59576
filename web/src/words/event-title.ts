import type { EventDocument } from "@firestore-calendar-sync/schema";

/**
 * What an event is called. Google leaves the title out where the user may only see when somebody is busy, and marks
 * such events as private (seen with free/busy calendars); other events without a title have just not been given one.
 */
export function eventTitle({ summary, visibility }: Pick<EventDocument, "summary" | "visibility">): string {
  if (summary !== undefined) return summary;
  return visibility === "private" || visibility === "confidential" ? "Busy" : "(no title)";
}
