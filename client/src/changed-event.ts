import type { EventDocument } from "./documents.ts";
import type { Attendee } from "./event-properties.ts";
import { shifted, timesOf, timestampAt, type Shift } from "./event-times.ts";
import type {
  CreateEventInput,
  EventChanges,
  NewAttendee,
  RespondToEventInput,
  SeriesScope,
} from "./event-writes.ts";

/*
 * What the document of an event is expected to be after a change: shown until the sync brings the document. Fields that
 * only Google knows (a new conference, the colours of the palette) are left out.
 */

/** The event after the user's answer. */
export function withResponse(
  event: EventDocument,
  { response, comment }: Pick<RespondToEventInput, "response" | "comment">,
): EventDocument {
  const answer = { responseStatus: response, ...(comment !== undefined && { comment }) };
  const attendees = event.attendees?.map(guest => (guest.self ? { ...guest, ...answer } : guest));
  return { ...event, selfResponse: response, ...(attendees && { attendees }) };
}

/** The event with changed fields, but at its old time. */
export function withFields(event: EventDocument, changes: EventChanges): EventDocument {
  const { summary, description, location, reminders, colorId, visibility, transparency } = changes;
  const { guestsCanModify, guestsCanInviteOthers, guestsCanSeeOtherGuests } = changes;
  const fields = {
    summary,
    description,
    location,
    reminders,
    colorId,
    visibility,
    transparency,
    guestsCanModify,
    guestsCanInviteOthers,
    guestsCanSeeOtherGuests,
    ...(changes.attendees !== undefined && guestsOf(event, changes.attendees)),
    ...(changes.conference === null && { conference: null, conferenceLink: null }),
    // The old colour would be wrong.
    ...(colorId !== undefined && colorId !== event.colorId && { color: null, eventLabelId: null }),
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const all = Object.entries({ ...event, ...Object.fromEntries(given) } as Record<string, unknown>);
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as EventDocument;
}

/** New guests have not answered; the answers of the others are kept. */
function guestsOf(event: EventDocument, guests: readonly NewAttendee[] | null) {
  const address = (guest: Attendee | NewAttendee) => guest.email?.toLowerCase();
  const before = new Map(event.attendees?.map(guest => [address(guest), guest]));
  const attendees = guests?.map(guest => ({
    responseStatus: "needsAction",
    ...before.get(address(guest)),
    ...guest,
  }));
  const wasGuest = event.attendees?.some(({ self }) => self) ?? false;
  const isGuest = attendees?.some(guest => "self" in guest && guest.self) ?? false;
  return { attendees: attendees ?? null, ...(wasGuest && !isGuest && { selfResponse: null }) };
}

/** The event after it was moved on the clock. */
export function withShift(event: EventDocument, shift: Shift, zone: string | undefined): EventDocument {
  return { ...event, ...shifted(event, shift, zone) };
}

/** The event in another calendar. All-day events begin at midnight there. */
export function inCalendar(
  event: EventDocument,
  calendarKey: string,
  zone: string | undefined,
): EventDocument {
  return { ...event, calendarKey, ...(event.allDay && timesOf(event.start, event.end, zone)) };
}

/** The provisional document of an event that is being created; of a series, the first occurrence. */
export function newEvent(
  { calendarKey, event, requestId }: CreateEventInput,
  zone: string | undefined,
  nowMs: number,
): EventDocument {
  const { start, end, ...fields } = event;
  /** Stands for the id and for the etag, too: see `isProvisional`. */
  const eventId = `pending-${requestId}`;
  const times = timesOf(start, end, zone);
  const empty: EventDocument = {
    calendarKey,
    eventId,
    ...times,
    status: "confirmed",
    organizer: { self: true },
    eventType: "default",
    etag: eventId,
    updatedAt: timestampAt(nowMs),
    ...(fields.recurrence?.length && { recurringEventId: eventId, originalStart: times.start }),
  };
  return withFields(empty, fields);
}

/** The series of an occurrence, else the event itself. */
export function seriesIdOf({ recurringEventId, eventId }: EventDocument): string {
  return recurringEventId ?? eventId;
}

/** Whether a write on `event` with the scope also changes `other`, which may be another occurrence of its series. */
export function isInScope(other: EventDocument, event: EventDocument, scope: SeriesScope): boolean {
  if (other.calendarKey !== event.calendarKey) return false;
  if (other.eventId === event.eventId) return true;
  if (scope === "this" || event.recurringEventId === undefined) return false;
  if (other.recurringEventId !== event.recurringEventId) return false;
  return scope === "all" || originalStartMs(other) >= originalStartMs(event);
}

function originalStartMs({ originalStart, start }: EventDocument): number {
  const original = originalStart ?? start;
  return Date.parse("date" in original ? original.date : original.dateTime);
}
