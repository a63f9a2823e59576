import { afterRollback, isRollingOut } from "./query-version.ts";
import {
  type CalendarStatus,
  type Lease,
  type Phase,
  shownPhase,
  type SyncState,
} from "../model/sync-state.ts";
import type { SyncSettings } from "../ports/sync.port.ts";

/*
 * The protocol, without I/O (docs/architecture.md, "The path of one change"). It keeps two invariants.
 *
 * A notification reads `epoch` = N and makes sure that a task for N is stored. A pass closes the current epoch before
 * it lists. So a pass that closes N lists after every notification that read N. `coveredEpoch` becomes N only in the
 * commit that stores the listed changes. Therefore coveredEpoch >= N means that the change is in Firestore.
 *
 * Only the holder of the lease commits, and each of its commits fails if another delivery changed the document since.
 * The fence alone keeps writers apart; the lease only saves work. Taking a lease over too early is therefore harmless.
 *
 * The invariants between code of different versions are in query-version.ts.
 */

/** A lease is longer than the longest pause between two commits: two time-outs of Google's list call, and a margin. */
export const leaseMs = 120_000;

/** The longest delay before Google is called again after failures, before jitter. */
export const maxBackOffMs = 10 * 60_000;
/** Google recommends varying the time of periodic calls by 25 % (guides/quota). */
export const jitter = 0.25;

/**
 * Without changes, `lastSyncedAt` is refreshed this often: each refresh is a write and an update for every listener.
 */
const refreshShownAfterMs = 60 * 60_000;
/** With changes, `lastSyncedAt` is refreshed this often. In a busy calendar each edit would otherwise cause a write. */
const refreshChangedAfterMs = 60_000;

/** One delivery of one task. */
export interface Delivery {
  readonly taskId: string;
  readonly attempt: number;
  readonly holder: string;
  /** The epoch that must be covered. */
  readonly epoch: number;
  /** Set on follow-up tasks: the end of the lease that they wait for, in epoch ms. */
  readonly waitsForMs?: number;
  /** A user waits for the result, so the back-off after failures is skipped. */
  readonly userWaits: boolean;
}

export type BeginDecision =
  /** The calendar is switched off. Switching it on queues a pull. */
  | { readonly kind: "inactive" }
  /** Another delivery has stored every change that this task is for. */
  | { readonly kind: "covered" }
  /**
   * The last pass began less than the minimum interval ago. Waiting makes a burst of changes cost one pull per
   * interval.
   */
  | { readonly kind: "pause"; readonly ms: number }
  /** The back-off after a failure has not ended: hand the task back to the queue without a call to Google. */
  | { readonly kind: "backOff" }
  /** Newer code that is being rolled out has written the calendar: hand the task back, so that newer code takes it. */
  | { readonly kind: "newerCode" }
  /** The queue delivered a follow-up task too early: hand it back. */
  | { readonly kind: "tooEarly" }
  /** Another delivery holds the lease: record the epoch as pending, and queue a task for the end of that lease. */
  | { readonly kind: "yield"; readonly pendingEpoch: number; readonly followUpAtMs: number }
  /** Take the lease and close the epoch. */
  | {
      readonly kind: "take";
      readonly closes: number;
      readonly lease: Lease;
      readonly versions: ReturnType<typeof afterRollback>;
    };

/** Decides what a delivered task does first. */
export function decideBegin(
  state: SyncState,
  delivery: Delivery,
  nowMs: number,
  { minIntervalMs, queryVersion }: Pick<SyncSettings, "minIntervalMs" | "queryVersion">,
): BeginDecision {
  if (!state.active) return { kind: "inactive" };
  if (delivery.epoch <= state.coveredEpoch) return { kind: "covered" };
  if (isRollingOut(state, queryVersion, nowMs)) return { kind: "newerCode" };
  const lease = state.lease;
  if (isHeldByAnother(lease, delivery, nowMs)) {
    // In production the queue delivers a follow-up task only at its time. This is for queues that ignore delays.
    if (nowMs < (delivery.waitsForMs ?? 0)) return { kind: "tooEarly" };
    return {
      kind: "yield",
      pendingEpoch: Math.max(state.pendingEpoch, delivery.epoch),
      followUpAtMs: lease.expiresAt,
    };
  }
  const waitsMs = (state.failure?.retryAt ?? 0) - nowMs;
  // If the clock was set back, the sync must not stop. The same holds for the interval below.
  if (waitsMs > 0 && waitsMs <= maxBackOffMs * (1 + jitter) && !delivery.userWaits)
    return { kind: "backOff" };
  const sinceLastMs = nowMs - (state.pulledAt ?? 0);
  if (sinceLastMs >= 0 && sinceLastMs < minIntervalMs) {
    return { kind: "pause", ms: minIntervalMs - sinceLastMs };
  }
  const { holder, taskId, attempt } = delivery;
  return {
    kind: "take",
    // A task's epoch exceeds the state's only if the state was reset. The pass then covers the task's epoch too.
    closes: Math.max(state.epoch, delivery.epoch),
    lease: { holder, taskId, attempt, expiresAt: nowMs + leaseMs },
    versions: afterRollback(state, queryVersion),
  };
}

/**
 * True while another delivery holds the lease. The queue delivers a task again only after the previous delivery has
 * failed, so the lease of an earlier attempt of the same task does not count. This delivery's own lease does not count
 * either: if the Firestore client repeats a commit that has succeeded, the repetition reports a conflict although the
 * lease is taken.
 */
export function isHeldByAnother(
  lease: Lease | null,
  { holder, taskId, attempt }: Pick<Delivery, "holder" | "taskId" | "attempt">,
  nowMs: number,
): lease is Lease {
  if (lease === null || lease.expiresAt <= nowMs || lease.holder === holder) return false;
  return lease.taskId !== taskId || attempt <= lease.attempt;
}

/**
 * The task for a notification. Cloud Tasks stores only the first task of a name, so a burst of notifications leads to
 * one task.
 */
export interface WantedTask {
  readonly id: string;
  readonly epoch: number;
  readonly notBeforeMs?: number;
}

const slotMs = 10 * 60_000;

/**
 * Names the task `<calendarKey>-<epoch>-<slot>`: one task for all notifications of an epoch within ten minutes. If a
 * task failed in all its attempts, its name stays taken; the slot limits the time for which that prevents a new task.
 */
export function taskForNotification(
  calendarKey: string,
  state: Pick<SyncState, "epoch" | "pulledAt">,
  nowMs: number,
  minIntervalMs: number,
): WantedTask {
  const earliestMs = (state.pulledAt ?? 0) + minIntervalMs;
  return {
    id: `${calendarKey}-${state.epoch}-${Math.floor(nowMs / slotMs)}`,
    epoch: state.epoch,
    ...(earliestMs > nowMs && { notBeforeMs: Math.min(earliestMs, nowMs + minIntervalMs) }),
  };
}

/** The copy of a shown status that the sync state keeps. */
export function noteOfStatus(
  { phase, unreadable }: CalendarStatus,
  atMs: number,
): NonNullable<SyncState["shown"]> {
  const note = phase === "busyOnly" ? ({ phase: "live", busyOnly: true } as const) : { phase };
  return { ...note, at: atMs, ...(unreadable !== undefined && unreadable > 0 && { unreadable }) };
}

/** Shown to the user together with `polling`. */
export const addressRefusedMessage =
  "Google does not yet accept the address at which this app hears of changes. They arrive every few hours.";

/** True if the pass reads events that ended before the stored window. */
export function enlargesWindow(
  { windowStart }: Pick<SyncState, "windowStart">,
  windowStartMs: number,
): boolean {
  return windowStart !== null && windowStartMs < windowStart;
}

/**
 * The status for the user's calendar document during a pass, to which the number of listed items is added; undefined if
 * the document stays as it is. While a larger window is read, the phase stays: the smaller window is complete and
 * current, so the calendar is not being imported for the user.
 */
export function statusDuringPass(state: SyncState, windowStartMs: number): CalendarStatus | undefined {
  const phase = shownPhase(state) ?? "importing";
  if (phase === "importing") return { phase };
  if (!enlargesWindow(state, windowStartMs) || phase === "error" || phase === "unavailable") return undefined;
  const { unreadable } = state.shown ?? {};
  return {
    phase,
    ...(state.addressRefused === true && { message: addressRefusedMessage }),
    ...(unreadable !== undefined && { unreadable }),
  };
}

/**
 * The status for the user's calendar document after a complete pass; undefined if the document is up to date, or its
 * refresh is not due.
 */
export function statusAfterPass(
  state: SyncState,
  {
    changed,
    unreadable,
    busyOnly = false,
    enlarged = false,
  }: {
    readonly changed: boolean;
    readonly unreadable: number;
    readonly busyOnly?: boolean;
    /** The document may show the progress of the pass. */
    readonly enlarged?: boolean;
  },
  nowMs: number,
): CalendarStatus | undefined {
  const refused = state.addressRefused === true;
  const pushed = state.pushUnsupported || refused ? "polling" : "live";
  const phase: Phase = busyOnly ? "busyOnly" : pushed;
  const shown = state.shown;
  const refreshAfterMs = changed ? refreshChangedAfterMs : refreshShownAfterMs;
  // `shown` has another `phase` if the document explains that Google does not list the busy times.
  const note = noteOfStatus({ phase }, nowMs);
  const saysSo =
    shown?.phase === note.phase && shown.busyOnly === note.busyOnly && (shown.unreadable ?? 0) === unreadable;
  if (saysSo && !enlarged && nowMs - shown.at < refreshAfterMs) return undefined;
  return {
    phase,
    ...(refused && { message: addressRefusedMessage }),
    syncedAtMs: nowMs,
    ...(changed && { changedAtMs: nowMs }),
    ...(unreadable > 0 && { unreadable }),
  };
}
