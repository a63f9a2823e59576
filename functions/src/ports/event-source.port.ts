import type { GoogleFailure } from "../model/google-failure.ts";

/** One page of `events.list`. The items are what Google sent: nothing about them has been checked. */
export interface EventPage {
  readonly kind: "page";
  readonly items: readonly unknown[];
  /** Google's answer had no list of items: it says nothing of what is not there. */
  readonly isIncomplete?: true;
  /** Another page follows, even if this one is empty. */
  readonly nextPageToken?: string;
  /** On the last page only. */
  readonly nextSyncToken?: string;
  /** The calendar's time zone, in which all-day events are days. */
  readonly timeZone?: string;
}

/** Which events: changes since `syncToken`, or everything that ends after `timeMinMs`. */
export interface ListEvents {
  readonly accountId: string;
  readonly calendarId: string;
  readonly query: { readonly syncToken: string } | { readonly timeMinMs: number };
  readonly pageToken?: string;
}

export interface EventSource {
  /**
   * Series come as masters and exceptions (`singleEvents=false`). Deltas contain deletions, and events outside any
   * window: a sync token does not remember `timeMin`.
   * Failures: `tokenExpired` and `pageTokenRejected` besides the usual ones.
   */
  list(request: ListEvents): Promise<EventPage | GoogleFailure>;
}
