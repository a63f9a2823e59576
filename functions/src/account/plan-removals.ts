import type { CalendarListing } from "../ports/calendars.port.ts";
import { calendarKeyOf } from "../model/keys.ts";
import type { KnownCalendar } from "./plan-calendar.ts";

/** Keys of stored calendars that a listing removes (`certain`) or only seems to remove (`doubted`). */
export interface RemovalPlan {
  readonly certain: readonly string[];
  /** These calendars are kept. */
  readonly doubted: readonly string[];
}

/**
 * Decides which calendars a listing removes. As far as we have seen, users cannot remove their primary calendar from
 * their list (an inference: Google's page offers removal for all other calendars). A full list without the stored
 * primary calendar is therefore incomplete and removes nothing, unless it names another primary calendar. A full list
 * without any entry, and a change that removes the primary calendar, remove nothing either.
 */
export function planRemovals(
  accountId: string,
  listing: Pick<CalendarListing, "calendars" | "removedIds" | "complete">,
  known: ReadonlyMap<string, Pick<KnownCalendar, "listed" | "inactiveReason">>,
): RemovalPlan {
  const keyOf = (calendarId: string) => calendarKeyOf(accountId, calendarId);
  const listed = new Set(listing.calendars.map(({ calendarId }) => keyOf(calendarId)));
  const candidates = listing.complete ? known.keys() : new Set(listing.removedIds.map(keyOf));
  const missing = [...candidates].filter(key => known.has(key) && !listed.has(key));
  const isPrimary = (key: string) => known.get(key)?.listed?.["primary"] === true;
  if (!listing.complete) {
    return { certain: missing.filter(key => !isPrimary(key)), doubted: missing.filter(isPrimary) };
  }
  // States of the first versions do not record the list entry, so any of them may be the primary calendar.
  const mayBePrimary = (key: string) => isPrimary(key) || known.get(key)?.listed === null;
  const hasPrimary = listing.calendars.some(({ primary }) => primary);
  if (listed.size > 0 && (hasPrimary || !missing.some(mayBePrimary)))
    return { certain: missing, doubted: [] };
  return { certain: [], doubted: missing.filter(key => known.get(key)?.inactiveReason !== "removed") };
}
