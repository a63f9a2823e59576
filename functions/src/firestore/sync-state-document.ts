import { Timestamp, type DocumentData } from "firebase-admin/firestore";
import type { SyncState } from "../model/sync-state.ts";
import { syncStateDocument, type SyncStateDocument } from "./documents.ts";

const toTimestamp = (ms: number): Timestamp => Timestamp.fromMillis(ms);
const orNull = (ms: number | null): Timestamp | null => (ms === null ? null : toTimestamp(ms));

/** Reads `syncStates/{calendarKey}`. Throws a ZodError naming the field when the document is not what it should be. */
export function stateFromDocument(data: DocumentData | undefined): SyncState {
  const {
    windowStart,
    horizon,
    horizonPendingFrom,
    pulledAt,
    fullSyncedAt,
    lease,
    failure,
    shown,
    progress,
    lastRun,
    inactiveReason,
    // Of no concern to a sync: they are the clean-up's and the list's.
    unwantedSince: _unwantedSince,
    enabled: _enabled,
    listed: _listed,
    ...rest
  } = syncStateDocument.parse(data);
  return {
    ...rest,
    windowStartMs: windowStart?.toMillis() ?? null,
    horizonMs: horizon?.toMillis() ?? null,
    horizonPendingFromMs: horizonPendingFrom?.toMillis() ?? null,
    pulledAtMs: pulledAt?.toMillis() ?? null,
    fullSyncedAtMs: fullSyncedAt?.toMillis() ?? null,
    lease: lease && { ...without(lease, "expiresAt"), expiresAtMs: lease.expiresAt.toMillis() },
    failure: failure && {
      reason: failure.reason,
      count: failure.count,
      sinceMs: failure.since.toMillis(),
      retryAtMs: failure.retryAt.toMillis(),
      ...(failure.badRequests !== undefined && { badRequests: failure.badRequests }),
      ...(failure.fullTriedAt !== undefined && { fullTriedAtMs: failure.fullTriedAt.toMillis() }),
    },
    shown: shown && { ...without(shown, "at"), atMs: shown.at.toMillis() },
    progress: progress && {
      ...without(progress, "windowStart"),
      windowStartMs: progress.windowStart.toMillis(),
    },
    lastRun: lastRun && {
      cause: lastRun.cause,
      startedAtMs: lastRun.startedAt.toMillis(),
      finishedAtMs: lastRun.finishedAt.toMillis(),
    },
    ...(inactiveReason !== undefined && { inactiveReason }),
  };
}

/** Only the fields of the patch; null stays null. */
export function statePatchToDocument(patch: Partial<SyncState>): Partial<SyncStateDocument> {
  const {
    windowStartMs,
    horizonMs,
    horizonPendingFromMs,
    pulledAtMs,
    fullSyncedAtMs,
    unreadable,
    lease,
    failure,
    shown,
    progress,
    lastRun,
    ...rest
  } = patch;
  return {
    ...rest,
    ...(windowStartMs !== undefined && { windowStart: orNull(windowStartMs) }),
    ...(horizonMs !== undefined && { horizon: orNull(horizonMs) }),
    ...(horizonPendingFromMs !== undefined && { horizonPendingFrom: orNull(horizonPendingFromMs) }),
    ...(pulledAtMs !== undefined && { pulledAt: orNull(pulledAtMs) }),
    ...(fullSyncedAtMs !== undefined && { fullSyncedAt: orNull(fullSyncedAtMs) }),
    ...(unreadable !== undefined && { unreadable: [...unreadable] }),
    ...(lease !== undefined && {
      lease: lease && { ...without(lease, "expiresAtMs"), expiresAt: toTimestamp(lease.expiresAtMs) },
    }),
    ...(failure !== undefined && {
      failure: failure && {
        reason: failure.reason,
        count: failure.count,
        since: toTimestamp(failure.sinceMs),
        retryAt: toTimestamp(failure.retryAtMs),
        ...(failure.badRequests !== undefined && { badRequests: failure.badRequests }),
        ...(failure.fullTriedAtMs !== undefined && { fullTriedAt: toTimestamp(failure.fullTriedAtMs) }),
      },
    }),
    ...(shown !== undefined && {
      shown: shown && {
        phase: shown.phase,
        at: toTimestamp(shown.atMs),
        ...(shown.unreadable !== undefined && { unreadable: shown.unreadable }),
      },
    }),
    ...(progress !== undefined && {
      progress: progress && {
        ...without(progress, "windowStartMs"),
        windowStart: toTimestamp(progress.windowStartMs),
      },
    }),
    ...(lastRun !== undefined && {
      lastRun: lastRun && {
        cause: lastRun.cause,
        startedAt: toTimestamp(lastRun.startedAtMs),
        finishedAt: toTimestamp(lastRun.finishedAtMs),
      },
    }),
  };
}

function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _dropped, ...rest } = object;
  return rest;
}
