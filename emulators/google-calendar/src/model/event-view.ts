import { isCancelled } from "./event.ts";
import type { EventRecord, EventResource } from "./event.ts";
import { inZone } from "./event-times.ts";
import { roleIncludes } from "./world.ts";
import type { AccessRole, Calendar } from "./world.ts";

/** The caller's role and the parameters that decide how events are shown. */
export interface EventView {
  calendar: Calendar;
  role: AccessRole;
  /** The `timeZone` parameter. */
  timeZone: string | undefined;
  /** The `maxAttendees` parameter. */
  maxAttendees: number | undefined;
  /** Whether free/busy readers see titles. */
  showsTitles: boolean;
  /** Whether deleted events have all their fields. Otherwise only the fields that Google guarantees. */
  detailedDeletions: boolean;
}

/** Whether the caller sees the stored event unchanged. */
function isPlainView(view: EventView): boolean {
  return view.timeZone === undefined && view.maxAttendees === undefined && roleIncludes(view.role, "writer");
}

/** The JSON of an event. Uses the record's cache if the view allows. */
export function showRecordJson(record: EventRecord, view: EventView): string {
  if (record.raw !== undefined) return record.raw.json;
  if (!isPlainView(view) || (isCancelled(record.event) && view.detailedDeletions)) {
    return JSON.stringify(showEvent(record.event, view));
  }
  record.json ??= JSON.stringify(showEvent(record.event, view));
  return record.json;
}

/** An event with the fields that the caller may see. */
export function showEvent(event: EventResource, view: EventView): EventResource {
  if (isCancelled(event) && !view.detailedDeletions) return tombstone(event);
  let shown = view.timeZone === undefined ? event : inZone(event, view.timeZone);
  if (isHidden(event, view)) shown = { ...redacted(shown), ...titleFor(event, view) };
  if (view.maxAttendees !== undefined) shown = limitAttendees(shown, view.maxAttendees);
  return shown;
}

/**
 * The fields that Google guarantees for a cancelled event: its id, and for an instance also its series and original
 * start [P].
 */
function tombstone(event: EventResource): EventResource {
  return {
    kind: "calendar#event",
    etag: event.etag,
    id: event.id,
    status: "cancelled",
    ...(event.recurringEventId === undefined ? {} : { recurringEventId: event.recurringEventId }),
    ...(event.originalStartTime === undefined ? {} : { originalStartTime: event.originalStartTime }),
  };
}

/**
 * Whether the caller sees an event without its details. Roles below `reader` see no details of any event; roles below
 * `writer` see none of a private event [P].
 */
function isHidden(event: EventResource, view: EventView): boolean {
  if (!roleIncludes(view.role, "reader")) return true;
  const isPrivate = event.visibility === "private" || event.visibility === "confidential";
  return isPrivate && !roleIncludes(view.role, "writer");
}

function titleFor(event: EventResource, view: EventView): { summary?: string } {
  const shown = view.showsTitles && !roleIncludes(view.role, "reader");
  return shown && event.summary !== undefined ? { summary: event.summary } : {};
}

function redacted(event: EventResource): EventResource {
  const { kind, etag, id, status, created, updated, start, end, iCalUID, sequence, eventType } = event;
  const kept = { kind, etag, id, status, created, updated, start, end, iCalUID, sequence, eventType };
  const { recurrence, recurringEventId, originalStartTime, transparency, htmlLink } = event;
  return JSON.parse(
    JSON.stringify({
      ...kept,
      recurrence,
      recurringEventId,
      originalStartTime,
      transparency,
      htmlLink,
      visibility: "private",
    }),
  ) as EventResource;
}

/** If there are more attendees than `most`, only the caller's own entry is shown [P]. */
function limitAttendees(event: EventResource, most: number): EventResource {
  if (event.attendees === undefined || event.attendees.length <= most) return event;
  return {
    ...event,
    attendeesOmitted: true,
    attendees: event.attendees.filter(attendee => attendee.self === true),
  };
}
