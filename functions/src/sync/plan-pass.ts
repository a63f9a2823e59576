import { createHash } from "node:crypto";
import { queryVersion, type Checkpoint, type SyncState } from "../model/sync-state.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** No guess about Google may be permanent: everything is listed again every 27 to 33 days. */
const relistAfterMs = 27 * dayMs;
const relistSpreadMs = 6 * dayMs;

/** One pass over a calendar: a pull, or a full sync. */
export interface Pass {
  readonly mode: "pull" | "full";
  readonly query: { readonly syncToken: string } | { readonly timeMinMs: number };
  /** Events that end at or before it are outside. */
  readonly windowStartMs: number;
  /** Series are expanded up to here. */
  readonly horizonMs: number;
  /** The epoch that this pass will have covered at its end. */
  readonly closes: number;
  /** The mapping of events has changed: what is stored must be written anew, even if Google's etag is the same. */
  readonly rewrite: boolean;
  /** Where an earlier task left off. */
  readonly resumed: Checkpoint | undefined;
}

/** Why a pass may have to be a full sync, beside what the state says. */
export interface PassReasons {
  /** Nothing else helps. */
  readonly forceFull: boolean;
  /** Of a calendar that nobody waits for: a full sync that is due may be done now. */
  readonly mayRelist: boolean;
}

/** Decides between pull and full sync, and whether an interrupted pass goes on. */
export function planPass(
  state: SyncState,
  closes: number,
  nowMs: number,
  settings: { readonly pastWindowMs: number; readonly horizonMs: number },
  { forceFull, mayRelist }: PassReasons,
): Pass {
  const { syncToken, windowStart: windowStartMs, progress, horizon: horizonMs } = state;
  const rewrite = state.queryVersion !== queryVersion;
  const left = progress?.queryVersion === queryVersion ? progress : null;
  const wanted =
    forceFull ||
    rewrite ||
    state.resyncEpoch > state.coveredEpoch ||
    left?.mode === "full" ||
    (mayRelist && isRelistDue(state, nowMs));
  const earliestMs = nowMs - settings.pastWindowMs;
  // The window stands still while the clock goes on. A start that is still ahead means that the setting has grown.
  const isWindowLarger = windowStartMs !== null && windowStartMs - earliestMs > hourMs;
  if (wanted || syncToken === null || windowStartMs === null || horizonMs === null || isWindowLarger) {
    const resumed = !forceFull && left?.mode === "full" ? left : undefined;
    const timeMinMs = resumed?.windowStart ?? Math.min(windowStartMs ?? earliestMs, earliestMs);
    return {
      mode: "full",
      query: { timeMinMs },
      windowStartMs: timeMinMs,
      horizonMs: Math.max(horizonMs ?? 0, nowMs + settings.horizonMs),
      closes: resumed?.closes ?? closes,
      rewrite,
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
    rewrite,
    resumed,
  };
}

/** The same moment within the month for a calendar, so that calendars that were connected together part ways. */
function isRelistDue(
  { fullSyncedAt: fullSyncedAtMs, calendarId, accountId }: SyncState,
  nowMs: number,
): boolean {
  return (
    fullSyncedAtMs !== null &&
    nowMs - fullSyncedAtMs >= relistAfterMs + spreadOf(`${accountId} ${calendarId}`, relistSpreadMs)
  );
}

/** What stands for the last full sync of a calendar whose state does not say: some time within the last month. */
export function assumedFullSync({ calendarId, accountId }: SyncState, nowMs: number): number {
  return nowMs - spreadOf(`${accountId} ${calendarId}`, relistAfterMs);
}

function spreadOf(name: string, spreadMs: number): number {
  return createHash("sha256").update(name).digest().readUIntBE(0, 6) % spreadMs;
}
