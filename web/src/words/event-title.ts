import type { EventDocument } from "@firestore-calendar-sync/client";

type TitleFields = Pick<EventDocument, "summary" | "visibility" | "workingLocation">;

/** The title of an event. A working location is called by its place. */
export function eventTitle(event: TitleFields): string {
  const place = event.workingLocation && placeTitle(event.workingLocation);
  if (place !== undefined) return place;
  if (hidesDetails(event)) return "Busy";
  return event.summary ?? "(no title)";
}

/**
 * Whether the user may see only that the time is busy. Then Google omits the title and marks the event as private (seen
 * with free/busy calendars, and with private events of calendars that are shared with the role `reader`). Other events
 * without a title have an empty one.
 */
export function hidesDetails({ summary, visibility }: TitleFields): boolean {
  return summary === undefined && (visibility === "private" || visibility === "confidential");
}

function placeTitle({ type, label }: NonNullable<EventDocument["workingLocation"]>): string | undefined {
  return type === "homeOffice" ? "Home" : label;
}
