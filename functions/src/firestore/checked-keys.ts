import { accountIdOf, calendarKeyOf } from "../model/keys.ts";
import type { CredentialStore } from "../ports/credentials.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import type { SyncStore } from "../ports/sync.port.ts";
import type { WatchStore } from "../ports/watch.port.ts";

/*
 * Tasks name records by keys, and each key is a hash of fields of its record. If the fields do not match the key, the
 * record is treated as missing.
 */

/** Returns only sync states whose account and calendar match their key. */
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

/** Returns only watch targets that match their key. The key of a list of calendars is its account's id. */
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

/** Returns only credentials whose user and Google account match the account's id. */
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
