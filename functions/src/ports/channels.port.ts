import type { GoogleFailure } from "./google-failure.port.ts";
import type { WatchedResource } from "./watch-store.port.ts";

/** A channel that Google has opened. */
export interface OpenedChannel {
  readonly kind: "opened";
  /** Google's name for the watched calendar; needed to stop the channel. */
  readonly resourceId: string;
  /** When Google stops pushing; what was asked for may have been cut. Absent where Google has not said it. */
  readonly expiresAtMs?: number;
}

/** Push channels at Google. */
export interface Channels {
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
