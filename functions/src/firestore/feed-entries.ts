import { Timestamp, type DocumentReference, type Firestore, type WriteBatch } from "firebase-admin/firestore";
import type { DeletionReason } from "@firestore-calendar-sync/client";
import type { Clock } from "../ports/runtime.port.ts";
import type { FeedEntry } from "../ports/sync.port.ts";
import { nextSeq } from "../sync/change-feed.ts";
import { paths, readSyncState, storedState } from "./documents.ts";

/** How long an entry stays: long enough to read it again after a weekend without a working function. */
const entryLifeMs = 7 * 24 * 60 * 60_000;

/** Adds an entry of the change feed to a batch that changes the events and stores its `seq`. */
export function addFeedEntry(
  db: Firestore,
  batch: WriteBatch,
  { calendarKey, uid }: { readonly calendarKey: string; readonly uid: string },
  { accountId, seq, atMs, changes }: FeedEntry,
): void {
  batch.set(db.doc(paths.changes(calendarKey, seq)), {
    uid,
    accountId,
    calendarKey,
    seq,
    at: Timestamp.fromMillis(atMs),
    changes,
    // Not `expiresAt`: a TTL policy deletes documents of every collection with this id, of a host project too.
    changesExpireAt: Timestamp.fromMillis(atMs + entryLifeMs),
  });
}

/** The entries for the events of one calendar that a clean-up deletes. */
export interface CleanUpFeed {
  readonly calendarKey: string;
  readonly why: DeletionReason;
  readonly clock: Clock;
}

/**
 * Adds the entry for these events to a batch, and its `seq` to the state. If the state is the document `guard`, which
 * the batch updates anyway, returns the fields for that update instead.
 */
export type NoteDeletions = (
  batch: WriteBatch,
  eventIds: readonly string[],
  guard: DocumentReference,
) => Record<string, unknown>;

/**
 * Reads the calendar's state, before the events are listed: if another clean-up deletes some of them after that, the
 * state has changed, and the batch fails. Undefined for a calendar without a state (of the first versions, never
 * synced): it has no events that the feed has announced.
 */
export async function prepareFeed(
  db: Firestore,
  { calendarKey, why, clock }: CleanUpFeed,
): Promise<NoteDeletions | undefined> {
  const state = await db.doc(paths.syncState(calendarKey)).get();
  const { updateTime: lastUpdateTime, ref } = state;
  if (lastUpdateTime === undefined) return undefined;
  const { uid, accountId, changeSeq } = readSyncState(state);
  return (batch, eventIds, guard) => {
    if (eventIds.length === 0) return {};
    const atMs = clock.now();
    const seq = nextSeq(changeSeq, atMs);
    const changes = eventIds.map(eventId => ({ kind: "deleted", eventId, why }) as const);
    addFeedEntry(db, batch, { calendarKey, uid }, { accountId, seq, atMs, changes });
    const fields = storedState({ changeSeq: seq });
    if (guard.path === ref.path) return fields;
    batch.update(ref, fields, { lastUpdateTime });
    return {};
  };
}
