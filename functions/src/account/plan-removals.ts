import type { CalendarListing } from "../ports/calendars.port.ts";
import { calendarKeyOf } from "../model/keys.ts";
import type { KnownCalendar } from "./plan-calendar.ts";

/** Keys of known calendars that an answer of Google's takes away, and of those that it only seems to. */
export interface RemovalPlan {
  readonly certain: readonly string[];
  /** They stay. */
  readonly doubted: readonly string[];
}

/**
 * Which calendars a listing takes away. Nobody can take their primary calendar off their list, as far as is known (an
 * inference: Google's page offers it for every other calendar). So a whole list without it, unless it names another
 * one, is not the list that it seems to be, and takes nothing. The same holds for a list without any entry.
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
  // Of a state from before it held what was listed nobody knows whether it is the primary one's.
  const mayBePrimary = (key: string) => isPrimary(key) || known.get(key)?.listed === null;
  const hasPrimary = listing.calendars.some(({ primary }) => primary);
  if (listed.size > 0 && (hasPrimary || !missing.some(mayBePrimary)))
    return { certain: missing, doubted: [] };
  return { certain: [], doubted: missing.filter(key => known.get(key)?.inactiveReason !== "removed") };
}
