import type { GoogleFailure } from "../model/google-failure.ts";
import type { WindowDefaults } from "../model/calendar-window.ts";
import type { StartedCalendar } from "./account.port.ts";

/** The fields of an entry of Google's calendar list that are stored. */
export interface ListedCalendar {
  /** Google's calendar id. */
  readonly calendarId: string;
  /** The user's own name for the calendar; if there is none, the calendar's name. */
  readonly summary: string;
  readonly description?: string;
  /** `#rrggbb`. */
  readonly backgroundColor?: string;
  readonly foregroundColor?: string;
  readonly colorId?: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Google's role, which may be a new role that this code does not support. */
  readonly accessRole: string;
  readonly primary: boolean;
  /** True if the user shows the calendar in Google Calendar. */
  readonly selected: boolean;
  /**
   * Fields of Google's entry that could not be read. For a known calendar their stored values are kept; the values here
   * are for a new calendar.
   */
  readonly unread?: readonly Exclude<keyof ListedCalendar, "calendarId" | "unread">[];
}

/** The full list of calendars, or its changes. */
export interface CalendarListing {
  readonly kind: "listed";
  readonly calendars: readonly ListedCalendar[];
  /** Google's ids of calendars that were removed from the list or hidden (only in changes). */
  readonly removedIds: readonly string[];
  /** True for a full list in which every entry has a readable id: a calendar that it does not contain was removed. */
  readonly complete: boolean;
  readonly syncToken: string;
}

/** Google's list of a user's calendars. */
export interface GoogleCalendarList {
  /**
   * Returns the full list. For an access token of a new account, which is not stored yet. Failures: all of
   * calendarList.list; a 401 is `tokenRefused`, because this token cannot be replaced.
   */
  listWithToken(accountId: string, accessToken: string): Promise<CalendarListing | GoogleFailure>;
  /**
   * Returns the changes since `syncToken`; without a token, the full list. Failures: the usual ones, and `tokenExpired`
   * and `pageTokenRejected`.
   */
  list(accountId: string, syncToken: string | undefined): Promise<CalendarListing | GoogleFailure>;
}

/** How far an account's list of calendars is synced. */
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
      /** Enabled calendars whose first full sync is not complete. */
      readonly started: readonly StartedCalendar[];
      /** Calendars whose data must be deleted. */
      readonly removed: readonly string[];
      /**
       * Calendars that the listing seems to remove but that are kept, because the listing is probably incomplete
       * (account/plan-removals.ts).
       */
      readonly doubted?: readonly string[];
    }
  /** Another listing was stored first, so this listing may be older. Nothing was written. */
  | { readonly kind: "outdated" }
  /** The account is not active (any more). Nothing was written. */
  | { readonly kind: "inactive" };

/** `calendarSyncLists/{accountId}`, and the calendars of the account. */
export interface CalendarListStore {
  read(accountId: string): Promise<CalendarListState | undefined>;
  /** Stores a listing in one transaction, if the list still has the revision of `basedOn`. Safe to repeat. */
  apply(
    accountId: string,
    basedOn: CalendarListState,
    listing: CalendarListing,
    nowMs: number,
  ): Promise<ApplyOutcome>;
  /** Stores the sync token for the next request, unless the revision has changed. */
  advance(accountId: string, revision: number, syncToken: string): Promise<void>;
}

/** The result of enabling a calendar. `unknown`: this user has no such calendar. */
export type EnableOutcome =
  /** The calendar must be pulled and watched; `epoch` is its current epoch. */
  | { readonly kind: "started"; readonly epoch: number }
  /** Enabled, but the account must be connected again first, or is being removed. */
  | { readonly kind: "waiting" }
  | { readonly kind: "unknown" };

/**
 * What a client asks for: a pull, a full sync, or a pull unless the last pass began less than ten minutes ago
 * (`ifStale`).
 */
export type Demand = "pull" | "full" | "ifStale";

export type DemandOutcome =
  /** The calendar must be pulled; for `full`, the next pass is a full sync. */
  | {
      readonly kind: "ready";
      readonly epoch: number;
      /** True if the calendar was `unavailable`: its channel is closed and must be opened again. */
      readonly reactivated: boolean;
    }
  /** The calendar cannot be synced, for this reason. */
  | { readonly kind: "inactive"; readonly reason: "disabled" | "reauth_required" | "disconnecting" }
  /** A full sync of this calendar was asked for a short time ago. Another one may be asked for after `waitMs`. */
  | { readonly kind: "tooSoon"; readonly waitMs: number }
  /** Only for `ifStale`: the calendar was pulled lately, or is `unavailable`. Nothing was written. */
  | { readonly kind: "fresh" }
  | { readonly kind: "unknown" };

/** In days before and after today. An absent field keeps its value; null returns to the deployment's default. */
export interface WindowChoice {
  readonly pastDays?: number | null | undefined;
  readonly futureDays?: number | null | undefined;
}

export type WindowOutcome =
  /** The choice is stored. An inactive calendar is synced with it when it is active again. */
  | {
      readonly kind: "chosen";
      readonly epoch: number;
      readonly active: boolean;
      /** Events before the stored window are missing: only a full sync brings them. */
      readonly needsFullSync: boolean;
    }
  /** A larger window or a full sync of this calendar was asked for a short time ago. Nothing was written. */
  | { readonly kind: "tooSoon"; readonly waitMs: number }
  | { readonly kind: "unknown" };

/** The changes that a user may make to their own calendars. */
export interface CalendarSettingsStore {
  /** Enables a calendar. If it was disabled, its events were deleted, so it is synced from the beginning. */
  enable(uid: string, calendarKey: string, nowMs: number): Promise<EnableOutcome>;
  /**
   * Disables a calendar. Its data is marked for deletion (`deleteUnwanted`). `unknown`: this user has no such calendar.
   */
  disable(uid: string, calendarKey: string, nowMs: number): Promise<"disabled" | "unknown">;
  /**
   * Prepares a sync that a client asked for, and notes the time of a full sync. Except for `ifStale`, an `unavailable`
   * calendar becomes active again.
   */
  demandSync(uid: string, calendarKey: string, demand: Demand, nowMs: number): Promise<DemandOutcome>;
  /** Stores a chosen window, and notes the time if it is larger. */
  setWindow(
    uid: string,
    calendarKey: string,
    choice: WindowChoice,
    defaults: WindowDefaults,
    nowMs: number,
  ): Promise<WindowOutcome>;
}
