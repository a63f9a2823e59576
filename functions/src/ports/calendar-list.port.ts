import type { GoogleFailure } from "../model/google-failure.ts";

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
export interface CalendarList {
  /** The whole list with a token that is not stored yet. Failures: all of calendarList.list. */
  listWithToken(accessToken: string): Promise<CalendarListing | GoogleFailure>;
  /** Changes since `syncToken`, or the whole list. Failures: `tokenExpired` besides the usual ones. */
  list(accountId: string, syncToken: string | undefined): Promise<CalendarListing | GoogleFailure>;
}
