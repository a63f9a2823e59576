import { staleAfterMs } from "@firestore-calendar-sync/client";
import type { SyncState } from "../model/sync-state.ts";

/**
 * A user may ask for one full sync of a calendar in this time. It reads every stored event (10,000 events cost about
 * 10,000 reads), and the limit of calls per user would let a client ask for one each second.
 */
const fullSyncIntervalMs = 60 * 60_000;

/**
 * How long the user must wait before asking for a full sync of this calendar, or for a larger window, in ms; 0: not at
 * all. Only the server's own record counts, and only what a user asked for.
 */
export function fullSyncWaitMs(
  { fullDemandedAt, resyncEpoch, epoch }: Pick<SyncState, "fullDemandedAt" | "resyncEpoch" | "epoch">,
  nowMs: number,
): number {
  // The full sync that was asked for has not begun (its task may not have been stored), so this is the same request.
  if (resyncEpoch === epoch) return 0;
  // If the clock was set back, nobody must wait for longer.
  if (fullDemandedAt === undefined || fullDemandedAt > nowMs) return 0;
  return Math.max(0, fullDemandedAt + fullSyncIntervalMs - nowMs);
}

/**
 * True if a sync that a client asks for without a user's wish (`ifStale`) has work to do. Only the server's own record
 * counts. Each pass begins the ten minutes again, even one that fails, so clients cannot cause more calls than one in
 * ten minutes.
 */
export function isStale(
  { active, pulledAt }: Pick<SyncState, "active" | "pulledAt">,
  nowMs: number,
): boolean {
  if (!active) return false;
  // If the clock was set back, nobody must wait for longer.
  return pulledAt === null || pulledAt > nowMs || nowMs - pulledAt >= staleAfterMs;
}
