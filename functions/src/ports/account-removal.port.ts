import type { CleanUpTask } from "./task-queue.port.ts";
import type { WatchRecord } from "./watch-store.port.ts";

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
