/** Why a sync was requested; logged with each sync. */
export type SyncCause =
  | "notification"
  | "backup"
  | "connect"
  | "watch"
  | "reconnect"
  | "user"
  | "waiter"
  | "handover"
  /** The paced pass after a change of the mapping: a full sync, if the calendar still has another version. */
  | "upgrade"
  /** No pull: series are expanded up to a new horizon. The task's epoch is ignored. */
  | "horizon";

/** The payload of `syncCalendar`. */
export interface SyncTask {
  readonly calendarKey: string;
  /** The task is done when this epoch is covered. */
  readonly epoch: number;
  readonly cause: SyncCause;
  /** When Google's notification arrived, epoch ms; the log contains the push latency. */
  readonly notifiedAtMs?: number;
  /** Only for a follow-up task (`waiter`): the end of the lease that the task waits for, epoch ms. */
  readonly waitsForMs?: number;
}

/** The payload of `syncCalendarList`. */
export interface ListTask {
  readonly accountId: string;
  /** True: ignore the sync token and read the full list. */
  readonly full?: boolean;
}

/** The payload of `maintainWatch`. */
export interface WatchTask {
  /** A calendar's key, or the id of an account whose list of calendars is watched. */
  readonly calendarKey: string;
  /**
   * `open`: opens a channel if no lasting channel is open, and cleans up old channels. `replace`: opens a new channel
   * even if one is open, because that one ends soon or sends no notifications; does nothing if the open channel is only
   * minutes old, because the task is then a duplicate. `stop`: stops all channels; if the calendar is active again,
   * works like `open`. `ask`: removes the marks that Google cannot push for the calendar or refuses the address, then
   * works like `open`.
   */
  readonly action: "open" | "replace" | "stop" | "ask";
}

/** The payload of `cleanUpAccount`. */
export type CleanUpTask =
  /** Everything of an account that is `disconnecting`. */
  | { readonly uid: string; readonly accountId: string }
  /** The data of a calendar that the user has disabled here or removed at Google. */
  | { readonly uid: string; readonly calendarKey: string };

export interface EnqueueOptions {
  /**
   * The task's name, `[A-Za-z0-9_-]{1,500}`. If a name is enqueued twice, one task is stored. A name stays in use for
   * up to a day after its task has run (Cloud Tasks quota page), so never reuse a name on purpose.
   */
  readonly id: string;
  /**
   * The task does not run before this moment, epoch ms. Local emulators ignore it, so correctness must not depend on
   * it.
   */
  readonly notBeforeMs?: number;
}

/** `exists` is a success: a task of that name is or was stored. */
export type EnqueueOutcome = "created" | "exists";

/**
 * Durable work. A resolved promise means that the task is stored. After a throw it is unknown whether the task is
 * stored.
 */
export interface TaskQueue {
  /** Received by `triggers/sync-calendar.trigger.ts`, done by `handleSyncTask` (sync/sync-calendar.ts). */
  syncCalendar(task: SyncTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
  /** Received by `triggers/sync-calendar-list.trigger.ts`, done by `syncCalendarList` (account/). */
  syncCalendarList(task: ListTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
  /** Received by `triggers/maintain-watch.trigger.ts`, done by `maintainWatch` (watch/). */
  maintainWatch(task: WatchTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
  /** Received by `triggers/clean-up-account.trigger.ts`, done by `cleanUpAccount` (account/). */
  cleanUpAccount(task: CleanUpTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
}
