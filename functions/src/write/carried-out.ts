import type { EventAtGoogle, EventBody } from "../ports/event-writes.port.ts";
import { isObject } from "./google-event.ts";

/**
 * Whether an event has everything that a patch asked for. Used only after a lost answer: if the event has changed and
 * contains all of it, the patch was carried out, or somebody else made the same change.
 */
export function contains({ resource }: Pick<EventAtGoogle, "resource">, body: EventBody): boolean {
  return Object.entries(body).every(([name, wanted]) => {
    const found = resource[name];
    switch (name) {
      case "id":
      // A flag of the request, not of the event: the body has only some of the guests.
      case "attendeesOmitted":
        return true;
      case "conferenceData":
        // A request for a conference is answered by a conference.
        return wanted === null ? found == null : found != null;
      case "attendees":
        return hasGuests(found, wanted, body["attendeesOmitted"] === true);
      case "start":
      case "end":
        return hasTime(found, wanted);
      case "recurrence":
        return sameLines(found, wanted);
      default:
        return hasValue(found ?? defaults[name], wanted ?? defaults[name]);
    }
  });
}

/** Values that Google omits, because events have them by default (events reference). */
const defaults: Readonly<Record<string, unknown>> = {
  visibility: "default",
  transparency: "opaque",
  guestsCanInviteOthers: true,
  guestsCanSeeOtherGuests: true,
};

function hasValue(found: unknown, wanted: unknown): boolean {
  // Google omits empty texts and false flags, too.
  if (wanted == null || wanted === "" || wanted === false) return found == null || found === wanted;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((each, index) => hasValue(found[index], each))
    );
  }
  if (isObject(wanted)) {
    return isObject(found) && Object.entries(wanted).every(([name, each]) => hasValue(found[name], each));
  }
  return found === wanted;
}

/** Times are compared as moments: Google writes them with the offset of the calendar. */
function hasTime(found: unknown, wanted: unknown): boolean {
  if (!isObject(found) || !isObject(wanted)) return false;
  if (typeof wanted["date"] === "string") return found["date"] === wanted["date"];
  const moment = (time: unknown) => (typeof time === "string" ? Date.parse(time) : NaN);
  return moment(found["dateTime"]) === moment(wanted["dateTime"]);
}

function hasGuests(found: unknown, wanted: unknown, some: boolean): boolean {
  if (!Array.isArray(wanted)) return !Array.isArray(found) || found.length === 0;
  const guests = new Map(
    (Array.isArray(found) ? found : []).filter(isObject).map(guest => [emailOf(guest), guest] as const),
  );
  if (!some && guests.size !== wanted.length) return false;
  return wanted.filter(isObject).every(guest => {
    const { email: _email, ...rest } = guest;
    return hasValue(guests.get(emailOf(guest)), rest);
  });
}

/** In any order, because Google sorts the lines. Google may write a rule otherwise: then the outcome stays unknown. */
function sameLines(found: unknown, wanted: unknown): boolean {
  if (!Array.isArray(wanted)) return !Array.isArray(found) || found.length === 0;
  const sorted = (lines: readonly unknown[]) => lines.map(String).sort().join("\n");
  return Array.isArray(found) && sorted(found) === sorted(wanted);
}

const emailOf = (guest: Readonly<Record<string, unknown>>): string => String(guest["email"]).toLowerCase();
