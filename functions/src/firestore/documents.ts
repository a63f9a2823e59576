import {
  type DocumentData,
  type DocumentSnapshot,
  FieldValue,
  Timestamp,
  type UpdateData,
} from "firebase-admin/firestore";
import * as z from "zod";
import { type StateChange, type SyncState, syncState } from "../model/sync-state.ts";

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
 * Reads `syncStates/{calendarKey}`.
 *
 * @throws ZodError naming the field, if the document is not as the schema requires
 */
export function readSyncState(snapshot: DocumentSnapshot): SyncState {
  return syncState.parse(snapshot.data());
}

/** Strict: a field that the schema lacks is a mistake of ours, and would be lost in silence. */
const stateFields = z.strictObject(syncState.partial().shape);

/** The fields of an update, or of a whole document, as Firestore stores them. */
export function storedState(change: StateChange): UpdateData<DocumentData> {
  const kept = Object.entries(change).filter(([, value]) => value !== undefined);
  const removed = Object.keys(change).filter(name => change[name as keyof StateChange] === undefined);
  return {
    ...z.encode(stateFields, Object.fromEntries(kept)),
    ...Object.fromEntries(removed.map(name => [name, FieldValue.delete()])),
  };
}

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
