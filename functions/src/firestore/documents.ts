import {
  type DocumentData,
  type DocumentSnapshot,
  FieldValue,
  Timestamp,
  type UpdateData,
} from "firebase-admin/firestore";
import { calendarChangesPath } from "@firestore-calendar-sync/client";
import * as z from "zod/mini";
import { type StateChange, type SyncState, syncState } from "../model/sync-state.ts";

/** The server's own documents, which clients cannot read or write (docs/architecture.md, "Documents"). */
export const paths = {
  syncStates: "calendarSyncStates",
  syncState: (calendarKey: string) => `calendarSyncStates/${calendarKey}`,
  series: (calendarKey: string) => `calendarSyncStates/${calendarKey}/calendarSyncSeries`,
  passes: (calendarKey: string) => `calendarSyncStates/${calendarKey}/calendarSyncPasses`,
  calendarLists: "calendarSyncLists",
  calendarList: (accountId: string) => `calendarSyncLists/${accountId}`,
  watches: "calendarSyncWatches",
  watch: (channelId: string) => `calendarSyncWatches/${channelId}`,
  credentials: "calendarSyncCredentials",
  credential: (accountId: string) => `calendarSyncCredentials/${accountId}`,
  oauthStates: "calendarSyncOAuthStates",
  oauthState: (nonce: string) => `calendarSyncOAuthStates/${nonce}`,
  deployments: "calendarSyncDeployments",
  deployment: (instance: string) => `calendarSyncDeployments/${instance}`,
  changes: (calendarKey: string, seq: number) => `${calendarChangesPath}/${calendarKey}-${seq}`,
  calendarCalls: (day: string, shard: number) => `calendarSyncCalls/${day}-${shard}`,
} as const;

export const timestamp = z.instanceof(Timestamp);

/**
 * Reads `calendarSyncStates/{calendarKey}`.
 *
 * @throws ZodError that names the field, if the document does not match the schema
 */
export function readSyncState(snapshot: DocumentSnapshot): SyncState {
  return syncState.parse(snapshot.data());
}

/** Strict, because a field that the schema lacks would be dropped without an error. */
const stateFields = z.strictObject(z.partial(syncState).shape);

/** Converts an update, or a whole state, to Firestore's form. An undefined field is deleted. */
export function storedState(change: StateChange): UpdateData<DocumentData> {
  const kept = Object.entries(change).filter(([, value]) => value !== undefined);
  const removed = Object.keys(change).filter(name => change[name as keyof StateChange] === undefined);
  return {
    ...z.encode(stateFields, Object.fromEntries(kept)),
    ...Object.fromEntries(removed.map(name => [name, FieldValue.delete()])),
  };
}

/**
 * `calendarSyncLists/{accountId}`: the server's record of an account. The user's account document is written from it,
 * and it stores how far the account's list of calendars is synced.
 */
const storedCalendarList = z.object({
  uid: z.string(),
  /** False while the account waits for consent or is being removed. */
  active: z.boolean(),
  /** Absent in documents of the first versions, like the other fields of the user's account document. */
  status: z.optional(z.enum(["active", "reauth_required", "disconnecting"])),
  statusSince: z.optional(timestamp),
  statusReason: z.optional(z.string()),
  email: z.optional(z.string()),
  name: z.optional(z.string()),
  connectedAt: z.optional(timestamp),
  /** True if the consent allows changes of events; absent if not, or if it was given without `WRITE_ACCESS`. */
  canWrite: z.optional(z.boolean()),
  /** Google cannot push for this list; it is read once a day. */
  pushUnsupported: z.boolean(),
  syncToken: z.nullable(z.string()),
  /** Increased with each stored listing. A listing that is based on an older revision is not stored. */
  revision: z.number(),
});
export const calendarListDocument = z.pipe(
  storedCalendarList,
  z.transform(list => ({
    ...list,
    status: list.status ?? (list.active ? ("active" as const) : ("reauth_required" as const)),
  })),
);
export type CalendarListDocument = z.infer<typeof calendarListDocument>;

/** The record of this user's account. Undefined if this user has no account of that id, even if another user has it. */
export function readAccount(snapshot: DocumentSnapshot, uid: string): CalendarListDocument | undefined {
  if (!snapshot.exists) return undefined;
  const account = calendarListDocument.parse(snapshot.data());
  return account.uid === uid ? account : undefined;
}

/** `calendarSyncWatches/{channelId}`. */
export const watchDocument = z.object({
  uid: z.string(),
  accountId: z.string(),
  /** The watched resource: one calendar's events, or an account's list of calendars. */
  resource: z._default(z.enum(["events", "calendarList"]), "events"),
  /** The watched calendar's key, or the account's id for a list. Channel ids begin with it. */
  calendarKey: z.string(),
  /** Empty for a list. */
  calendarId: z.string(),
  /** base64url(SHA-256(token)). Only Google has the token itself. */
  tokenHash: z.string(),
  /** Null until Google has answered the watch call. */
  resourceId: z.nullable(z.string()),
  expiresAt: timestamp,
  status: z.enum(["opening", "open", "retiring", "closed"]),
  createdAt: timestamp,
});

const anyCredential = z.object({
  uid: z.string(),
  /** Google's `sub`. If two users consented with one Google account, they share its grant. */
  subject: z.string(),
  scopes: z.array(z.string()),
  /** New with each connection. Empty in documents of the first versions. */
  grantId: z._default(z.string(), ""),
  accessToken: z.string(),
  accessTokenExpiresAt: timestamp,
  /** When the stored access was first found to be unusable. If the field is unreadable, it is treated as absent. */
  sealBrokenSince: z.catch(z.optional(timestamp), undefined),
});

/** `calendarSyncCredentials/{accountId}`, for a consent or a delegation. Tokens are sealed (account/token-seal.ts). */
export const credentialDocument = z.union([
  z.extend(anyCredential, { refreshToken: z.string() }),
  z.extend(anyCredential, { delegatedEmail: z.string() }),
]);

/** `calendarSyncOAuthStates/{nonce}`: an unfinished attempt to connect. */
export const oauthStateDocument = z.object({
  uid: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  expiresAt: timestamp,
  /** Google's code, sealed. Present while the app must still confirm the consent. */
  code: z.optional(z.string()),
});

/** `calendarSyncCalls/{day}-{shard}`: a part of the calls to the Calendar API of one day. */
export const calendarCallsDocument = z.object({
  day: z.string(),
  calls: z.number(),
  /** Not `expiresAt`: a TTL policy deletes documents of every collection with this id, of a host project too. */
  countExpiresAt: timestamp,
});

/** `calendarSyncDeployments/{instance}`, as far as other instances read it (deployment/check-deployment.ts). */
export const deploymentDocument = z.object({
  /** When the last self-check began. */
  startedAt: timestamp,
});
