import { queryVersion, type Progress, type SyncState } from "./sync-state.ts";

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
  readonly resumed: Progress | undefined;
}

/** Decides between pull and full sync, and whether an interrupted pass goes on. */
export function planPass(
  state: SyncState,
  closes: number,
  nowMs: number,
  settings: { readonly pastWindowMs: number; readonly horizonMs: number },
  forceFull: boolean,
): Pass {
  const { syncToken, windowStartMs, progress, horizonMs } = state;
  const rewrite = state.queryVersion !== queryVersion;
  const left = progress?.queryVersion === queryVersion ? progress : null;
  const wanted = forceFull || rewrite || state.resyncEpoch > state.coveredEpoch || left?.mode === "full";
  if (wanted || syncToken === null || windowStartMs === null || horizonMs === null) {
    const resumed = !forceFull && left?.mode === "full" ? left : undefined;
    const timeMinMs = resumed?.windowStartMs ?? nowMs - settings.pastWindowMs;
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
