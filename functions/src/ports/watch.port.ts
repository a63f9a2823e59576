import type { GoogleFailure } from "../model/google-failure.ts";

/** What is watched: the events of one calendar, or an account's list of calendars. */
export type WatchedResource = "events" | "calendarList";

/** Our record of one push channel. */
export interface WatchRecord {
  readonly channelId: string;
  /** Whose channel it is: a calendar's key, or the id of an account whose list of calendars is watched. */
  readonly calendarKey: string;
  readonly resource: WatchedResource;
  readonly uid: string;
  readonly accountId: string;
  /** Google's calendar id; empty for a list. */
  readonly calendarId: string;
  /**
   * `opening`: recorded, Google has not been asked or has not answered. `retiring`: to be stopped. `closed`: kept so
   * that late messages are answered quietly.
   */
  readonly status: "opening" | "open" | "retiring" | "closed";
  /** Unknown until Google has answered. */
  readonly resourceId: string | null;
  /** `opening`: when it counts as stuck. `open`, `retiring`: when Google stops pushing. `closed`: when it may go. */
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
  /** False: nothing may be synced, so nothing is to be watched. */
  readonly active: boolean;
  readonly pushUnsupported: boolean;
  /** The last attempt to watch it was refused for the webhook's address. */
  readonly addressRefused?: boolean;
  /** The calendar's current epoch, for the task that pulls it; 0 for a list. */
  readonly epoch: number;
}

/** Records of channels. A throw means that nothing is known about what was written. */
export interface WatchStore {
  target(calendarKey: string): Promise<WatchTarget | undefined>;
  /** All records of a calendar that are not closed. */
  ofCalendar(calendarKey: string): Promise<readonly WatchRecord[]>;
  /** Records a channel before Google is asked; `unwanted` if the calendar is inactive or gone by now. */
  begin(watch: WatchRecord, tokenHash: string): Promise<"recorded" | "unwanted">;
  /** Notes Google's answer, if the record is still there. */
  answered(channelId: string, resourceId: string, expiresAtMs: number): Promise<void>;
  /**
   * The channel becomes `open`. `unwanted`: the calendar is inactive or gone, or the channel is told to stop or gone.
   * Older open ones of its calendar stay as they are.
   */
  open(channelId: string): Promise<"open" | "unwanted">;
  retire(channelId: string): Promise<void>;
  /** Closed, and kept until `quietUntilMs`. */
  close(channelId: string, quietUntilMs: number): Promise<void>;
  /** Removes the record of a channel that never came to life. */
  forget(channelId: string): Promise<void>;
  /** Remembers that Google cannot push for this calendar, and shows it to the user. */
  markPushUnsupported(calendarKey: string): Promise<void>;
  /**
   * Remembers that Google does not accept the webhook's address, and shows it to the user: `polling`, with a sentence.
   * The calendar is still to be watched. Of a list nothing is remembered, because nobody sees it.
   */
  markAddressRefused(calendarKey: string): Promise<void>;
  /** Forgets both marks, if there are any; the next pull shows what the calendar is then. */
  clearPushMarks(calendarKey: string): Promise<void>;
  /**
   * Every record, every active calendar and every active list, grouped by calendar, in the order of their keys. Reads
   * in pages; what is written meanwhile may or may not be seen.
   */
  survey(): AsyncIterable<CalendarWatches>;
}

/** What `survey` finds for one calendar. */
export interface CalendarWatches {
  readonly calendarKey: string;
  /** Closed ones too. */
  readonly watches: readonly WatchRecord[];
  /** Undefined when the calendar is inactive or gone. */
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
  /** Google's name for the watched calendar; needed to stop the channel. */
  readonly resourceId: string;
  /** When Google stops pushing; what was asked for may have been cut. Absent where Google has not said it. */
  readonly expiresAtMs?: number;
}

/** Push channels at Google. */
export interface PushChannels {
  /** Failures: `pushUnsupported` besides the usual ones. After `unavailable` the channel may exist all the same. */
  open(request: {
    readonly accountId: string;
    readonly resource: WatchedResource;
    /** Google's calendar id; without meaning for a list. */
    readonly calendarId: string;
    readonly channelId: string;
    readonly token: string;
  }): Promise<OpenedChannel | GoogleFailure>;
  /** A channel that Google does not know counts as stopped. Failures: all but `calendarGone`. */
  stop(request: {
    readonly accountId: string;
    readonly channelId: string;
    readonly resourceId: string;
  }): Promise<{ readonly kind: "stopped" } | GoogleFailure>;
}
