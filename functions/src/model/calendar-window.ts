import type { SyncState } from "./sync-state.ts";

/*
 * The window of a calendar: which of its events are stored (docs/architecture.md, "A window for each calendar"). The
 * state has what is stored now (`windowStart`, `horizon`) and what the user has chosen (`window`). Whoever finds that
 * they differ brings the one to the other, so a lost task costs time only.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A shorter move of the window's start does not justify taking the lease. */
const worthwhileStartMs = dayMs;
/** A shorter move of the horizon does not justify taking the lease. */
const worthwhileHorizonMs = 12 * hourMs;

/** The deployment's params. */
export interface WindowDefaults {
  /** How far before now the first full sync of a calendar begins, in ms. */
  readonly pastWindowMs: number;
  /** Events that ended longer ago than this are deleted, in ms; at least `pastWindowMs`. */
  readonly retentionMs: number;
  /** How far after now series are expanded, in ms. */
  readonly horizonMs: number;
}

type Chosen = Pick<SyncState, "window">;

/**
 * How far back the calendar has to reach at least, in ms. If the user has chosen it, it is also how long events are
 * kept after their end: the user's choice goes before `RETENTION_DAYS`.
 */
export function pastMsOf({ window }: Chosen, { pastWindowMs }: Pick<WindowDefaults, "pastWindowMs">): number {
  return window?.pastDays === undefined ? pastWindowMs : window.pastDays * dayMs;
}

/** How far ahead series are expanded, in ms. */
export function futureMsOf({ window }: Chosen, { horizonMs }: Pick<WindowDefaults, "horizonMs">): number {
  return window?.futureDays === undefined ? horizonMs : window.futureDays * dayMs;
}

/** True if the stored window begins later than it should: only a full sync brings the events before its start. */
export function lacksPast(
  state: Pick<SyncState, "window" | "windowStart">,
  defaults: Pick<WindowDefaults, "pastWindowMs">,
  nowMs: number,
): boolean {
  // The stored start stays while time passes, so it is later than the wanted one only after a choice.
  const wantedMs = nowMs - pastMsOf(state, defaults);
  return state.windowStart !== null && state.windowStart - wantedMs > hourMs;
}

/**
 * Where the window of a calendar has to begin, in epoch ms: everything that ended before it is to be deleted. Undefined
 * if there is nothing to delete.
 *
 * In a calendar whose window was chosen it may be the stored start: a full sync for a larger window may have been
 * interrupted before the user chose a smaller one, and what it has written before the start has to go.
 */
export function retentionStart(
  state: Pick<SyncState, "window" | "windowStart">,
  defaults: Pick<WindowDefaults, "pastWindowMs" | "retentionMs">,
  nowMs: number,
): number | undefined {
  const { windowStart: windowStartMs, window } = state;
  if (windowStartMs === null) return undefined;
  const startMs = nowMs - (window?.pastDays === undefined ? defaults.retentionMs : window.pastDays * dayMs);
  if (startMs - windowStartMs >= worthwhileStartMs) return startMs;
  return window === undefined || lacksPast(state, defaults, nowMs) ? undefined : windowStartMs;
}

/**
 * The horizon to which a calendar's horizon has to be moved, in epoch ms; undefined if it is near enough.
 *
 * It moves back only in a calendar whose window was chosen: a smaller `HORIZON_DAYS` deletes nothing. In a calendar
 * without a series beyond it, it moves forward only if the user has chosen a future. A full sync would move it within
 * about a month, and a shorter future could end before today until then.
 */
export function horizonTarget(
  state: Pick<SyncState, "window" | "horizon" | "horizonPendingFrom" | "openSeries">,
  defaults: Pick<WindowDefaults, "horizonMs">,
  nowMs: number,
): number | undefined {
  const { horizon: horizonMs, horizonPendingFrom, openSeries, window } = state;
  if (horizonMs === null) return undefined;
  const targetMs = nowMs + futureMsOf(state, defaults);
  if (window !== undefined && horizonMs - targetMs >= worthwhileHorizonMs) return targetMs;
  const isBehind = targetMs - horizonMs >= worthwhileHorizonMs;
  const moves = isBehind && (openSeries || window?.futureDays !== undefined);
  return moves || horizonPendingFrom !== null ? Math.max(targetMs, horizonMs) : undefined;
}
