import { accountIdOf, calendarKeyOf } from "../model/keys.ts";
import type { CredentialStore } from "../ports/credentials.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import type { SyncStore } from "../ports/sync.port.ts";
import type { WatchStore } from "../ports/watch.port.ts";

/*
 * What a task works on is named by a key, and each key is the hash of what it names. A record whose content does not
 * belong to its key is not believed: to whoever asks, there is none.
 */

/** Sync states whose account and calendar are those that their key was made of. */
export function checkedSyncStore(store: SyncStore, log: Log): SyncStore {
  return {
    ...store,
    read: async calendarKey => {
      const stored = await store.read(calendarKey);
      if (stored === undefined) return undefined;
      const { accountId, calendarId } = stored.state;
      return isOwn(log, calendarKey, calendarKeyOf(accountId, calendarId)) ? stored : undefined;
    },
  };
}

/** Calendars to be watched; a list of calendars has its account's id for a key. */
export function checkedWatchStore(store: WatchStore, log: Log): WatchStore {
  return {
    ...store,
    target: async key => {
      const target = await store.target(key);
      if (target === undefined) return undefined;
      const { resource, accountId, calendarId } = target;
      const expected = resource === "events" ? calendarKeyOf(accountId, calendarId) : accountId;
      return isOwn(log, key, expected) ? target : undefined;
    },
  };
}

/** Credentials of the user and the Google account that the account's id was made of. */
export function checkedCredentialStore(store: CredentialStore, log: Log): CredentialStore {
  return {
    ...store,
    load: async accountId => {
      const credential = await store.load(accountId);
      if (credential === undefined || "kind" in credential) return credential;
      return isOwn(log, accountId, accountIdOf(credential.uid, credential.subject)) ? credential : undefined;
    },
  };
}

function isOwn(log: Log, key: string, expected: string): boolean {
  if (key !== expected) log.error("record does not belong to its key", { key });
  return key === expected;
}
