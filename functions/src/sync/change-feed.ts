import type { DeletionReason, EventChange } from "@firestore-calendar-sync/client";
import type { EventWrite, FeedEntry, Fingerprint, SyncStore } from "../ports/sync.port.ts";
import type { SyncState } from "../model/sync-state.ts";
import type { Window } from "../recurrence/occurrence.ts";
import { sameVersion } from "./same-version.ts";

/*
 * The change feed: with the setting `changeFeed`, each fenced commit that changes events also writes a document that
 * lists the changes.
 *
 * Invariant: the entries of a calendar, applied in the order of `seq`, always describe exactly the stored documents.
 * `created` follows only on a missing document, `updated` and `deleted` only on a stored one. The entry is in the same
 * batch as the documents, so a crash leaves both or neither; its `seq` is in the state that the batch changes under the
 * fence, so no other commit can have the same one. Between the look at the documents and the commit nobody else writes
 * them, because the commit fails if the lease was lost.
 */

/**
 * Why a stored event is deleted: because it is outside of the stored window, which for occurrences of series ends with
 * the horizon, or for the other reason.
 */
export function whyGone(
  { startAtMs, endAtMs, recurringEventId }: Omit<Fingerprint, "etag">,
  { fromMs, toMs }: Window,
  otherwise: DeletionReason,
): DeletionReason {
  const isBeyond = recurringEventId !== undefined && startAtMs >= toMs;
  return endAtMs <= fromMs || isBeyond ? "leftWindow" : otherwise;
}

/** `later` after `earlier`, of the same event, if only `later` is committed. */
export function replacing(later: EventWrite, earlier: EventWrite): EventWrite {
  const { existed: _planned, ...write } = later;
  return earlier.existed === undefined ? write : { ...write, existed: earlier.existed };
}

/** The entry for the writes of one commit; undefined if they change nothing. */
export function feedEntry(
  writes: readonly EventWrite[],
  found: ReadonlyMap<string, Fingerprint>,
  { accountId, changeSeq }: Pick<SyncState, "accountId" | "changeSeq">,
  nowMs: number,
): FeedEntry | undefined {
  const changes = writes.flatMap(write => changeOf(write, found) ?? []);
  if (changes.length === 0) return undefined;
  return { accountId, seq: nextSeq(changeSeq, nowMs), atMs: nowMs, changes };
}

/**
 * The number after `last`. The first number is the time, so that it is greater than all numbers of the same calendar
 * before its account was disconnected and connected again: no calendar has a thousand commits a second.
 */
export function nextSeq(last: number | undefined, nowMs: number): number {
  return last === undefined ? nowMs : last + 1;
}

/** Looks up the stored documents of the writes for which that is not known. One read for each. */
export async function lookUpUnknown(
  store: Pick<SyncStore, "fingerprints">,
  uid: string,
  calendarKey: string,
  writes: readonly EventWrite[],
): Promise<{ readonly found: ReadonlyMap<string, Fingerprint>; readonly reads: number }> {
  const ids = writes.flatMap(write => (write.existed === undefined ? [eventIdOf(write)] : []));
  if (ids.length === 0) return { found: new Map(), reads: 0 };
  return { found: await store.fingerprints(uid, calendarKey, ids), reads: ids.length };
}

/** Google's id of the event that is written or deleted. */
export function eventIdOf(write: EventWrite): string {
  return write.kind === "set" ? write.event.eventId : write.eventId;
}

function changeOf(write: EventWrite, found: ReadonlyMap<string, Fingerprint>): EventChange | undefined {
  const eventId = eventIdOf(write);
  const before = found.get(eventId);
  const existed = write.existed ?? before !== undefined;
  if (write.kind === "delete") return existed ? { kind: "deleted", eventId, why: write.why } : undefined;
  if (!existed) return { kind: "created", eventId };
  // After a crash the occurrences of a series may be written a second time.
  return before !== undefined && sameVersion(before, write.event) ? undefined : { kind: "updated", eventId };
}
