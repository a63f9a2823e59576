import type { CalendarListing } from "./calendars.port.ts";
import type { StoredCredential } from "./credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { CleanUpTask } from "./tasks.port.ts";
import type { WatchRecord } from "./watch.port.ts";

/** The data of a consent (or delegation) that Google has accepted, from which an account is stored. */
export interface Connection {
  readonly accountId: string;
  readonly email: string;
  readonly name?: string;
  readonly credential: StoredCredential;
  /** The full list. */
  readonly listing: CalendarListing;
  readonly nowMs: number;
}

/** A calendar that must be synced now. */
export interface StartedCalendar {
  readonly calendarKey: string;
  /** Its current epoch, for the task that pulls the calendar. */
  readonly epoch: number;
}

export type ConnectOutcome =
  | {
      readonly kind: "connected";
      /** True if the account existed and was repaired. */
      readonly reconnected: boolean;
      /** All enabled calendars, new and old. */
      readonly started: readonly StartedCalendar[];
      /** Calendars that are no longer on Google's list; their data must be deleted. */
      readonly removed: readonly string[];
      /**
       * Calendars that are missing from this list but are kept, because the list is probably incomplete
       * (account/plan-removals.ts).
       */
      readonly doubted?: readonly string[];
    }
  /** The account is being removed; nothing was stored. */
  | { readonly kind: "disconnecting" };

/** The accounts and calendars that users see, and their sync states. */
export interface AccountStore {
  /** True if the account is `active`: neither `reauth_required` nor `disconnecting`. */
  isActive(uid: string, accountId: string): Promise<boolean>;
  /**
   * Stores or repairs an account in one transaction: credential, account document, calendar documents, sync states. A
   * sync state that exists keeps its epoch. It also keeps its sync token, unless its events were or are being deleted.
   * An inactive calendar that is enabled becomes active and loses its lease.
   */
  connect(connection: Connection): Promise<ConnectOutcome>;
}

/** Changes of an account after Google has refused its grant or its tokens. */
export interface AccountStatus {
  /**
   * The user must connect the account again: it becomes `reauth_required`, which the user sees, and all its calendars
   * become inactive. Safe to repeat.
   *
   * @returns `required`: the account is now inactive, or was inactive before. `superseded`: the refused call used an
   *   older connection than the stored one, because the user has connected again. Nothing was changed; try the call
   *   again.
   */
  requireReauth(accountId: string, failure: GoogleFailure): Promise<"required" | "superseded">;

  /**
   * Records that Google answered 401 to an access token that it had just issued. Safe to repeat.
   *
   * @returns `wait`: this may pass; try the call again later. `required`: the refusals have lasted for a day without
   *   a successful call for the account, so the user must connect again, as by `requireReauth`. `superseded`: as by
   *   `requireReauth`.
   */
  noteRefusal(accountId: string, failure: GoogleFailure): Promise<"required" | "wait" | "superseded">;
  /**
   * Records that a call for the account has succeeded: the next refusal begins a new day of `noteRefusal`. Not needed
   * after a sync that records a `lastRun` in its state. Costs one read, and writes only if a refusal was recorded.
   */
  noteAccepted(accountId: string): Promise<void>;
}

/** `connected`: in use, or in use again. `gone`: the user has no account of this id (any more). */
export type RemovalStatus = "disconnecting" | "connected" | "gone";

/**
 * `superseded`: the data to be deleted is wanted again, or another worker has deleted it. Nothing was deleted after
 * that change: every deletion checks this in its own commit, so a delayed worker cannot delete new data.
 */
export type RemovalOutcome =
  { readonly kind: "deleted"; readonly documents: number } | { readonly kind: "superseded" };

/** Removes accounts and calendars from Firestore. Every method is safe to repeat. */
export interface AccountRemoval {
  /**
   * Marks the account as `disconnecting` and its calendars as inactive, in one transaction. `unknown`: the user has no
   * such account.
   */
  markDisconnecting(uid: string, accountId: string): Promise<"marked" | "unknown">;
  status(uid: string, accountId: string): Promise<RemovalStatus>;
  /** The ids of all accounts of a user. */
  accountsOf(uid: string): Promise<readonly string[]>;
  /** Deletes the user's unfinished attempts to connect. */
  forgetAttempts(uid: string): Promise<void>;
  /** Accounts that are `disconnecting`, and calendars that wait for `deleteUnwanted`, at most `limit` of each. */
  unfinished(limit: number): Promise<readonly CleanUpTask[]>;

  /** All channel records of an account, including closed channels. */
  watchesOf(accountId: string): Promise<readonly WatchRecord[]>;
  calendarKeysOf(accountId: string): Promise<readonly string[]>;
  /** True if the account of another user has the same grant at Google. */
  sharesGrant(accountId: string): Promise<boolean>;

  /**
   * Deletes the data below the sync state, then the events, then the calendar document and the sync state. The state is
   * deleted last, because a retry finds the calendar through it.
   */
  deleteCalendar(uid: string, accountId: string, calendarKey: string): Promise<RemovalOutcome>;
  /**
   * Deletes the channel records, the credential, and the account. `deleteCalendar` must have deleted its calendars
   * before.
   */
  deleteAccount(uid: string, accountId: string): Promise<RemovalOutcome>;
  /**
   * Deletes a calendar that is not wanted. If the user has disabled it here: its events and the data below its sync
   * state. If it was removed at Google: everything.
   */
  deleteUnwanted(uid: string, calendarKey: string): Promise<RemovalOutcome>;
}

/** The app's users in Firebase Authentication. */
export interface UserDirectory {
  /**
   * Returns the uids that Authentication explicitly reports as not found. A disabled user exists. A uid that cannot be
   * looked up, or that the answer does not mention, is not missing. Throws if there is no answer.
   */
  missing(uids: readonly string[]): Promise<{ readonly missing: readonly string[] }>;
}

/** The owners of all accounts, read from documents that clients cannot write. */
export interface AccountOwners {
  /** The uids of all accounts, in pages. A user with several accounts appears several times. */
  pages(): AsyncIterable<readonly string[]>;
}
