import type { Batch, StoredState, SyncPorts, Version } from "../ports/sync.port.ts";
import { feedEntry, lookUpUnknown } from "./change-feed.ts";
import { leaseMs } from "./protocol.ts";
import type { SyncState } from "../model/sync-state.ts";
import type { SyncMetrics } from "./sync-metrics.ts";

/**
 * A task that notes `pendingEpoch` changes the state's version, so a commit can fail although the lease is kept. More
 * such conflicts in a row than this are a bug.
 */
const maxConflicts = 50;

/** After this time the lease is renewed. The rest of the lease still covers two time-outs of Google's list call. */
const renewAfterMs = 30_000;

/** Builds the batch from the current state. Called again after a conflict, because `pendingEpoch` may have changed. */
export type PrepareBatch = (state: SyncState) => Batch;

/**
 * Writes for the holder of the lease. Every commit carries the version of the state that the holder last read or wrote,
 * so a worker that lost its lease cannot write, no matter how late it continues. Every commit renews the lease.
 */
export interface FencedWriter {
  /** The state as last read or written. */
  state(): SyncState;
  /**
   * `lost`: another delivery holds the lease, or the calendar was switched off or deleted. Nothing was written; stop.
   */
  commit(prepare: PrepareBatch): Promise<"committed" | "lost">;
  readonly calendarKey: string;
  readonly holder: string;
  /** True if a commit failed because the state does not exist any more. */
  isGone(): boolean;
  /** Renews the lease if the last commit is older than 30 s, so that a long pass without writes keeps its lease. */
  renew(): Promise<"fresh" | "committed" | "lost">;
  /** The last commit of a holder. Unlike `commit`, it is also allowed after the calendar was switched off. */
  release(prepare: PrepareBatch): Promise<"committed" | "lost">;
}

/** @param run counts what the change feed costs */
export function createFencedWriter(
  { store, clock, settings }: Pick<SyncPorts, "store" | "clock" | "settings">,
  calendarKey: string,
  holder: string,
  taken: StoredState,
  run?: SyncMetrics,
): FencedWriter {
  let { state, version }: { state: SyncState; version: Version } = taken;
  let gone = false;

  const entryFor = async (writes: Batch["events"]) => {
    const { found, reads } = await lookUpUnknown(store, state.uid, calendarKey, writes);
    run?.count("reads", reads);
    return feedEntry(writes, found, state, clock.now());
  };

  const write = async (prepare: PrepareBatch, evenIfInactive: boolean): Promise<"committed" | "lost"> => {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const lease = state.lease;
      if (lease?.holder !== holder || !(state.active || evenIfInactive)) return "lost";
      const prepared = prepare(state);
      const feed = settings.changeFeed ? await entryFor(prepared.events) : undefined;
      const patch = {
        lease: { ...lease, expiresAt: clock.now() + leaseMs },
        ...(feed && { changeSeq: feed.seq }),
        ...prepared.state,
      };
      const batch = { ...prepared, state: patch, ...(feed && { feed }) };
      const outcome = await store.commit(calendarKey, state.uid, batch, version);
      if (outcome.kind === "gone") {
        gone = true;
        return "lost";
      }
      if (outcome.kind === "committed") {
        if (feed !== undefined) run?.count("writes");
        state = { ...state, ...patch };
        version = outcome.version;
        return "committed";
      }
      // The version changed through a note or through another holder. The document shows which.
      const now = await store.read(calendarKey);
      if (now === undefined) return "lost";
      ({ state, version } = now);
    }
    throw new Error(`${maxConflicts} conflicts in a row on the state of ${calendarKey}`);
  };

  return {
    calendarKey,
    holder,
    state: () => state,
    isGone: () => gone,
    renew: async () => {
      const leftMs = (state.lease?.expiresAt ?? 0) - clock.now();
      return leftMs > leaseMs - renewAfterMs
        ? "fresh"
        : await write(() => ({ events: [], state: {} }), false);
    },
    commit: prepare => write(prepare, false),
    release: prepare => write(prepare, true),
  };
}
