/** Why a sync was asked for; the first word of its log line. */
export type SyncCause =
  | "notification"
  | "backup"
  | "connect"
  | "watch"
  | "reconnect"
  | "user"
  | "waiter"
  | "handover"
  /** No pull: series are expanded up to a new horizon. The epoch does not matter. */
  | "horizon";

/** The payload of `syncCalendar`. */
export interface SyncTask {
  readonly calendarKey: string;
  /** The task is done as soon as this epoch is covered. */
  readonly epoch: number;
  readonly cause: SyncCause;
  /** Epoch ms at which Google's notification reached us; for the log's push latency. */
  readonly notifiedAtMs?: number;
  /** Set on a follow-up task (`waiter`): the end of the lease that it waits for, epoch ms. */
  readonly waitsForMs?: number;
}

/** The payload of `syncCalendarList`. */
export interface ListTask {
  readonly accountId: string;
  /** Forget the sync token and list everything again. */
  readonly full?: boolean;
}

/** The payload of `maintainWatch`. */
export interface WatchTask {
  /** Or the id of an account, whose list of calendars is watched. */
  readonly calendarKey: string;
  /**
   * `open`: a channel, if none is open that lasts; leftovers are tidied up. `replace`: a new channel in any case,
   * because the one there ends soon or is silent. `stop`: close all channels, unless the calendar is active by now:
   * then it is `open`. `ask`: forget that Google could not push for it, then as `open`.
   */
  readonly action: "open" | "replace" | "stop" | "ask";
}

/** The payload of `cleanUpAccount`. */
export type CleanUpTask =
  /** Everything of an account that is `disconnecting`. */
  | { readonly uid: string; readonly accountId: string }
  /** What is stored of a calendar that the user has switched off here, or removed at Google. */
  | { readonly uid: string; readonly calendarKey: string };

export interface EnqueueOptions {
  /**
   * The task's name, `[A-Za-z0-9_-]{1,500}`: enqueuing a name twice stores one task. A name stays taken for up to a
   * day after its task has run (Cloud Tasks quota page), so names must never be reused on purpose.
   */
  readonly id: string;
  /** Not before this moment, epoch ms. Local emulators ignore it, so correctness must not rest on it. */
  readonly notBeforeMs?: number;
}

/** `exists` is a success: a task of that name is stored, or was. A throw means that nothing is known to be stored. */
export type EnqueueOutcome = "created" | "exists";

/** Durable work. A resolved promise means that the task is stored. */
export interface TaskQueue {
  syncCalendar(task: SyncTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
  syncCalendarList(task: ListTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
  maintainWatch(task: WatchTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
  cleanUpAccount(task: CleanUpTask, options: EnqueueOptions): Promise<EnqueueOutcome>;
}
