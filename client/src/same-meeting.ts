import type { CalendarDocument, EventDocument } from "./documents.ts";

/** One meeting, as one or more calendars have it. */
export interface Meeting {
  /** The copy to show: the first of `copies`. */
  readonly event: EventDocument;
  /** All copies, each once. */
  readonly copies: readonly [EventDocument, ...EventDocument[]];
}

export interface MeetingOptions {
  /** By `calendarKey`. With it, the copy in a primary calendar is shown rather than one in another calendar. */
  readonly calendars?: ReadonlyMap<string, CalendarDocument> | undefined;
}

/**
 * Makes one entry of the copies of a meeting that several calendars have, of one account or of several. Copies have
 * the same `iCalUID`, and the same original start: all occurrences of a series have the same `iCalUID` (Calendar API v3
 * reference, "Events"), and two copies of an occurrence that was moved still have the same `originalStart`. An event
 * without `iCalUID` stays alone.
 *
 * The copy of a primary calendar comes first, then the copy with more fields: a calendar that is shared in part has
 * fewer. Then the order is that of `calendarKey` and `eventId`. The meetings are in the order of their starts. The
 * result does not depend on the order of `events`.
 *
 * Each copy has its own `selfResponse` and `transparency`. Leave declined events out before, if they should not lead.
 */
export function mergeSameMeeting(events: Iterable<EventDocument>, options: MeetingOptions = {}): Meeting[] {
  const leads = leadingOrder(options.calendars);
  const groups = new Map<string, [EventDocument, ...EventDocument[]]>();
  const alone: [EventDocument][] = [];
  for (const event of events) {
    const meeting = meetingKey(event);
    const group = meeting === undefined ? undefined : groups.get(meeting);
    if (group) group.push(event);
    else if (meeting === undefined) alone.push([event]);
    else groups.set(meeting, [event]);
  }
  return [...alone, ...groups.values()]
    .map(copies => copies.sort(leads))
    .map(copies => ({ event: copies[0], copies }))
    .sort((a, b) => byStart(a.event, b.event));
}

/**
 * The same text for the copies of one meeting, and for no other event: for an app that keeps its own groups up to date,
 * rather than merge all events after each change. Undefined for an event that stays alone.
 */
export function meetingKey({ iCalUID, originalStart, start }: EventDocument): string | undefined {
  if (iCalUID === undefined) return undefined;
  const original = originalStart ?? start;
  // Copies may have the moment in different offsets.
  const at = "date" in original ? original.date : Date.parse(original.dateTime);
  return `${at} ${iCalUID}`;
}

type Order = (a: EventDocument, b: EventDocument) => number;

function leadingOrder(calendars: MeetingOptions["calendars"]): Order {
  const isPrimary = (event: EventDocument) => (calendars?.get(event.calendarKey)?.primary ? 1 : 0);
  return (a, b) =>
    isPrimary(b) - isPrimary(a) ||
    detailsOf(b) - detailsOf(a) ||
    byText(a.calendarKey, b.calendarKey) ||
    byId(a, b);
}

function detailsOf(event: EventDocument): number {
  return Object.values(event).filter(value => value !== undefined).length;
}

const byStart: Order = (a, b) =>
  a.startAt.toMillis() - b.startAt.toMillis() ||
  a.endAt.toMillis() - b.endAt.toMillis() ||
  byText(a.calendarKey, b.calendarKey) ||
  byId(a, b);

const byId: Order = (a, b) => byText(a.eventId, b.eventId);

/** By code units: the same on every machine, unlike the order of a language. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
