import type { Fingerprint } from "../ports/sync.port.ts";
import type { CalendarEvent } from "../model/calendar-event.ts";
import { contentOf } from "../model/event-content.ts";

/**
 * Whether an event is stored in this version. Google changes the etag with every change of the event. The times also
 * depend on the calendar's zone, and the content on the mapping.
 */
export function sameVersion(stored: Fingerprint, event: CalendarEvent): boolean {
  const { etag, startAtMs, endAtMs } = event;
  if (stored.etag !== etag || stored.startAtMs !== startAtMs || stored.endAtMs !== endAtMs) return false;
  return stored.content === undefined || stored.content === contentOf(event);
}
