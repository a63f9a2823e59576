import type { StartedCalendar } from "./account-store.port.ts";
import type { CalendarListing } from "./calendar-list.port.ts";

/** How far an account's list of calendars is followed. */
export interface CalendarListState {
  readonly uid: string;
  readonly active: boolean;
  readonly syncToken: string | null;
  readonly revision: number;
}

export type ApplyOutcome =
  | {
      readonly kind: "applied";
      readonly revision: number;
      /** Enabled calendars that have not been synced completely yet. */
      readonly started: readonly StartedCalendar[];
      /** Calendars to be cleaned up. */
      readonly removed: readonly string[];
      /** Calendars that the answer would take away, and that stay because it cannot be what it says. */
      readonly doubted?: readonly string[];
    }
  /** Another listing was stored since: this one may be older. Nothing was written. */
  | { readonly kind: "outdated" }
  /** The account is not active (any more). Nothing was written. */
  | { readonly kind: "inactive" };

/** `calendarLists/{accountId}` and the calendars that follow it. */
export interface CalendarLists {
  read(accountId: string): Promise<CalendarListState | undefined>;
  /** Stores a listing in one transaction, if the list still has the revision that it is based on. Safe to repeat. */
  apply(
    accountId: string,
    basedOn: CalendarListState,
    listing: CalendarListing,
    nowMs: number,
  ): Promise<ApplyOutcome>;
  /** Goes on from `syncToken` next time, unless something else was stored since `revision`. */
  advance(accountId: string, revision: number, syncToken: string): Promise<void>;
}
