import type { SyncState } from "../model/sync-state.ts";

/*
 * While a new version is being rolled out, old and new code work on the same calendars. Three invariants hold for the
 * stored `queryVersion` of a calendar.
 *
 * 1. Every stored event is of the stored version, or of a later one. Only the last commit of a full sync raises the
 * version: that pass has compared every event with its stored document. An ordinary pull of a calendar with a lower
 * version stays a pull, because the list parameters never change and the sync token stays valid. It writes the changed
 * events in its own mapping and leaves the version as it is. A full sync from another version compares the contents of
 * the documents. Therefore it writes no event again that a pull has written in the new mapping, and no event that both
 * mappings describe alike. Comparing contents costs no more reads than comparing etags, because Firestore bills a
 * document and not its fields, and it needs no field with a version in the documents that clients read.
 *
 * 2. Code that reads a higher version than its own, of the calendar or of its checkpoint, writes no event. It hands the
 * task back without a call to Google, and an instance of the new code takes it.
 *
 * 3. The version goes down only after a rollback, in the commit that takes the lease, before any event is written. It
 * becomes 0 and not the code's own version, because the documents are then of several mappings. So both the code that
 * was rolled back to and a second upgrade compare every document again, paced, and write exactly those that differ.
 *
 * A deploy replaces the old instances within minutes: Cloud Run sends new requests to the new revision only, and an
 * instance works on a task for nine minutes at most. So code that finds a higher version an hour after the upgrade is
 * not old code that is about to end: the deployment was rolled back.
 */

/** So long after the upgrade of a calendar, old code assumes a rollback. */
export const rolloutMs = 60 * 60_000;

type VersionedState = Pick<SyncState, "queryVersion" | "upgradedAt" | "progress" | "pulledAt">;

/** True if newer code works on the calendar and is still being rolled out: this code must write no event. */
export function isRollingOut(state: VersionedState, queryVersion: number, nowMs: number): boolean {
  const isRecent = (sinceMs: number) => nowMs - sinceMs < rolloutMs;
  // A checkpoint has no time of its own. Its pass began with the last take of the lease, or later.
  const hasNewerCheckpoint = (state.progress?.queryVersion ?? 0) > queryVersion;
  return (
    (state.queryVersion > queryVersion && isRecent(state.upgradedAt ?? 0)) ||
    (hasNewerCheckpoint && isRecent(state.pulledAt ?? 0))
  );
}

/**
 * For the commit that takes the lease: after a rollback, marks that documents of several mappings will be stored, and
 * drops the checkpoint of the newer code. Otherwise changes nothing.
 */
export function afterRollback(
  { queryVersion: stored, progress }: VersionedState,
  queryVersion: number,
): { readonly queryVersion?: 0; readonly progress?: null } {
  return {
    ...(stored > queryVersion && { queryVersion: 0 as const }),
    ...((progress?.queryVersion ?? 0) > queryVersion && { progress: null }),
  };
}
