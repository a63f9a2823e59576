import type { CalendarListing } from "./calendar-list.port.ts";
import type { StoredCredential } from "./credential-store.port.ts";

/** All that is known when a consent has come back good. */
export interface Connection {
  readonly accountId: string;
  readonly email: string;
  readonly name?: string;
  readonly credential: StoredCredential;
  /** The whole list. */
  readonly listing: CalendarListing;
  readonly nowMs: number;
}

/** A calendar that is to be synced now. */
export interface StartedCalendar {
  readonly calendarKey: string;
  /** Its current epoch, for the task that pulls it. */
  readonly epoch: number;
}

export type ConnectOutcome =
  | {
      readonly kind: "connected";
      /** True when the account was there before and has been repaired in place. */
      readonly reconnected: boolean;
      /** Every enabled calendar, new or old. */
      readonly started: readonly StartedCalendar[];
      /** Calendars that were on Google's list and are not any more, to be cleaned up. */
      readonly removed: readonly string[];
      /** Calendars that are not on this list, and that stay because it cannot be the whole list. */
      readonly doubted?: readonly string[];
    }
  /** The account is being removed; nothing was stored. */
  | { readonly kind: "disconnecting" };

/** Accounts with their calendars, as the user sees them, and the sync states that belong to them. */
export interface AccountStore {
  /** True for an account that is connected and works: `active`, neither `reauth_required` nor `disconnecting`. */
  isActive(uid: string, accountId: string): Promise<boolean>;
  /**
   * Stores or repairs an account in one transaction: credential, account document, calendar documents, sync states.
   * An existing sync state keeps its sync token, epoch and lease; it only becomes active again.
   */
  connect(connection: Connection): Promise<ConnectOutcome>;
}
