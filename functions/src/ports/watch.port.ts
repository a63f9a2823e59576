import type { GoogleFailure } from "../model/google-failure.ts";

/** The watched resource: the events of one calendar, or an account's list of calendars. */
export type WatchedResource = "events" | "calendarList";

/** The record of one push channel. */
export interface WatchRecord {
  readonly channelId: string;
  /** The watched calendar's key, or the id of the account whose list of calendars is watched. */
  readonly calendarKey: string;
  readonly resource: WatchedResource;
  readonly uid: string;
  readonly accountId: string;
  /** Google's calendar id; empty for a list. */
  readonly calendarId: string;
  /**
   * `opening`: recorded before the call to Google, and not yet in use. `open`: in use. `retiring`: must be stopped at
   * Google. `closed`: stopped or expired; kept so that late messages cause no work.
   */
  readonly status: "opening" | "open" | "retiring" | "closed";
  /** Null until Google has answered the watch call. */
  readonly resourceId: string | null;
  /**
   * `opening`: when the record counts as stuck; after Google's answer, when Google stops pushing. `open`, `retiring`:
   * when Google stops pushing. `closed`: when the record may be deleted.
   */
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
}

/** A calendar, or a list of calendars, that may be watched. */
export interface WatchTarget {
  readonly calendarKey: string;
  readonly resource: WatchedResource;
  readonly uid: string;
  readonly accountId: string;
  readonly calendarId: string;
  /** False: the calendar or list is not synced, so it is not watched either. */
  readonly active: boolean;
  readonly pushUnsupported: boolean;
  /** True if Google refused the webhook's address at the last attempt. */
  readonly addressRefused?: boolean;
  /** The calendar's current epoch, for the task that pulls it; 0 for a list. */
  readonly epoch: number;
}

/** Channel records. After a throw it is unknown whether anything was written. */
export interface WatchStore {
  target(calendarKey: string): Promise<WatchTarget | undefined>;
  /** All records of a calendar that are not closed. */
  ofCalendar(calendarKey: string): Promise<readonly WatchRecord[]>;
  /**
   * Records a channel before the call to Google. `unwanted`: the calendar is inactive or deleted, or Google cannot push
   * for it.
   */
  begin(watch: WatchRecord, tokenHash: string): Promise<"recorded" | "unwanted">;
  /** Stores Google's answer if the record still exists. */
  answered(channelId: string, resourceId: string, expiresAtMs: number): Promise<void>;
  /**
   * Marks the channel as `open`. `unwanted`: as for `begin`, or the record is deleted, retiring or closed. Older open
   * channels of the calendar do not change.
   */
  open(channelId: string): Promise<"open" | "unwanted">;
  retire(channelId: string): Promise<void>;
  /** Marks the channel as `closed`. The record may be deleted after `quietUntilMs`. */
  close(channelId: string, quietUntilMs: number): Promise<void>;
  /** Deletes a record. */
  forget(channelId: string): Promise<void>;
  /** Records that Google cannot push for this calendar or list, and shows `polling` if the calendar is live. */
  markPushUnsupported(calendarKey: string): Promise<void>;
  /**
   * Records that Google refuses the webhook's address, and shows `polling` with a message if the calendar is live. The
   * calendar is still to be watched. Does nothing for a list, because users do not see its state.
   */
  markAddressRefused(calendarKey: string): Promise<void>;
  /** Removes both marks, if present. The next pull updates the calendar's document. */
  clearPushMarks(calendarKey: string): Promise<void>;
  /**
   * All channel records, active calendars and active lists, grouped by calendar, in the order of their keys. Reads in
   * pages, so changes during the survey may or may not be included.
   */
  survey(): AsyncIterable<CalendarWatches>;
}

/** The records of one calendar or list in `survey`. */
export interface CalendarWatches {
  readonly calendarKey: string;
  /** All records, including closed channels. */
  readonly watches: readonly WatchRecord[];
  /** Undefined if the calendar or list is inactive or deleted. */
  readonly active:
    | {
        readonly pushUnsupported: boolean;
        readonly addressRefused: boolean;
        readonly resource: WatchedResource;
      }
    | undefined;
}

/** A channel that Google has opened. */
export interface OpenedChannel {
  readonly kind: "opened";
  /** Google's name for the watched resource; needed to stop the channel. */
  readonly resourceId: string;
  /** When Google stops pushing, which may be earlier than requested. Absent if Google's answer does not contain it. */
  readonly expiresAtMs?: number;
}

/** Push channels at Google. */
export interface PushChannels {
  /**
   * Opens a channel. Failures: the usual ones, `pushUnsupported` and `addressRefused`. After `unavailable` the channel
   * may exist nevertheless.
   */
  open(request: {
    readonly accountId: string;
    readonly resource: WatchedResource;
    /** Google's calendar id; ignored for a list. */
    readonly calendarId: string;
    readonly channelId: string;
    readonly token: string;
  }): Promise<OpenedChannel | GoogleFailure>;
  /**
   * Stops a channel. A channel that does not exist at Google counts as stopped. Failures: all except `calendarGone`.
   */
  stop(request: {
    readonly accountId: string;
    readonly channelId: string;
    readonly resourceId: string;
  }): Promise<{ readonly kind: "stopped" } | GoogleFailure>;
}
