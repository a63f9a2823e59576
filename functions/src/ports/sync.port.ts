import type { WindowDefaults } from "../model/calendar-window.ts";
import type { DeletionReason, EventChange, SeriesDocument } from "@firestore-calendar-sync/client";
import type { CalendarEvent, SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import type { CalendarStatus, SyncState } from "../model/sync-state.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { AccountStatus } from "./account.port.ts";
import type { Clock, Log, NewId } from "./runtime.port.ts";
import type { TaskQueue } from "./tasks.port.ts";

/** Identifies one version of a state document. Only the adapter can interpret it. */
export type Version = unknown;

export interface StoredState {
  readonly state: SyncState;
  readonly version: Version;
}

/** The fields of a stored event that show whether it differs from Google's event, and whether it is in the window. */
export interface Fingerprint {
  readonly etag: string;
  readonly startAtMs: number;
  readonly endAtMs: number;
  /** The series that the event is an occurrence of. */
  readonly recurringEventId?: string | undefined;
  /**
   * `contentOf` the stored document. Only from an index with contents; absent for an event that the pass itself has
   * written, which has the pass's mapping.
   */
  readonly content?: string;
}

/** An event that has ended, and the series that it is an occurrence of. */
export interface EndedEvent {
  readonly eventId: string;
  readonly recurringEventId?: string | undefined;
}

/**
 * `existed`: whether a document of this id is stored before the commit. Only the change feed needs it. If it is absent,
 * the feed looks it up.
 */
export type EventWrite =
  | { readonly kind: "set"; readonly event: CalendarEvent; readonly existed?: boolean }
  | {
      readonly kind: "delete";
      readonly eventId: string;
      readonly why: DeletionReason;
      readonly existed?: boolean;
    };

/** `calendarSyncChanges/{calendarKey}-{seq}`: the changes of one commit. */
export interface FeedEntry {
  readonly accountId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly changes: readonly EventChange[];
}

/**
 * `calendarSyncStates/{calendarKey}/calendarSyncSeries/{seriesId}`: the data that is needed to expand a series
 * without a call to Google.
 */
export interface StoredSeries {
  readonly seriesId: string;
  /**
   * Null if only exceptions have arrived so far. Exceptions may arrive before their series, on another page or in
   * another sync.
   */
  readonly master: SeriesMaster | null;
  readonly exceptions: SeriesExceptions;
  /**
   * True if some stored occurrences may not match the series. The next expansion must compare with the stored
   * occurrences instead of with the old series.
   */
  readonly dirty: boolean;
  /** True if the series has occurrences beyond the horizon. */
  readonly open: boolean;
  /** The version of the mapping that wrote the master. Absent: the first version, or no master. */
  readonly queryVersion?: number | undefined;
  /**
   * When the series was found to be deleted. Its exceptions are kept for a while; if the series is restored, they show
   * whether Google sends them again.
   */
  readonly endedAtMs?: number | undefined;
  /**
   * `contentOf` the document that clients read of this series, so that it is written only when it changes. Absent:
   * there is no such document.
   */
  readonly shownContent?: string | undefined;
}

export type SeriesWrite =
  | {
      readonly kind: "set";
      readonly series: StoredSeries;
      /** The document that clients read of this series. Null deletes it; absent: it does not change. */
      readonly shown?: SeriesDocument | null;
    }
  /** Also deletes the document that clients read. */
  | { readonly kind: "delete"; readonly seriesId: string };

/** The documents in which a pass stores its memory for the task that continues it. */
export interface PassMemoryName {
  readonly memory: string;
  readonly parts: number;
}

/** All changes of one fenced commit. */
export interface Batch {
  readonly events: readonly EventWrite[];
  readonly series?: readonly SeriesWrite[];
  /** At least one field: Firestore refuses an update without fields. */
  readonly state: Partial<SyncState>;
  /** Memory of an earlier hand-over that is no longer needed and must be deleted. */
  readonly forget?: PassMemoryName;
  /** Changes of the user's calendar document; undefined: none. */
  readonly shown?: CalendarStatus & { readonly importedCount?: number; readonly timeZone?: string };
  /** The entry in the change feed; undefined: none. */
  readonly feed?: FeedEntry;
}

export type CommitOutcome =
  | { readonly kind: "committed"; readonly version: Version }
  /** The state has another version now; nothing was written. */
  | { readonly kind: "conflict" }
  /** The state no longer exists; nothing was written. */
  | { readonly kind: "gone" };

/**
 * Thrown by `commit` if the store refuses the content, for example because a document is larger than 1 MiB. Do not
 * retry with the same content.
 */
export class CommitRefused extends Error {
  override name = "CommitRefused";
}

/** The fields of `calendarSyncWatches/{channelId}` with which the webhook verifies a notification. */
export interface WatchFacts {
  /** base64url(SHA-256(token)). */
  readonly tokenHash: string;
  readonly resourceId: string | null;
  readonly status: "opening" | "open" | "retiring" | "closed";
  /** For `calendarList`, the account's id takes the place of a calendar's key. */
  readonly resource?: "events" | "calendarList";
}

/** The fields of `calendarSyncStates/{calendarKey}` from which the webhook makes a task. */
export type CalendarFacts = Pick<SyncState, "active" | "epoch" | "pulledAt">;

/** The fields from which a scheduled function decides whether a calendar has work. */
export interface ActiveCalendar extends Pick<
  SyncState,
  "epoch" | "coveredEpoch" | "pulledAt" | "openSeries" | "window" | "windowStart" | "queryVersion"
> {
  readonly calendarKey: string;
}

/** The sync's documents in Firestore. After a throw it is unknown whether anything was written. */
export interface SyncStore {
  read(calendarKey: string): Promise<StoredState | undefined>;
  /** Writes the whole `batch`, but only if the state still has `version`. One round trip. */
  commit(calendarKey: string, uid: string, batch: Batch, version: Version): Promise<CommitOutcome>;
  /** The fingerprints of the given ids that are stored. */
  fingerprints(
    uid: string,
    calendarKey: string,
    eventIds: readonly string[],
  ): Promise<Map<string, Fingerprint>>;
  /** The fingerprints of all stored events of a calendar; `withContent`: with their contents, from whole documents. */
  index(
    uid: string,
    calendarKey: string,
    options: { readonly withContent: boolean },
  ): Promise<Map<string, Fingerprint>>;
  /** The series of the given ids that are stored. */
  series(calendarKey: string, seriesIds: readonly string[]): Promise<StoredSeries[]>;
  /**
   * One page of a calendar's series, in the order of their ids. With `openOnly`, only series with occurrences beyond
   * the horizon.
   */
  seriesPage(
    calendarKey: string,
    options: { readonly openOnly: boolean; readonly afterId?: string; readonly limit: number },
  ): Promise<StoredSeries[]>;
  /** Every stored occurrence of a series, including exceptions and past occurrences. */
  occurrencesOf(uid: string, calendarKey: string, seriesId: string): Promise<Map<string, Fingerprint>>;
  /** Events that end at `endMs` or before, at most `limit`. */
  endedBy(uid: string, calendarKey: string, endMs: number, limit: number): Promise<readonly EndedEvent[]>;
  /**
   * Stores a pass's memory for the task that continues it. Each part fits into a document. This write is not fenced, so
   * no other worker may use the same `memory` name. After `expiresAtMs` the store may delete the parts, because no
   * commit deletes them if the worker lost its lease or the pass began again.
   */
  savePassMemory(
    calendarKey: string,
    memory: string,
    parts: readonly string[],
    expiresAtMs: number,
  ): Promise<void>;
  /** All parts in their order; undefined if a part is missing. The pass then begins again. */
  loadPassMemory(calendarKey: string, name: PassMemoryName): Promise<string[] | undefined>;
  /**
   * For the webhook: both documents of a notification in one round trip; undefined for a document that does not exist.
   */
  notified(
    channelId: string,
    calendarKey: string,
  ): Promise<{ readonly watch: WatchFacts | undefined; readonly calendar: CalendarFacts | undefined }>;
  /** For the scheduled functions: active calendars in the order of their keys, at most `limit`, after `afterKey`. */
  activeCalendars(afterKey: string | undefined, limit: number): Promise<readonly ActiveCalendar[]>;
}

/** One page of `events.list`. The items are unchecked, as Google sent them. */
export interface EventPage {
  readonly kind: "page";
  readonly items: readonly unknown[];
  /** Google's answer has no list of items. A missing event is then no evidence of a deletion. */
  readonly isIncomplete?: true;
  /** Another page follows, even if this one is empty. */
  readonly nextPageToken?: string;
  /** Only on the last page. */
  readonly nextSyncToken?: string;
  /** The calendar's time zone, in which the days of all-day events are read. */
  readonly timeZone?: string;
  /** The user's role in the calendar, in Google's words. */
  readonly accessRole?: string;
}

/** Selects events: the changes since `syncToken`, or all events that end after `timeMinMs`. */
export interface ListEvents {
  readonly accountId: string;
  readonly calendarId: string;
  readonly query: { readonly syncToken: string } | { readonly timeMinMs: number };
  readonly pageToken?: string;
}

export interface EventSource {
  /**
   * Returns one page. Series arrive as masters and exceptions (`singleEvents=false`). Changes contain deletions, and
   * also events outside the window, because a sync token does not preserve `timeMin`. Failures: the usual ones, and
   * `tokenExpired` and `pageTokenRejected`.
   */
  list(request: ListEvents): Promise<EventPage | GoogleFailure>;
}

/** All dependencies of `syncCalendar`. */
/** The part of a memory budget that one delivery has reserved. */
export interface Room {
  /** Raises the reservation to at least `bytes`, also beyond the budget: the memory is in use already. */
  growTo(bytes: number): void;
  release(): void;
}

/** Memory that all deliveries in an instance share, in bytes. */
export interface MemoryBudget {
  /**
   * Reserves `bytes`, or returns undefined if they are not free. If nothing else is reserved, any number of bytes is
   * granted, so that a large calendar is only slow and never stuck.
   */
  tryReserve(bytes: number): Room | undefined;
  /** Resolves when `tryReserve(bytes)` may succeed again. Waiting deliveries continue in the order of their calls. */
  changed(): Promise<void>;
}

export interface SyncPorts {
  readonly store: SyncStore;
  readonly events: EventSource;
  readonly tasks: TaskQueue;
  readonly memory: MemoryBudget;
  readonly accounts: AccountStatus;
  readonly clock: Clock;
  readonly newId: NewId;
  /** At least 0 and less than 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
  readonly settings: SyncSettings;
}

/** The days of `WindowDefaults` count for calendars whose user has chosen nothing else. */
export interface SyncSettings extends WindowDefaults {
  /** At most one pass of a calendar per this many ms. */
  readonly minIntervalMs: number;
  /** A pass that has run for this many ms hands over to another task. Well below the function's time-out. */
  readonly timeBudgetMs: number;
  /** The version of the list query and of the mapping of events (`queryVersion` in model/sync-state.ts). */
  readonly queryVersion: number;
  /** Whether each commit that changes events adds a document to the change feed. */
  readonly changeFeed: boolean;
  /** Documents of events and series per commit. Firestore itself limits only the size of a request (10 MiB). */
  readonly maxBatchWrites: number;
}
