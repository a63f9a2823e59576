import type { CalendarEvent } from "../sync/calendar-event.ts";
import type { Shown } from "../sync/decisions.ts";
import type { SyncState } from "../sync/sync-state.ts";

/** What identifies one version of a state document; opaque outside the adapter. */
export type Version = unknown;

export interface StoredState {
  readonly state: SyncState;
  readonly version: Version;
}

/** Enough of a stored event to see whether it differs from what Google says, and whether it is in the window. */
export interface Fingerprint {
  readonly etag: string;
  readonly startAtMs: number;
  readonly endAtMs: number;
}

export type EventWrite =
  | { readonly kind: "set"; readonly event: CalendarEvent }
  | { readonly kind: "delete"; readonly eventId: string };

/** Everything that one fenced commit changes. */
export interface Batch {
  readonly events: readonly EventWrite[];
  readonly state: Partial<SyncState>;
  /** The user's calendar document; undefined leaves it alone. */
  readonly shown?: Shown & { readonly importedCount?: number; readonly timeZone?: string };
}

export type CommitOutcome =
  | { readonly kind: "committed"; readonly version: Version }
  /** The state has another version by now; nothing was written. */
  | { readonly kind: "conflict" }
  /** The state, or the user's calendar document, does not exist any more; nothing was written. */
  | { readonly kind: "gone" };

/** Firestore, as the sync needs it. A throw means that nothing is known about what was written. */
export interface SyncStore {
  read(calendarKey: string): Promise<StoredState | undefined>;
  /** Writes all of `batch`, and only if the state still has `version`. One round trip. */
  commit(calendarKey: string, uid: string, batch: Batch, version: Version): Promise<CommitOutcome>;
  /** Of the ids that are stored. */
  fingerprints(
    uid: string,
    calendarKey: string,
    eventIds: readonly string[],
  ): Promise<Map<string, Fingerprint>>;
  /** Of every stored event of a calendar. */
  index(uid: string, calendarKey: string): Promise<Map<string, Fingerprint>>;
  /** Keeps the ids that a full sync has seen, when it hands over to another task. */
  saveSeen(calendarKey: string, part: number, eventIds: readonly string[]): Promise<void>;
  /** The ids of parts 0 to `parts` - 1. */
  loadSeen(calendarKey: string, parts: number): Promise<string[]>;
}
