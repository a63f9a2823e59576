import type { CalendarEvent } from "../model/calendar-event.ts";

/**
 * More guests than Google's pages allow to invite (200, with some editions 500). Firestore counts 32 bytes for each
 * entry in addition to its text ("Storage size calculations"), which the size below does not contain.
 */
export const maxGuests = 3_000;

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What an event loses, one after the other, if it would be too large. Guests are cut first. */
const losses = ["extendedProperties", "attachments", "conference"] as const;

/**
 * The event, cut to a size: with as many guests as fit, and if that is not enough, without the fields of `losses`.
 * Undefined if its other fields are too large.
 */
export function fitEvent(event: CalendarEvent, maxBytes: number): CalendarEvent | undefined {
  const isCrowded = (event.attendees?.length ?? 0) > maxGuests;
  if (!isCrowded && sizeOf(event) <= maxBytes) return event;
  let rest: CalendarEvent = { ...event };
  for (const loss of [undefined, ...losses]) {
    if (loss !== undefined) rest = without(rest, loss);
    const fitting = withFewerGuests(rest, maxBytes);
    if (sizeOf(fitting) <= maxBytes) return fitting;
  }
  return undefined;
}

function without(event: CalendarEvent, field: (typeof losses)[number]): CalendarEvent {
  const { [field]: _lost, ...rest } = event;
  return rest;
}

/** The user and the organizer stay, and as many of the others as fit, in Google's order. */
function withFewerGuests(event: CalendarEvent, maxBytes: number): CalendarEvent {
  const { attendees } = event;
  if (attendees === undefined) return event;
  const ones = [attendees.find(({ self }) => self), attendees.find(({ organizer }) => organizer)];
  const kept = new Set(ones.filter(one => one !== undefined));
  const omitted = { ...event, attendees: [...kept], attendeesOmitted: true };
  let left = maxBytes - sizeOf(omitted);
  let places = maxGuests - omitted.attendees.length;
  const others = attendees.filter(one => {
    const isOther = !kept.has(one) && places > 0;
    const bytes = isOther ? sizeOf(one) + 1 : 0;
    if (!isOther || bytes > left) return false;
    left -= bytes;
    places -= 1;
    return true;
  });
  const shown = new Set([...kept, ...others]);
  if (shown.size >= attendees.length) return event;
  return { ...omitted, attendees: attendees.filter(one => shown.has(one)) };
}
