import type { EventDocument, NewAttendee } from "@firestore-calendar-sync/client";

export interface ParsedGuests {
  readonly guests: readonly NewAttendee[];
  /** What is no address, as the user typed it. */
  readonly unreadable: readonly string[];
}

/**
 * Reads guests from what a user types or pastes: addresses, with or without a name before `<address>`, separated by
 * commas, semicolons or lines. Addresses without names may also be separated by spaces.
 */
export function parseGuests(text: string): ParsedGuests {
  const guests: NewAttendee[] = [];
  const unreadable: string[] = [];
  for (const part of text.split(/[,;\n]+/).flatMap(splitBare)) {
    const guest = guestOf(part);
    if (guest) guests.push(guest);
    else unreadable.push(part);
  }
  return { guests: withGuests([], guests), unreadable };
}

/** All guests, each address once; the first wins. Google compares addresses without regard to case. */
export function withGuests(
  guests: readonly NewAttendee[],
  added: readonly NewAttendee[],
): readonly NewAttendee[] {
  const all = new Map<string, NewAttendee>();
  for (const guest of [...guests, ...added]) {
    const key = guest.email.toLowerCase();
    if (!all.has(key)) all.set(key, guest);
  }
  return [...all.values()];
}

/**
 * The guests of an event as a form edits them. Undefined if some are not known here: the list would be written without
 * them.
 */
export function knownGuests(
  event: Pick<EventDocument, "attendees" | "attendeesOmitted">,
): readonly NewAttendee[] | undefined {
  if (event.attendeesOmitted === true) return undefined;
  const guests = (event.attendees ?? []).flatMap(({ email, displayName, optional }) =>
    email === undefined
      ? []
      : [
          {
            email,
            ...(displayName !== undefined && { displayName }),
            ...(optional === true && { optional }),
          },
        ],
  );
  return guests.length === (event.attendees ?? []).length ? guests : undefined;
}

/** Several addresses with spaces between them. */
function splitBare(part: string): string[] {
  const words = part.trim().split(/\s+/);
  return words.every(word => isAddress(word)) ? words : [part.trim()].filter(text => text !== "");
}

function guestOf(part: string): NewAttendee | undefined {
  const named = /^(?<name>[^<>]*)<(?<email>[^<>]+)>$/.exec(part)?.groups;
  const email = (named?.["email"] ?? part).trim();
  if (!isAddress(email)) return undefined;
  const displayName = (named?.["name"] ?? "").trim().replace(/^"(.*)"$/, "$1");
  return displayName === "" ? { email } : { email, displayName };
}

function isAddress(text: string): boolean {
  return /^[^\s@<>"(),;:]+@[^\s@<>"(),;:]+\.[^\s@<>"(),;:.]+$/.test(text);
}
