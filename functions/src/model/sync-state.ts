/** The state of one calendar's sync, as `syncStates/{calendarKey}` holds it. Times are epoch milliseconds. */
export interface SyncState {
  readonly uid: string;
  readonly accountId: string;
  /** Google's id of the calendar. */
  readonly calendarId: string;
  /** False: disabled, gone, or waiting for consent. Nothing is synced. */
  readonly active: boolean;
  readonly timeZone: string;
  /** Google cannot push for this calendar; the user sees `polling`. */
  readonly pushUnsupported: boolean;
  /** Google does not accept the webhook's address; the user sees `polling` and why. Absent: no. */
  readonly addressRefused?: boolean;
  /** Everything before it is stored. Null until the first full sync is complete. */
  readonly syncToken: string | null;
  /** The query that `syncToken` came from: a token must not be used with another query. */
  readonly queryVersion: number;
  /** Events that ended before it are not stored. Set by the first full sync; only retention moves it forward. */
  readonly windowStartMs: number | null;
  /** Series are expanded up to here. Set by the first full sync, moved on by `extendHorizon`. */
  readonly horizonMs: number | null;
  /** `extendHorizon` is at work: occurrences that start between this and the horizon may not be stored yet. */
  readonly horizonPendingFromMs: number | null;
  /** Some series goes on beyond the horizon. */
  readonly openSeries: boolean;
  /** Notifications that arrive now ask for this epoch. A pull that begins closes it. */
  readonly epoch: number;
  /** Every notification that asked for an epoch up to this one is in Firestore. */
  readonly coveredEpoch: number;
  /** The highest epoch that a task asked for while another one held the lease. */
  readonly pendingEpoch: number;
  readonly lease: Lease | null;
  /** When the last pass began. */
  readonly pulledAtMs: number | null;
  readonly failure: Failure | null;
  /** A pass that closes this epoch or a later one must be a full sync (`syncNow` with `full`). */
  readonly resyncEpoch: number;
  /** When the last full sync was complete. Null where none was since this is noted. */
  readonly fullSyncedAtMs: number | null;
  /** Names (`unreadable.ts`) of the events and series that could not be read when Google sent them last. */
  readonly unreadable: readonly string[];
  /** What the user's calendar document says, so that it is only written when that changes. */
  readonly shown: {
    readonly phase: Phase;
    readonly atMs: number;
    readonly unreadable?: number | undefined;
  } | null;
  /** A pass that ran out of time; the next task goes on with it. */
  readonly progress: Checkpoint | null;
  readonly lastRun: {
    readonly cause: string;
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
  } | null;
  readonly inactiveReason?: "disabled" | "reauth_required" | "unavailable" | "disconnecting" | "removed";
}

/** The right of one delivery of one task to write one calendar. */
export interface Lease {
  /** Random for each delivery: two deliveries never share one. */
  readonly holder: string;
  readonly taskId: string;
  /** How often the task had been retried when it took the lease. */
  readonly attempt: number;
  readonly expiresAtMs: number;
}

/** Failures in a row. */
export interface Failure {
  readonly reason: string;
  readonly sinceMs: number;
  readonly count: number;
  /** How many of them were a 400 for no known reason; absent: none. */
  readonly badRequests?: number;
  /** When a full sync was last refused with one of those; absent: never since they began. */
  readonly fullTriedAtMs?: number;
  /** Until then Google is not asked again, unless the user wants it. */
  readonly retryAtMs: number;
}

/** Where a pass that ran out of time goes on. */
export interface Checkpoint {
  readonly mode: "pull" | "full";
  readonly pageToken: string;
  /** The epoch that the pass closed when it began: what it will have covered at its end. */
  readonly closes: number;
  readonly windowStartMs: number;
  /** The zone in which the pass reads all-day events. */
  readonly timeZone: string;
  /** The mapping that wrote its first pages: under another one it begins again. */
  readonly queryVersion: number;
  /** Names what it remembers. Every hand-over has its own: a worker that lost its lease can write here too. */
  readonly memory: string;
  /** In how many documents below `passes/` it keeps that. */
  readonly parts: number;
}

/** What the user sees as `sync.phase`. */
export type Phase = "importing" | "live" | "polling" | "unavailable" | "error";

/** A calendar document's change, or nothing when it says so already. */
export interface CalendarStatus {
  readonly phase: Phase;
  readonly message?: string;
  readonly syncedAtMs?: number;
  readonly changedAtMs?: number;
  /** How many events and series could not be read. */
  readonly unreadable?: number;
}

/** Raise it when the list query or the mapping of events changes: every calendar is then listed and written anew. */
export const queryVersion = 1;
