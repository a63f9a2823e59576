import type { Checkpoint, SyncState } from "../model/sync-state.ts";
import type { SyncSettings } from "../ports/sync.port.ts";
import { futureMsOf, lacksPast, pastMsOf } from "../model/calendar-window.ts";
import { spreadOf } from "../model/spread.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/**
 * A wrong assumption about Google must not have a permanent effect, so every calendar is listed again every 27 to 33
 * days.
 */
const relistAfterMs = 27 * dayMs;
const relistSpreadMs = 6 * dayMs;
/**
 * So much later any pass is a full sync, not only a backup: in a calendar that changes day and night, no backup may
 * ever be due.
 */
const relistByAnyPassMs = 3 * dayMs;

/** One pass over a calendar: a pull, or a full sync. */
export interface Pass {
  readonly mode: "pull" | "full";
  readonly query: { readonly syncToken: string } | { readonly timeMinMs: number };
  /** Events that end at or before it are outside the window. Epoch ms. */
  readonly windowStartMs: number;
  /** Series are expanded up to this time, in epoch ms. */
  readonly horizonMs: number;
  /** The epoch that this pass closes when it begins, and covers when it is complete. */
  readonly closes: number;
  /**
   * True in a full sync if the mapping of events, or what the user may see of them, may have changed: whole documents
   * are compared, and an event is written if its document differs, even if Google's etag is the same.
   */
  readonly rewrite: boolean;
  /** The checkpoint of an earlier task, if this pass continues one. */
  readonly resumed: Checkpoint | undefined;
}

/** Reasons for a full sync that are not in the state. */
export interface PassReasons {
  /**
   * Only a full sync helps: the pass before ended with `needsFullSync`, or Google is suspected of refusing the sync
   * token.
   */
  readonly forceFull: boolean;
  /** True for a backup pass: no user waits for it, so a monthly full sync is done as soon as it is due. */
  readonly mayRelist: boolean;
  /** True for an upgrade pass: a calendar of another version is listed again now. */
  readonly mayUpgrade: boolean;
}

/** Decides between a pull and a full sync, and whether the pass continues an interrupted one. */
export function planPass(
  state: SyncState,
  closes: number,
  nowMs: number,
  settings: Pick<SyncSettings, "pastWindowMs" | "horizonMs" | "queryVersion">,
  { forceFull, mayRelist, mayUpgrade }: PassReasons,
): Pass {
  const { syncToken, windowStart: windowStartMs, progress, horizon: horizonMs, detailsMixed = false } = state;
  // A higher version is that of code that was rolled back; taking the lease lowers it.
  const isOtherMapping = state.queryVersion !== settings.queryVersion;
  const left = progress?.queryVersion === settings.queryVersion ? progress : null;
  const wanted =
    forceFull ||
    (mayUpgrade && isOtherMapping) ||
    detailsMixed ||
    state.resyncEpoch > state.coveredEpoch ||
    left?.mode === "full" ||
    isRelistDue(state, mayRelist ? nowMs : nowMs - relistByAnyPassMs);
  const isWindowLarger = lacksPast(state, settings, nowMs);
  if (wanted || syncToken === null || windowStartMs === null || horizonMs === null || isWindowLarger) {
    const resumed = !forceFull && left?.mode === "full" ? left : undefined;
    const planned = windowOfFullSync(state, settings, nowMs);
    const timeMinMs = resumed?.windowStart ?? planned.startMs;
    return {
      mode: "full",
      query: { timeMinMs },
      windowStartMs: timeMinMs,
      horizonMs: planned.horizonMs,
      closes: resumed?.closes ?? closes,
      rewrite: isOtherMapping || detailsMixed,
      resumed,
    };
  }
  const resumed = left ?? undefined;
  return {
    mode: "pull",
    query: { syncToken },
    windowStartMs,
    horizonMs,
    closes: resumed?.closes ?? closes,
    rewrite: false,
    resumed,
  };
}

/**
 * A full sync may enlarge the window, but not reduce it: its sweep would delete events that the stored window still
 * contains, and if the worker crashed then, they would be missing in it. Retention and `extendHorizon` reduce it.
 * Before the first full sync is complete the stored window contains nothing yet, so a chosen window is used at once.
 */
function windowOfFullSync(
  state: SyncState,
  settings: Pick<SyncSettings, "pastWindowMs" | "horizonMs">,
  nowMs: number,
): { readonly startMs: number; readonly horizonMs: number } {
  const { syncToken, window, windowStart: windowStartMs, horizon: storedHorizonMs } = state;
  const earliestMs = nowMs - pastMsOf(state, settings);
  const latestMs = nowMs + futureMsOf(state, settings);
  if (syncToken === null && window !== undefined) return { startMs: earliestMs, horizonMs: latestMs };
  return {
    startMs: Math.min(windowStartMs ?? earliestMs, earliestMs),
    horizonMs: Math.max(storedHorizonMs ?? 0, latestMs),
  };
}

/**
 * The state to store before a full sync that expands series beyond the stored horizon, as `extendHorizon` does: if the
 * worker dies, the occurrences between the two horizons are known to be stored in part. Only where a window was chosen,
 * because the user may then choose a smaller one, so that the full sync is not repeated. Otherwise the reason for it
 * stays until it is complete.
 */
export function horizonDuringPass(
  { window, horizon: horizonMs, horizonPendingFrom: pendingMs }: SyncState,
  pass: Pass,
): Pick<SyncState, "horizon" | "horizonPendingFrom"> | undefined {
  if (window === undefined || horizonMs === null || pass.mode !== "full" || pass.horizonMs <= horizonMs)
    return undefined;
  return { horizon: pass.horizonMs, horizonPendingFrom: Math.min(pendingMs ?? horizonMs, horizonMs) };
}

/**
 * The delay is a hash of the calendar, so that calendars that were connected together are listed again at different
 * times.
 */
function isRelistDue(
  { fullSyncedAt: fullSyncedAtMs, calendarId, accountId }: SyncState,
  nowMs: number,
): boolean {
  return (
    fullSyncedAtMs !== null &&
    nowMs - fullSyncedAtMs >= relistAfterMs + spreadOf(`${accountId} ${calendarId}`, relistSpreadMs)
  );
}

/**
 * A substitute for a missing `fullSyncedAtMs`: a time within the last 27 days, from a hash of the calendar. Epoch ms.
 */
export function assumedFullSync({ calendarId, accountId }: SyncState, nowMs: number): number {
  return nowMs - spreadOf(`${accountId} ${calendarId}`, relistAfterMs);
}
