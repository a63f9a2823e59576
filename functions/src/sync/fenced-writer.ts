import type { Clock } from "../ports/runtime.port.ts";
import type { Batch, StoredState, SyncStore, Version } from "../ports/sync.port.ts";
import { leaseMs } from "./protocol.ts";
import type { SyncState } from "../model/sync-state.ts";

/** Notes of waiting tasks make a commit fail without taking the lease; more of them in a row than this is a bug. */
const maxConflicts = 50;

/** Two time-outs of Google's list call fit into what is left of the lease then. */
const renewAfterMs = 30_000;

/** What a commit writes, given the state as it is now: another task may have left a note in it meanwhile. */
export type PrepareBatch = (state: SyncState) => Batch;

/**
 * The holder's only way to write. Every commit carries the version of the state that the holder knows, so that a
 * worker whose lease went to another cannot write at all, however late it wakes up. Every commit renews the lease.
 */
export interface FencedWriter {
  /** The state as last read or written. */
  state(): SyncState;
  /** `lost`: the lease is somebody else's, or the calendar was switched off or deleted. Nothing was written, stop. */
  commit(prepare: PrepareBatch): Promise<"committed" | "lost">;
  readonly calendarKey: string;
  readonly holder: string;
  /** A commit was refused because the state does not exist any more. */
  isGone(): boolean;
  /** Renews the lease if the last commit is a while ago, so that a long pass without writes keeps it. */
  renew(): Promise<"fresh" | "committed" | "lost">;
  /** The last commit of a holder: also allowed when the calendar was switched off meanwhile. */
  release(prepare: PrepareBatch): Promise<"committed" | "lost">;
}

export function createFencedWriter(
  store: SyncStore,
  clock: Clock,
  calendarKey: string,
  holder: string,
  taken: StoredState,
): FencedWriter {
  let { state, version }: { state: SyncState; version: Version } = taken;
  let gone = false;

  const write = async (prepare: PrepareBatch, evenIfInactive: boolean): Promise<"committed" | "lost"> => {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const lease = state.lease;
      if (lease?.holder !== holder || !(state.active || evenIfInactive)) return "lost";
      const prepared = prepare(state);
      const patch = { lease: { ...lease, expiresAt: clock.now() + leaseMs }, ...prepared.state };
      const outcome = await store.commit(calendarKey, state.uid, { ...prepared, state: patch }, version);
      if (outcome.kind === "gone") {
        gone = true;
        return "lost";
      }
      if (outcome.kind === "committed") {
        state = { ...state, ...patch };
        version = outcome.version;
        return "committed";
      }
      // A note, or another holder: only the document itself can tell.
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
