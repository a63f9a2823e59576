import type { CalendarEvent, SeriesExceptions, SeriesMaster } from "../model/calendar-event.ts";
import type { CalendarStatus, SyncState } from "../model/sync-state.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import type { AccountStatus } from "./account.port.ts";
import type { Clock, Log, NewId } from "./runtime.port.ts";
import type { TaskQueue } from "./tasks.port.ts";

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
  /** The series it is an occurrence of. */
  readonly recurringEventId?: string | undefined;
}

export type EventWrite =
  | { readonly kind: "set"; readonly event: CalendarEvent }
  | { readonly kind: "delete"; readonly eventId: string };

/** `syncStates/{calendarKey}/series/{seriesId}`: what is needed to expand a series without asking Google. */
export interface StoredSeries {
  readonly seriesId: string;
  /** Null while only exceptions have come: they may come before their series, in another page or another sync. */
  readonly master: SeriesMaster | null;
  readonly exceptions: SeriesExceptions;
  /** Some of its occurrences may not be as the series says: compare with what is stored, not with the old series. */
  readonly dirty: boolean;
  /** It has occurrences beyond the horizon. */
  readonly open: boolean;
  /**
   * When it was found deleted. Its exceptions are kept for a while, to tell whether Google sends them again when it is
   * restored.
   */
  readonly endedAtMs?: number | undefined;
}

export type SeriesWrite =
  | { readonly kind: "set"; readonly series: StoredSeries }
  | { readonly kind: "delete"; readonly seriesId: string };

/** Where a pass that handed over keeps what it remembers. */
export interface PassMemoryName {
  readonly memory: string;
  readonly parts: number;
}

/** Everything that one fenced commit changes. */
export interface Batch {
  readonly events: readonly EventWrite[];
  readonly series?: readonly SeriesWrite[];
  /** At least one field: Firestore refuses an update without any. */
  readonly state: Partial<SyncState>;
  /** What an earlier hand-over kept and nobody needs any more. */
  readonly forget?: PassMemoryName;
  /** The user's calendar document; undefined leaves it alone. */
  readonly shown?: CalendarStatus & { readonly importedCount?: number; readonly timeZone?: string };
}

export type CommitOutcome =
  | { readonly kind: "committed"; readonly version: Version }
  /** The state has another version by now; nothing was written. */
  | { readonly kind: "conflict" }
  /** The state does not exist any more; nothing was written. */
  | { readonly kind: "gone" };

/** Thrown by `commit`: the store will not take this content, however often it is offered (more than 1 MiB). */
export class CommitRefused extends Error {
  override name = "CommitRefused";
}

/** The fields of `watches/{channelId}` by which the webhook verifies a notification. */
export interface WatchFacts {
  /** base64url(SHA-256(token)). */
  readonly tokenHash: string;
  readonly resourceId: string | null;
  readonly status: "opening" | "open" | "retiring" | "closed";
  /** For `calendarList`, the account's id stands in place of a calendar's key. */
  readonly resource?: "events" | "calendarList";
}

/** The fields of `syncStates/{calendarKey}` from which the webhook makes a task. */
export type CalendarFacts = Pick<SyncState, "active" | "epoch" | "pulledAt">;

/** The fields from which a schedule decides whether a calendar has work. */
export interface ActiveCalendar extends Pick<SyncState, "epoch" | "openSeries" | "windowStart"> {
  readonly calendarKey: string;
}

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
  /** Of the ids that are stored. */
  series(calendarKey: string, seriesIds: readonly string[]): Promise<StoredSeries[]>;
  /** All series of a calendar, by pages in the order of their ids; with `openOnly` those with a future. */
  seriesPage(
    calendarKey: string,
    options: { readonly openOnly: boolean; readonly afterId?: string; readonly limit: number },
  ): Promise<StoredSeries[]>;
  /** Every stored occurrence of a series, exceptions and history included. */
  occurrencesOf(uid: string, calendarKey: string, seriesId: string): Promise<Map<string, Fingerprint>>;
  /** Ids of events that end at `endMs` or before, at most `limit`. */
  endedBy(uid: string, calendarKey: string, endMs: number, limit: number): Promise<readonly string[]>;
  /**
   * Keeps what a pass remembers when it hands over to another task; each part fits into a document. Nothing fences it
   * off: `memory` must be a name that no other worker uses.
   */
  savePassMemory(calendarKey: string, memory: string, parts: readonly string[]): Promise<void>;
  /** All parts in their order; undefined if one of them is missing. */
  loadPassMemory(calendarKey: string, name: PassMemoryName): Promise<string[] | undefined>;
  /** For the webhook: both documents of a notification in one round trip; undefined where a document does not exist. */
  notified(
    channelId: string,
    calendarKey: string,
  ): Promise<{ readonly watch: WatchFacts | undefined; readonly calendar: CalendarFacts | undefined }>;
  /** For the schedules: active calendars in the order of their keys, at most `limit` of them, after `afterKey`. */
  activeCalendars(afterKey: string | undefined, limit: number): Promise<readonly ActiveCalendar[]>;
}

/** One page of `events.list`. The items are what Google sent: nothing about them has been checked. */
export interface EventPage {
  readonly kind: "page";
  readonly items: readonly unknown[];
  /** Google's answer had no list of items: it says nothing of what is not there. */
  readonly isIncomplete?: true;
  /** Another page follows, even if this one is empty. */
  readonly nextPageToken?: string;
  /** On the last page only. */
  readonly nextSyncToken?: string;
  /** The calendar's time zone, in which all-day events are days. */
  readonly timeZone?: string;
}

/** Which events: changes since `syncToken`, or everything that ends after `timeMinMs`. */
export interface ListEvents {
  readonly accountId: string;
  readonly calendarId: string;
  readonly query: { readonly syncToken: string } | { readonly timeMinMs: number };
  readonly pageToken?: string;
}

export interface EventSource {
  /**
   * Series come as masters and exceptions (`singleEvents=false`). Deltas contain deletions, and events outside any
   * window: a sync token does not remember `timeMin`.
   * Failures: `tokenExpired` and `pageTokenRejected` besides the usual ones.
   */
  list(request: ListEvents): Promise<EventPage | GoogleFailure>;
}

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
