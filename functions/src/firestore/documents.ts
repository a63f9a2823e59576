import type { DocumentReference, Firestore } from "firebase-admin/firestore";
import { Timestamp } from "firebase-admin/firestore";
import { z } from "zod";

/** Every collection of the server, and the shapes of the documents that no client reads (docs/architecture.md, "Documents"). */
export const paths = {
  account: (uid: string, accountId: string) => `users/${uid}/accounts/${accountId}`,
  calendar: (uid: string, calendarKey: string) => `users/${uid}/calendars/${calendarKey}`,
  events: (uid: string) => `users/${uid}/events`,
  syncStates: "syncStates",
  syncState: (calendarKey: string) => `syncStates/${calendarKey}`,
  series: (calendarKey: string) => `syncStates/${calendarKey}/series`,
  watches: "watches",
  watch: (channelId: string) => `watches/${channelId}`,
  credential: (accountId: string) => `credentials/${accountId}`,
  oauthState: (nonce: string) => `oauthStates/${nonce}`,
} as const;

const timestamp = z.instanceof(Timestamp);

/** `syncStates/{calendarKey}`. Fields of one calendar's protocol; see sync/sync-state.ts for what they mean. */
export const syncStateDocument = z.object({
  uid: z.string(),
  accountId: z.string(),
  /** Google's calendar id. */
  calendarId: z.string(),
  active: z.boolean(),
  inactiveReason: z.enum(["disabled", "reauth_required", "unavailable", "disconnecting"]).optional(),
  timeZone: z.string(),
  /** Google cannot push for this calendar: it is polled by the backup sync. */
  pushUnsupported: z.boolean(),
  syncToken: z.string().nullable(),
  queryVersion: z.number(),
  windowStart: timestamp.nullable(),
  epoch: z.number(),
  coveredEpoch: z.number(),
  pendingEpoch: z.number(),
  lease: z
    .object({ holder: z.string(), taskId: z.string(), attempt: z.number(), expiresAt: timestamp })
    .nullable(),
  pulledAt: timestamp.nullable(),
  failure: z.object({ reason: z.string(), since: timestamp, count: z.number() }).nullable(),
  lastRun: z.object({ cause: z.string(), startedAt: timestamp, finishedAt: timestamp }).nullable(),
});
export type SyncStateDocument = z.infer<typeof syncStateDocument>;

/** `watches/{channelId}`. */
export const watchDocument = z.object({
  uid: z.string(),
  accountId: z.string(),
  calendarKey: z.string(),
  calendarId: z.string(),
  /** base64url(SHA-256(token)): the token itself is known to Google alone. */
  tokenHash: z.string(),
  /** Unknown until Google has answered the watch call. */
  resourceId: z.string().nullable(),
  expiresAt: timestamp,
  status: z.enum(["opening", "open", "retiring", "closed"]),
  createdAt: timestamp,
});
export type WatchDocument = z.infer<typeof watchDocument>;

/** The fields of a calendar that has never been synced. `nowMs` seeds the epoch, which therefore never repeats. */
export function newSyncState(
  ids: {
    readonly uid: string;
    readonly accountId: string;
    readonly calendarId: string;
    readonly timeZone: string;
  },
  nowMs: number,
): SyncStateDocument {
  return {
    ...ids,
    active: true,
    pushUnsupported: false,
    syncToken: null,
    queryVersion: 0,
    windowStart: null,
    epoch: nowMs,
    coveredEpoch: nowMs - 1,
    pendingEpoch: nowMs - 1,
    lease: null,
    pulledAt: null,
    failure: null,
    lastRun: null,
  };
}

export function syncStateRef(db: Firestore, calendarKey: string): DocumentReference {
  return db.doc(paths.syncState(calendarKey));
}
