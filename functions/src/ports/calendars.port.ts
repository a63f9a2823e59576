import type { GoogleFailure } from "../model/google-failure.ts";
import type { StartedCalendar } from "./account.port.ts";

/** One entry of Google's calendar list, as far as we keep it. */
export interface ListedCalendar {
  /** Google's calendar id. */
  readonly calendarId: string;
  /** The user's own name for it, else the calendar's. */
  readonly summary: string;
  readonly description?: string;
  /** `#rrggbb`. */
  readonly backgroundColor?: string;
  readonly foregroundColor?: string;
  readonly colorId?: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Google's word, which may be one that we do not know. */
  readonly accessRole: string;
  readonly primary: boolean;
  /** Whether Google's own page shows it. */
  readonly selected: boolean;
  /**
   * Fields that Google's answer had and that could not be read: what is known of them stays as it is. Their values here
   * are for a calendar that is new.
   */
  readonly unread?: readonly Exclude<keyof ListedCalendar, "calendarId" | "unread">[];
}

/** A list of calendars, or what changed in it. */
export interface CalendarListing {
  readonly kind: "listed";
  readonly calendars: readonly ListedCalendar[];
  /** Google's ids of calendars that were taken off the list or hidden (changes only). */
  readonly removedIds: readonly string[];
  /** True for the whole list with a readable id in each of its entries: what is not on it is gone. */
  readonly complete: boolean;
  readonly syncToken: string;
}

/** Google's list of a user's calendars. */
export interface GoogleCalendarList {
  /** The whole list with a token that is not stored yet. Failures: all of calendarList.list. */
  listWithToken(accessToken: string): Promise<CalendarListing | GoogleFailure>;
  /** Changes since `syncToken`, or the whole list. Failures: `tokenExpired` besides the usual ones. */
  list(accountId: string, syncToken: string | undefined): Promise<CalendarListing | GoogleFailure>;
}

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
export interface CalendarListStore {
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

/** `unknown`: this user has no such calendar. */
export type EnableOutcome =
  /** To be pulled and watched; `epoch` is its current one. */
  | { readonly kind: "started"; readonly epoch: number }
  /** Enabled, but its account has to be connected again (or is being removed) first. */
  | { readonly kind: "waiting" }
  | { readonly kind: "unknown" };

export type DemandOutcome =
  /** To be pulled; a full sync if that was asked for. */
  | {
      readonly kind: "ready";
      readonly epoch: number;
      /** It was `unavailable`, and its channel is closed. */
      readonly reactivated: boolean;
    }
  /** Nothing can be synced, and why. */
  | { readonly kind: "inactive"; readonly reason: "disabled" | "reauth_required" | "disconnecting" }
  | { readonly kind: "unknown" };

/** What a user may do to one of their calendars. */
export interface CalendarSettingsStore {
  /** Starts from the beginning, as the events were deleted when it was switched off. */
  enable(uid: string, calendarKey: string, nowMs: number): Promise<EnableOutcome>;
  /** What is stored of it waits for a clean-up from then on. */
  disable(uid: string, calendarKey: string, nowMs: number): Promise<"disabled" | "unknown">;
  /** Prepares a sync that the user asks for; a calendar that was `unavailable` gets another chance. */
  demandSync(uid: string, calendarKey: string, full: boolean): Promise<DemandOutcome>;
}
