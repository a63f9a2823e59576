import type { CalendarListing } from "./calendars.port.ts";
import type { StoredCredential } from "./credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { CleanUpTask } from "./tasks.port.ts";
import type { WatchRecord } from "./watch.port.ts";

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

/** What the sync and the watches may do to an account or calendar when Google closes a door. */
export interface AccountStatus {
  /**
   * The account becomes `reauth_required` (visible to the user), and all its calendars inactive, so that nothing
   * scheduled touches them until the user has connected again. Safe to repeat. `superseded`: the refused call was made
   * with an older connection than the stored one, so the user has connected again already; nothing was changed, and
   * the same call deserves another attempt.
   */
  requireReauth(accountId: string, failure: GoogleFailure): Promise<"required" | "superseded">;

  /**
   * Google answers 401 to a token that it has just issued. `wait`: that may pass, and the call is to be made again.
   * `required`: it was so for a day, and no call for the account succeeded in between; done as by `requireReauth`.
   * `superseded` as there. Safe to repeat.
   */
  noteRefusal(accountId: string, failure: GoogleFailure): Promise<"required" | "wait" | "superseded">;
  /**
   * A call for the account has succeeded: the day of `noteRefusal` begins anew. Needed only of calls that leave no
   * `lastRun` in a sync state. One read; a write only after a refusal.
   */
  noteAccepted(accountId: string): Promise<void>;
}

/** `connected`: in use, or in use again. `gone`: nothing by that name (any more). */
export type RemovalStatus = "disconnecting" | "connected" | "gone";

/**
 * `superseded`: what was to be removed is wanted again, or another worker has removed it; nothing was deleted since.
 * Every deletion checks that in the same commit, so that a worker that wakes up late deletes nothing new.
 */
export type RemovalOutcome =
  { readonly kind: "deleted"; readonly documents: number } | { readonly kind: "superseded" };

/** Removing accounts and calendars from Firestore. Everything is safe to repeat. */
export interface AccountRemoval {
  /** The account becomes `disconnecting` and its calendars inactive, in one transaction. */
  markDisconnecting(uid: string, accountId: string): Promise<"marked" | "unknown">;
  status(uid: string, accountId: string): Promise<RemovalStatus>;
  /** The ids of all accounts of a user. */
  accountsOf(uid: string): Promise<readonly string[]>;
  /** Attempts to connect that a user has left open. */
  forgetAttempts(uid: string): Promise<void>;
  /** Accounts that are `disconnecting` and calendars that wait for `deleteUnwanted`, at most `limit` of each. */
  unfinished(limit: number): Promise<readonly CleanUpTask[]>;

  /** All records of channels of an account, closed ones too. */
  watchesOf(accountId: string): Promise<readonly WatchRecord[]>;
  calendarKeysOf(accountId: string): Promise<readonly string[]>;
  /** True if another user's account lives on the same grant at Google. */
  sharesGrant(accountId: string): Promise<boolean>;

  /** The server's notes on its events first, then the events; the sync state, by which it is found, last. */
  deleteCalendar(uid: string, accountId: string, calendarKey: string): Promise<RemovalOutcome>;
  /** Records of channels, the credential, and the account itself, which must have no calendars left. */
  deleteAccount(uid: string, accountId: string): Promise<RemovalOutcome>;
  /**
   * What is stored of a calendar that nobody wants any more: of one that the user has switched off here, its events and
   * the server's notes on them; of one that was removed at Google, everything.
   */
  deleteUnwanted(uid: string, calendarKey: string): Promise<RemovalOutcome>;
}

/** The users of the app, as Authentication knows them. */
export interface UserDirectory {
  /**
   * Those of `uids` of whom Authentication says, by name, that they do not exist. Who is disabled exists; who is not
   * mentioned in an answer, or cannot be looked up, is not missing. Throws when there was no answer.
   */
  missing(uids: readonly string[]): Promise<{ readonly missing: readonly string[] }>;
}

/** Whose accounts there are, from documents that no client can write. */
export interface AccountOwners {
  /** The uids of all accounts, in pages; a user of several accounts comes several times. */
  pages(): AsyncIterable<readonly string[]>;
}
