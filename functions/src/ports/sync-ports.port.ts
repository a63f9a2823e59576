import type { AccountStatus } from "./account-status.port.ts";
import type { Clock, NewId } from "./clock.port.ts";
import type { EventSource } from "./event-source.port.ts";
import type { Log } from "./log.port.ts";
import type { SyncStore } from "./sync-store.port.ts";
import type { TaskQueue } from "./task-queue.port.ts";

/** Everything that `syncCalendar` needs from outside. */
export interface SyncPorts {
  readonly store: SyncStore;
  readonly events: EventSource;
  readonly tasks: TaskQueue;
  readonly accounts: AccountStatus;
  readonly clock: Clock;
  readonly newId: NewId;
  /** At least 0 and less than 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
  readonly settings: SyncSettings;
}

export interface SyncSettings {
  /** How far back the first full sync of a calendar looks, in ms. */
  readonly pastWindowMs: number;
  /** Events that ended so long ago are deleted, in ms; at least `pastWindowMs`. */
  readonly retentionMs: number;
  /** How far ahead series are expanded, in ms. */
  readonly horizonMs: number;
  /** At most one pass of a calendar per this many ms. */
  readonly minIntervalMs: number;
  /** A pass that has worked for so long hands over to another task; well below the function's time-out. */
  readonly timeBudgetMs: number;
  /** Event and series writes of one commit. Firestore's own limit is the size of a request (10 MiB). */
  readonly maxBatchWrites: number;
}
