import type { SyncState } from "../model/sync-state.ts";

/** What the webhook needs of `watches/{channelId}`. */
export interface WatchFacts {
  /** base64url(SHA-256(token)). */
  readonly tokenHash: string;
  readonly resourceId: string | null;
  readonly status: "opening" | "open" | "retiring" | "closed";
  /** A list of calendars is watched with the account's id in place of a calendar's key. */
  readonly resource?: "events" | "calendarList";
}

/** What the webhook needs of `syncStates/{calendarKey}`. */
export type CalendarFacts = Pick<SyncState, "active" | "epoch" | "pulledAtMs">;

export interface NotificationStore {
  /** Both documents in one round trip; undefined where there is none. */
  read(
    channelId: string,
    calendarKey: string,
  ): Promise<{ readonly watch: WatchFacts | undefined; readonly calendar: CalendarFacts | undefined }>;
}
