import { type DocumentSnapshot, Timestamp } from "firebase-admin/firestore";
import * as z from "zod";

/** The server's own documents, which no client reads or writes (docs/architecture.md, "Documents"). */
export const paths = {
  syncStates: "syncStates",
  syncState: (calendarKey: string) => `syncStates/${calendarKey}`,
  series: (calendarKey: string) => `syncStates/${calendarKey}/series`,
  passes: (calendarKey: string) => `syncStates/${calendarKey}/passes`,
  calendarLists: "calendarLists",
  calendarList: (accountId: string) => `calendarLists/${accountId}`,
  watches: "watches",
  watch: (channelId: string) => `watches/${channelId}`,
  credentials: "credentials",
  credential: (accountId: string) => `credentials/${accountId}`,
  oauthStates: "oauthStates",
  oauthState: (nonce: string) => `oauthStates/${nonce}`,
} as const;

export const timestamp = z.instanceof(Timestamp);

/**
 * `syncStates/{calendarKey}`: every calendar on an account's list has one. Fields of one calendar's protocol; see
 * model/sync-state.ts for what they mean.
 */
const storedSyncState = z.object({
  uid: z.string(),
  accountId: z.string(),
  /** Google's calendar id. */
  calendarId: z.string(),
  active: z.boolean(),
  inactiveReason: z
    .enum(["disabled", "reauth_required", "unavailable", "disconnecting", "removed"])
    .optional(),
  /** Since when there is something of this calendar to be deleted. Absent once `cleanUpAccount` has been there. */
  unwantedSince: timestamp.optional(),
  /** The user's wish. Missing in documents from before there was one. */
  enabled: z.boolean().optional(),
  /** What the user's calendar document says of Google's list. Null in documents from before it was kept here. */
  listed: z
    .record(z.string(), z.union([z.string(), z.boolean()]))
    .nullable()
    .default(null),
  timeZone: z.string(),
  /** Google cannot push for this calendar: it is polled by the backup sync. */
  pushUnsupported: z.boolean(),
  /** Google does not accept the webhook's address (yet): the same, until a later round opens a channel. */
  addressRefused: z.boolean().exactOptional(),
  syncToken: z.string().nullable(),
  queryVersion: z.number(),
  windowStart: timestamp.nullable(),
  horizon: timestamp.nullable(),
  horizonPendingFrom: timestamp.nullable(),
  openSeries: z.boolean(),
  epoch: z.number(),
  coveredEpoch: z.number(),
  pendingEpoch: z.number(),
  lease: z
    .object({ holder: z.string(), taskId: z.string(), attempt: z.number(), expiresAt: timestamp })
    .nullable(),
  pulledAt: timestamp.nullable(),
  failure: z
    .object({
      reason: z.string(),
      since: timestamp,
      count: z.number(),
      retryAt: timestamp,
      badRequests: z.number().exactOptional(),
      fullTriedAt: timestamp.exactOptional(),
    })
    .nullable(),
  /** Absent in documents from before there was a full sync every month. */
  fullSyncedAt: timestamp.nullable().default(null),
  /** Hashes of the ids of what could not be read. */
  unreadable: z.array(z.string()).default([]),
  /** syncNow with `full` sets it to the current `epoch`: the pass that closes that epoch is a full sync. */
  resyncEpoch: z.number(),
  /** What the user's calendar document says, so that it is only written when that changes. */
  shown: z
    .object({
      phase: z.enum(["importing", "live", "polling", "unavailable", "error"]),
      at: timestamp,
      unreadable: z.number().optional(),
    })
    .nullable(),
  /** A pass that ran out of time, to be continued by the next task. */
  progress: z
    .object({
      mode: z.enum(["pull", "full"]),
      pageToken: z.string(),
      closes: z.number(),
      windowStart: timestamp,
      timeZone: z.string(),
      queryVersion: z.number(),
      memory: z.string(),
      /** Documents `passes/<memory>-0` and so on that hold what the pass remembers. */
      parts: z.number(),
    })
    .nullable(),
  lastRun: z.object({ cause: z.string(), startedAt: timestamp, finishedAt: timestamp }).nullable(),
});
export const syncStateDocument = storedSyncState.transform(state => ({
  ...state,
  enabled: state.enabled ?? (state.inactiveReason !== "disabled" && state.inactiveReason !== "removed"),
}));
export type SyncStateDocument = z.infer<typeof syncStateDocument>;

/**
 * `calendarLists/{accountId}`: the server's record of an account, which the user's account document is written from,
 * and how far its list of calendars is followed.
 */
const storedCalendarList = z.object({
  uid: z.string(),
  /** False while the account waits for consent or is being removed. */
  active: z.boolean(),
  /** Missing, like all that the user sees of the account, in documents from before the account was kept here. */
  status: z.enum(["active", "reauth_required", "disconnecting"]).optional(),
  statusSince: timestamp.optional(),
  statusReason: z.string().optional(),
  email: z.string().optional(),
  name: z.string().optional(),
  connectedAt: timestamp.optional(),
  /** Google cannot push for this list: it is read once a day. */
  pushUnsupported: z.boolean(),
  syncToken: z.string().nullable(),
  /** Counts what was stored: a listing that is older than the last stored one is not stored. */
  revision: z.number(),
});
export const calendarListDocument = storedCalendarList.transform(list => ({
  ...list,
  status: list.status ?? (list.active ? ("active" as const) : ("reauth_required" as const)),
}));
export type CalendarListDocument = z.infer<typeof calendarListDocument>;

/** The record of this user's account; undefined if they have none by that id, whoever else may have one. */
export function readAccount(snapshot: DocumentSnapshot, uid: string): CalendarListDocument | undefined {
  if (!snapshot.exists) return undefined;
  const account = calendarListDocument.parse(snapshot.data());
  return account.uid === uid ? account : undefined;
}

/** `watches/{channelId}`. */
export const watchDocument = z.object({
  uid: z.string(),
  accountId: z.string(),
  /** What is watched: one calendar's events, or an account's list of calendars. */
  resource: z.enum(["events", "calendarList"]).default("events"),
  /** The account's id, where its list of calendars is watched. Channel ids begin with it. */
  calendarKey: z.string(),
  /** Empty, where a list is watched. */
  calendarId: z.string(),
  /** base64url(SHA-256(token)): the token itself is known to Google alone. */
  tokenHash: z.string(),
  /** Unknown until Google has answered the watch call. */
  resourceId: z.string().nullable(),
  expiresAt: timestamp,
  status: z.enum(["opening", "open", "retiring", "closed"]),
  createdAt: timestamp,
});

const anyCredential = z.object({
  uid: z.string(),
  /** Google's `sub`: two users who consented with one Google account share its grant. */
  subject: z.string(),
  scopes: z.array(z.string()),
  /** New with each connection. Empty in documents from before there were any. */
  grantId: z.string().default(""),
  accessToken: z.string(),
  accessTokenExpiresAt: timestamp,
  /** Since when the refresh token could not be opened. A note: one that is unreadable is none. */
  sealBrokenSince: timestamp.optional().catch(undefined),
});

/** `credentials/{accountId}`, of a consent or of a delegation. Tokens are sealed (account/token-seal.ts). */
export const credentialDocument = z.union([
  anyCredential.extend({ refreshToken: z.string() }),
  anyCredential.extend({ delegatedEmail: z.string() }),
]);

/** `oauthStates/{nonce}`: an attempt to connect that is not finished. */
export const oauthStateDocument = z.object({
  uid: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  expiresAt: timestamp,
  /** Sealed; once Google has answered, until the app has confirmed. */
  code: z.string().optional(),
});

/**
 * The fields of a calendar that has never been synced; off, unless it is `enabled`. `nowMs` seeds the epoch, which
 * therefore never repeats.
 */
export function newSyncState(
  ids: {
    readonly uid: string;
    readonly accountId: string;
    readonly calendarId: string;
    readonly timeZone: string;
    readonly enabled?: boolean;
    readonly listed?: SyncStateDocument["listed"];
  },
  nowMs: number,
): SyncStateDocument {
  const { enabled = true, listed = null, ...rest } = ids;
  return {
    ...rest,
    enabled,
    listed,
    active: enabled,
    ...(!enabled && { inactiveReason: "disabled" as const }),
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
