import type { Lease, Phase, CalendarStatus, SyncState } from "../model/sync-state.ts";

/*
 * The protocol, without any I/O (docs/architecture.md, "The path of one change"). The invariants that it keeps:
 *
 * A notification reads `epoch` = N and makes sure that a task for N is stored. A pass closes the current epoch before
 * it lists, so a pass that closes N lists after every notification that read N. `coveredEpoch` becomes N only with
 * the commit that stores what was listed. Hence: coveredEpoch >= N means that the change is in Firestore.
 *
 * Only the holder of the lease commits, and each of its commits fails if the document changed hands in between. The
 * lease therefore saves work; the fence alone keeps writers apart, and taking over a lease too early is harmless.
 */

/** A lease outlives the longest pause between two commits: two time-outs of Google's list call, and a margin. */
export const leaseMs = 120_000;

/** Calls after failures never wait longer. */
export const maxBackOffMs = 10 * 60_000;
/** Google asks for periodic work to vary by a quarter (guides/quota). */
export const jitter = 0.25;

/** `lastSyncedAt` may be this much behind while nothing changes: each refresh is a write, and wakes a listener. */
const refreshShownAfterMs = 60 * 60_000;
/** And this much while something does: in a busy calendar it would be a write for every edit. */
const refreshChangedAfterMs = 60_000;

/** One delivery of one task. */
export interface Delivery {
  readonly taskId: string;
  readonly attempt: number;
  readonly holder: string;
  /** The epoch that must be covered. */
  readonly epoch: number;
  /** Set on waiters: the end of the lease that they wait for. */
  readonly waitsForMs?: number;
  /** Somebody is looking: no back-off. */
  readonly userWaits: boolean;
}

export type BeginDecision =
  /** The calendar is switched off; whoever switches it on queues a pull. */
  | { readonly kind: "inactive" }
  /** Somebody else has stored everything that this task is for. */
  | { readonly kind: "covered" }
  /** The last pass began just now: wait, so that a storm costs one pull per interval. */
  | { readonly kind: "pause"; readonly ms: number }
  /** Google failed just now for this calendar: hand the task back to the queue without asking again. */
  | { readonly kind: "backOff" }
  /** A waiter that the queue delivered before its time: hand it back to the queue. */
  | { readonly kind: "tooEarly" }
  /** Another delivery is at work: note the epoch, leave a task for the moment its lease ends. */
  | { readonly kind: "yield"; readonly pendingEpoch: number; readonly waiterAtMs: number }
  /** Take the lease and close the epoch. */
  | { readonly kind: "take"; readonly closes: number; readonly lease: Lease };

/** What a delivered task does first. */
export function decideBegin(
  state: SyncState,
  delivery: Delivery,
  nowMs: number,
  minIntervalMs: number,
): BeginDecision {
  if (!state.active) return { kind: "inactive" };
  if (delivery.epoch <= state.coveredEpoch) return { kind: "covered" };
  const lease = state.lease;
  if (isHeldByAnother(lease, delivery, nowMs)) {
    // In production the queue holds a waiter back until its time, so this is for queues that ignore delays.
    if (nowMs < (delivery.waitsForMs ?? 0)) return { kind: "tooEarly" };
    return {
      kind: "yield",
      pendingEpoch: Math.max(state.pendingEpoch, delivery.epoch),
      waiterAtMs: lease.expiresAt,
    };
  }
  const waitsMs = (state.failure?.retryAt ?? 0) - nowMs;
  // A clock that jumped back must not stop the sync, here and below.
  if (waitsMs > 0 && waitsMs <= maxBackOffMs * (1 + jitter) && !delivery.userWaits)
    return { kind: "backOff" };
  const sinceLastMs = nowMs - (state.pulledAt ?? 0);
  if (sinceLastMs >= 0 && sinceLastMs < minIntervalMs) {
    return { kind: "pause", ms: minIntervalMs - sinceLastMs };
  }
  const { holder, taskId, attempt } = delivery;
  return {
    kind: "take",
    // A task can only ask for more than the state has reached if the state was set back: it is covered all the same.
    closes: Math.max(state.epoch, delivery.epoch),
    lease: { holder, taskId, attempt, expiresAt: nowMs + leaseMs },
  };
}

/**
 * True while another delivery is at work. The queue delivers a task again when its last delivery has failed: that one's
 * lease needs no respect. The lease may even be this delivery's own, when a commit was repeated below us and the
 * repetition was told of a conflict.
 */
export function isHeldByAnother(
  lease: Lease | null,
  { holder, taskId, attempt }: Pick<Delivery, "holder" | "taskId" | "attempt">,
  nowMs: number,
): lease is Lease {
  if (lease === null || lease.expiresAt <= nowMs || lease.holder === holder) return false;
  return lease.taskId !== taskId || attempt <= lease.attempt;
}

/** The task that a notification asks for; the name makes Cloud Tasks drop all but the first of a burst. */
export interface WantedTask {
  readonly id: string;
  readonly epoch: number;
  readonly notBeforeMs?: number;
}

const slotMs = 10 * 60_000;

/**
 * `<calendarKey>-<epoch>-<slot>`: one task for all notifications of an epoch. The ten-minute slot bounds how long the
 * name of a task that was lost for good (all attempts used up) can stand in the way of a new one.
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

/** What the sync state keeps of what it has shown. */
export function noteOfStatus(
  { phase, unreadable }: CalendarStatus,
  atMs: number,
): NonNullable<SyncState["shown"]> {
  return { phase, at: atMs, ...(unreadable !== undefined && unreadable > 0 && { unreadable }) };
}

/** For people, beside `polling`. */
export const addressRefusedMessage =
  "Google does not yet accept the address at which this app hears of changes. They arrive every few hours.";

/** What the user's calendar document should say after a complete pass; undefined when it is not worth a write. */
export function statusAfterPass(
  state: SyncState,
  { changed, unreadable }: { readonly changed: boolean; readonly unreadable: number },
  nowMs: number,
): CalendarStatus | undefined {
  const refused = state.addressRefused === true;
  const phase: Phase = state.pushUnsupported || refused ? "polling" : "live";
  const shown = state.shown;
  const refreshAfterMs = changed ? refreshChangedAfterMs : refreshShownAfterMs;
  const saysSo = shown?.phase === phase && (shown.unreadable ?? 0) === unreadable;
  if (saysSo && nowMs - shown.at < refreshAfterMs) return undefined;
  return {
    phase,
    ...(refused && { message: addressRefusedMessage }),
    syncedAtMs: nowMs,
    ...(changed && { changedAtMs: nowMs }),
    ...(unreadable > 0 && { unreadable }),
  };
}
