/** The value of X-Goog-Resource-State. */
export type ResourceState = "sync" | "exists" | "not_exists";

/** One attempt to deliver one message. Times are real ms. */
export interface Delivery {
  at: number;
  answeredAt?: number;
  messageNumber: number;
  state: ResourceState;
  status?: number;
  error?: string;
  attempt: number;
}

/** A message that has not been delivered yet. */
export interface Message {
  number: number;
  state: ResourceState;
  attempt: number;
}

/** A push channel. */
export interface Channel {
  readonly id: string;
  /** The watched resource, for example `events:someone@example.com`. */
  readonly resource: string;
  readonly resourceId: string;
  readonly resourceUri: string;
  /** The calendar whose events or access rules are watched. */
  readonly calendarId: string | undefined;
  readonly email: string;
  readonly clientId: string;
  readonly address: string;
  readonly token: string | undefined;
  readonly expirationMs: number;
  messageNumber: number;
  stoppedAtMs: number | undefined;
  readonly deliveries: Delivery[];
  dropped: number;
  /** Messages that have not been sent yet. */
  readonly queue: { message: Message; dueAtMs: number }[];
  sending: boolean;
  /** True while a coalesced message is scheduled. Further changes of the resource then add no message. */
  coalescing: boolean;
}

/** The number of deliveries that are kept per channel. */
export const KEPT_DELIVERIES = 200;

/** The headers of a notification (guides/push), in the order in which Google lists them. */
export function notificationHeaders(channel: Channel, message: Message): Record<string, string> {
  return {
    Accept: "*/*",
    "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
    "X-Goog-Channel-ID": channel.id,
    ...(channel.token === undefined ? {} : { "X-Goog-Channel-Token": channel.token }),
    "X-Goog-Channel-Expiration": new Date(channel.expirationMs).toUTCString(),
    "X-Goog-Resource-ID": channel.resourceId,
    "X-Goog-Resource-URI": channel.resourceUri,
    "X-Goog-Resource-State": message.state,
    "X-Goog-Message-Number": String(message.number),
  };
}
