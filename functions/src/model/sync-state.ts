import * as z from "zod/mini";

/**
 * A moment: epoch milliseconds in code, a Firestore Timestamp in a document. Encoding yields a Date, which Firestore's
 * client stores as a Timestamp.
 */
const moment = z.codec(
  z.union([z.date(), z.custom<{ toMillis(): number }>(isTimestamp, "not a timestamp")]),
  z.number(),
  {
    decode: stored => (stored instanceof Date ? stored.getTime() : stored.toMillis()),
    encode: ms => new Date(ms),
  },
);

function isTimestamp(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && "toMillis" in value && typeof value.toMillis === "function"
  );
}

/** Why a calendar is not synced. */
const inactiveReason = z.enum(["disabled", "reauth_required", "unavailable", "disconnecting", "removed"]);
export type InactiveReason = z.infer<typeof inactiveReason>;

/** The phases that a state document names. A version before `busyOnly` could not read another one. */
const storedPhase = z.enum(["importing", "live", "polling", "unavailable", "error"]);
/** The values of `sync.phase` in the user's calendar document. */
export type Phase = z.infer<typeof storedPhase> | "busyOnly";

/** The right of one delivery of one task to write one calendar. */
const lease = z.object({
  /** Random for each delivery: two deliveries never share one. */
  holder: z.string(),
  taskId: z.string(),
  /** How often the task had been retried when it took the lease. */
  attempt: z.number(),
  expiresAt: moment,
});

/** Failures in a row. */
const failure = z.object({
  reason: z.string(),
  /** When the first of them happened. */
  since: moment,
  count: z.number(),
  /** Google is not asked again before this moment, unless the user asks for a sync. */
  retryAt: moment,
  /** How many of the failures were a 400 for an unknown reason. Absent: none. */
  badRequests: z.exactOptional(z.number()),
  /** When Google last answered a full sync with such a 400. Absent: not since these failures began. */
  fullTriedAt: z.exactOptional(moment),
});
export type Lease = Readonly<z.infer<typeof lease>>;
export type Failure = Readonly<z.infer<typeof failure>>;

/** Where the next task continues a pass that ran out of time. */
const checkpoint = z.object({
  mode: z.enum(["pull", "full"]),
  pageToken: z.string(),
  /** The epoch that the pass covers when it is complete; fixed when the pass began. */
  closes: z.number(),
  windowStart: moment,
  /** The zone in which the pass reads all-day events. */
  timeZone: z.string(),
  /** The mapping that wrote its first pages. Under another mapping the pass begins again. */
  queryVersion: z.number(),
  /** Its pages came without details (`SyncState.busyOnly`). Absent: with details. */
  busyOnly: z.exactOptional(z.boolean()),
  /**
   * Name of the documents `calendarSyncPasses/<memory>-0`, `calendarSyncPasses/<memory>-1`, … that hold what the pass
   * has read. Each hand-over takes a new name, because a worker that has lost its lease can still write there.
   */
  memory: z.string(),
  /** The number of those documents. */
  parts: z.number(),
});
export type Checkpoint = Readonly<z.infer<typeof checkpoint>>;

/**
 * `calendarSyncStates/{calendarKey}`: the state of one calendar's sync. Every calendar on an account's list has this
 * document. The schema decodes the document (`parse`) and encodes changes of it; in code, moments are epoch
 * milliseconds.
 */
export const syncState = z.object({
  uid: z.string(),
  accountId: z.string(),
  /** Google's id of the calendar. */
  calendarId: z.string(),
  /** False: the calendar is not synced, for the reason in `inactiveReason`. */
  active: z.boolean(),
  inactiveReason: z.exactOptional(inactiveReason),
  /** Since when this calendar has data that `cleanUpAccount` has to delete. Absent: it has none. */
  unwantedSince: z.exactOptional(moment),
  /** The user's choice. Documents of the first versions do not have the field, so read it with `isEnabled`. */
  enabled: z.exactOptional(z.boolean()),
  /** Google's list entry, as the user's calendar document shows it. Null in documents of the first versions. */
  listed: z._default(z.nullable(z.readonly(z.record(z.string(), z.union([z.string(), z.boolean()])))), null),
  timeZone: z.string(),
  /**
   * The stored events were read by a user who may see only busy times (role `freeBusyReader`). Absent: with details, as
   * far as the events are not private.
   */
  busyOnly: z.exactOptional(z.boolean()),
  /**
   * Some stored events may have details and others not, because the user's role has changed. Set before the first of
   * them is written; the full sync that compares whole documents ends it. Absent: no.
   */
  detailsMixed: z.exactOptional(z.boolean()),
  /** Google cannot push for this calendar. The backup sync polls it, and the user sees `polling`. */
  pushUnsupported: z.boolean(),
  /** Google refuses the webhook's address. The user sees `polling` and the reason. Absent: no. */
  addressRefused: z.exactOptional(z.boolean()),
  /** Every change up to this token is stored. Null until the first full sync is complete. */
  syncToken: z.nullable(z.string()),
  /**
   * The mapping of all stored events, except those that a pull of a later version has written since. 0: never synced,
   * or documents of more than one mapping after a rollback (sync/query-version.ts).
   */
  queryVersion: z.number(),
  /** When `queryVersion` last changed to the version of the code. Absent in documents of the first versions. */
  upgradedAt: z.exactOptional(moment),
  /**
   * What the user has chosen instead of the deployment's params (`setCalendarWindow`), in days. A field that is absent
   * follows its param. Absent: nothing was ever chosen.
   */
  window: z.exactOptional(
    z.object({ pastDays: z.exactOptional(z.number()), futureDays: z.exactOptional(z.number()) }),
  ),
  /**
   * Events that ended before this moment are not stored. The first full sync sets it; retention moves it forward, and a
   * full sync for a larger window back.
   */
  windowStart: z.nullable(moment),
  /** Series are expanded up to this moment. The first full sync sets it; `extendHorizon` moves it. */
  horizon: z.nullable(moment),
  /** Set while the horizon is moved: occurrences between this moment and the horizon may not be stored. */
  horizonPendingFrom: z.nullable(moment),
  /** At least one series has occurrences beyond the horizon. */
  openSeries: z.boolean(),
  /** Notifications that arrive now ask for this epoch. A pull closes it when the pull begins. */
  epoch: z.number(),
  /** The changes of every notification that asked for an epoch up to this number are stored. */
  coveredEpoch: z.number(),
  /** The highest epoch that a task asked for while another task held the lease. */
  pendingEpoch: z.number(),
  lease: z.nullable(lease),
  /** When the last pass began. */
  pulledAt: z.nullable(moment),
  failure: z.nullable(failure),
  /** A pass that closes this epoch or a later epoch must be a full sync (`syncNow` with `full`). */
  resyncEpoch: z.number(),
  /** When a user last asked for a full sync. Absent: never. */
  fullDemandedAt: z.exactOptional(moment),
  /** When the last full sync was complete. Null in documents from before the monthly full sync. */
  fullSyncedAt: z._default(z.nullable(moment), null),
  /** Hashes (`unreadable.ts`) of the ids of events and series whose last version could not be read. */
  unreadable: z._default(z.readonly(z.array(z.string())), []),
  /** The state that the user's calendar document shows, so that the document is written only when it changes. */
  shown: z.nullable(
    z.object({
      phase: storedPhase,
      at: moment,
      unreadable: z.exactOptional(z.number()),
      /**
       * The document shows `busyOnly`, and `phase` is what a version without this phase would show: `live` if Google
       * lists the busy times, `unavailable` if it does not. Absent: no.
       */
      busyOnly: z.exactOptional(z.boolean()),
    }),
  ),
  /** A pass that ran out of time. */
  progress: z.nullable(checkpoint),
  /** `seq` of the calendar's newest entry in the change feed. Absent: it has none yet. */
  changeSeq: z.exactOptional(z.number()),
  lastRun: z.nullable(z.object({ cause: z.string(), startedAt: moment, finishedAt: moment })),
});
export type SyncState = Readonly<z.infer<typeof syncState>>;

/** A change of the state; `undefined` removes a field. */
export type StateChange = { readonly [Field in keyof SyncState]?: SyncState[Field] | undefined };

/**
 * The state of a calendar that has never been synced.
 *
 * @param nowMs seeds the epoch, which therefore never repeats
 */
export function newSyncState(
  calendar: Pick<SyncState, "uid" | "accountId" | "calendarId" | "timeZone"> &
    Partial<Pick<SyncState, "enabled" | "listed">>,
  nowMs: number,
): SyncState {
  const { enabled = true, listed = null, ...ids } = calendar;
  return {
    ...ids,
    enabled,
    listed,
    active: enabled,
    ...(!enabled && { inactiveReason: "disabled" }),
    pushUnsupported: false,
    syncToken: null,
    queryVersion: 0,
    windowStart: null,
    horizon: null,
    horizonPendingFrom: null,
    openSeries: false,
    epoch: nowMs,
    coveredEpoch: nowMs - 1,
    pendingEpoch: nowMs - 1,
    lease: null,
    pulledAt: null,
    failure: null,
    resyncEpoch: nowMs - 1,
    fullSyncedAt: null,
    unreadable: [],
    shown: null,
    progress: null,
    lastRun: null,
  };
}

/** Whether the user wants this calendar. Without the field: yes, unless it was switched off or removed. */
export function isEnabled({
  enabled,
  inactiveReason: reason,
}: Pick<SyncState, "enabled" | "inactiveReason">): boolean {
  return enabled ?? (reason !== "disabled" && reason !== "removed");
}

/**
 * The calendar may be synced. The lease is removed: otherwise a worker that held it before the calendar was stopped
 * could continue as if the calendar had never been stopped.
 */
export const started = {
  active: true,
  inactiveReason: undefined,
  unwantedSince: undefined,
  lease: null,
} as const satisfies StateChange;

/** The calendar's events were deleted: the next pass reads everything, as for a new calendar. */
export const fromScratch = { syncToken: null, progress: null, shown: null } as const satisfies StateChange;

/**
 * The calendar is no longer synced: every commit of a running pass fails from now on.
 *
 * @param nowMs since when the calendar has data that must be deleted; undefined if it has none
 */
export function stopped(reason: InactiveReason, nowMs?: number) {
  return {
    active: false,
    inactiveReason: reason,
    ...(nowMs !== undefined && { unwantedSince: nowMs }),
  } as const satisfies StateChange;
}

/** The phase that the user's calendar document shows; undefined if it shows none yet. */
export function shownPhase({ shown }: Pick<SyncState, "shown">): Phase | undefined {
  return shown?.busyOnly === true ? "busyOnly" : shown?.phase;
}

/** The state of the sync for the user's calendar document. */
export interface CalendarStatus {
  readonly phase: Phase;
  readonly message?: string;
  readonly syncedAtMs?: number;
  readonly changedAtMs?: number;
  /** How many events and series could not be read. */
  readonly unreadable?: number;
}

/**
 * Increase it when the list query or the mapping of events changes. A paced background pass then lists every calendar
 * again and writes the events whose documents differ (docs/upgrading.md).
 */
export const queryVersion = 2;
