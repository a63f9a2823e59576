import { type DocumentSnapshot, FieldValue, Timestamp, type Transaction } from "firebase-admin/firestore";
import { canWrite } from "../account/scopes.ts";
import { reauthReason } from "../account/reauth-reason.ts";
import type { AccountStatus, AccountStore, Connection, ConnectOutcome } from "../ports/account.port.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../model/google-failure.ts";
import { stopped } from "../model/sync-state.ts";
import { readListing, storeListing } from "./calendars-listing.repository.ts";
import { fromCredential } from "./credentials.repository.ts";
import {
  calendarListDocument,
  type CalendarListDocument,
  credentialDocument,
  paths,
  readAccount,
  storedState,
} from "./documents.ts";
import type { Database } from "./output.ts";
import { showAccount } from "./shown-documents.ts";

/**
 * `calendarSyncLists/{accountId}`, the server's record of an account, and the documents that are changed together
 * with it.
 */
export function createAccountStore(db: Database): AccountStore {
  return {
    isActive: async (uid, accountId) =>
      readAccount(await db.doc(paths.calendarList(accountId)).get(), uid)?.status === "active",

    connect: async connection =>
      await db.runTransaction(async transaction => await connect(db, transaction, connection)),
  };
}

async function connect(
  db: Database,
  transaction: Transaction,
  connection: Connection,
): Promise<ConnectOutcome> {
  const { accountId, credential, listing, nowMs } = connection;
  const { uid } = credential;
  const list = await transaction.get(db.doc(paths.calendarList(accountId)));
  const known = list.exists ? calendarListDocument.parse(list.data()) : undefined;
  if (known !== undefined && known.uid !== uid) throw new Error(`${accountId} belongs to another user`);
  if (known !== undefined && (await isBeingRemoved(db, transaction, accountId, known))) {
    return { kind: "disconnecting" };
  }
  const changes = await readListing(db, transaction, { uid, accountId, listing });

  transaction.set(db.doc(paths.credential(accountId)), fromCredential(credential));
  const { enabled, removed, doubted } = storeListing(db, transaction, changes, nowMs);
  const record = connected(known, connection, db.writeAccess);
  transaction.set(list.ref, record);
  showAccount(db, transaction, accountId, record);
  return { kind: "connected", reconnected: list.exists, started: enabled, removed, doubted };
}

/**
 * The first versions stored no status. If such a record is inactive, its calendars' states show whether the account is
 * being removed or must be connected again.
 */
async function isBeingRemoved(
  db: Database,
  transaction: Transaction,
  accountId: string,
  known: CalendarListDocument,
): Promise<boolean> {
  if (known.status !== "reauth_required" || known.statusSince !== undefined) {
    return known.status === "disconnecting";
  }
  const states = await transaction.get(db.collection(paths.syncStates).where("accountId", "==", accountId));
  return states.docs.some(state => state.get("inactiveReason") === "disconnecting");
}

/** The record of a new or reconnected account. `connectedAt` is the time of the first connection. */
function connected(
  known: CalendarListDocument | undefined,
  { email, name, credential, listing, nowMs }: Connection,
  writeAccess: boolean,
): CalendarListDocument {
  const now = Timestamp.fromMillis(nowMs);
  const since = known?.status === "active" ? known.statusSince : now;
  // The first versions stored `connectedAt` only in the user's document, which keeps the value.
  const connectedAt = known === undefined ? now : known.connectedAt;
  return {
    uid: credential.uid,
    active: true,
    status: "active",
    email,
    ...(name !== undefined && { name }),
    ...(since !== undefined && { statusSince: since }),
    ...(connectedAt !== undefined && { connectedAt }),
    ...(writeAccess && canWrite(credential.scopes) && { canWrite: true }),
    pushUnsupported: known?.pushUnsupported ?? false,
    syncToken: listing.syncToken,
    revision: (known?.revision ?? 0) + 1,
  };
}

/** Google must refuse every token of an account for this long before the user is asked to connect again. */
const patienceMs = 24 * 60 * 60_000;

/** Changes an account when Google refuses its grant or its tokens. */
export function createAccountStatus(db: Database, clock: Clock, log: Log): AccountStatus {
  const told = (accountId: string, { reason }: GoogleFailure, ended: number | Unchanged) => {
    if (ended === "superseded") {
      log.info("refusal of an older connection ignored", { accountId, reason });
      return "superseded";
    }
    if (ended !== "inactive") {
      log.warn("account needs consent again", { accountId, reason, calendars: ended });
    }
    return "required";
  };
  const credentialOf = async (transaction: Transaction, accountId: string, grantId: string | undefined) => {
    const snapshot = await transaction.get(db.doc(paths.credential(accountId)));
    if (!snapshot.exists) return "inactive";
    return credentialDocument.parse(snapshot.data()).grantId === grantId ? snapshot : "superseded";
  };

  return {
    requireReauth: async (accountId, failure) => {
      const ended = await db.runTransaction(async transaction => {
        const credential = await credentialOf(transaction, accountId, failure.grantId);
        if (typeof credential === "string") return credential;
        return await endAccount(db, transaction, credential, failure.reason, clock.now());
      });
      return told(accountId, failure, ended);
    },

    noteRefusal: async (accountId, failure) => {
      const ended = await db.runTransaction(async transaction => {
        const credential = await credentialOf(transaction, accountId, failure.grantId);
        if (typeof credential === "string") return credential;
        const nowMs = clock.now();
        const sinceMs = refusedSince(credential);
        if (sinceMs !== undefined && nowMs - sinceMs < patienceMs) return "wait";
        if (sinceMs !== undefined && !(await hasSyncedSince(db, transaction, accountId, sinceMs))) {
          return await endAccount(db, transaction, credential, failure.reason, nowMs);
        }
        transaction.update(credential.ref, { refusedSince: Timestamp.fromMillis(nowMs) });
        return "wait";
      });
      return ended === "wait" ? "wait" : told(accountId, failure, ended);
    },

    noteAccepted: async accountId => {
      const reference = db.doc(paths.credential(accountId));
      if (refusedSince(await reference.get()) === undefined) return;
      await db.runTransaction(async transaction => {
        const credential = await transaction.get(reference);
        if (refusedSince(credential) !== undefined)
          transaction.update(reference, { refusedSince: FieldValue.delete() });
      });
    },
  };
}

/** Nothing was changed: the account is not active, or the refused call used an older connection. */
type Unchanged = "inactive" | "superseded";

/**
 * `refusedSince` of a credential: when Google first refused a token of this connection that it had just issued. Removed
 * by the next successful call; a new connection replaces the whole document.
 */
function refusedSince(credential: DocumentSnapshot): number | undefined {
  const since: unknown = credential.get("refusedSince");
  return since instanceof Timestamp ? since.toMillis() : undefined;
}

/** True if a sync of one of the account's calendars was completed since then, so Google accepted its calls. */
async function hasSyncedSince(
  db: Database,
  transaction: Transaction,
  accountId: string,
  sinceMs: number,
): Promise<boolean> {
  const states = await transaction.get(
    db.collection(paths.syncStates).where("accountId", "==", accountId).select("lastRun.finishedAt"),
  );
  return states.docs.some(state => {
    const finishedAt: unknown = state.get("lastRun.finishedAt");
    return finishedAt instanceof Timestamp && finishedAt.toMillis() >= sinceMs;
  });
}

/** Marks the account as `reauth_required` and stops its calendars. Returns how many calendars were active. */
async function endAccount(
  db: Database,
  transaction: Transaction,
  credential: DocumentSnapshot,
  reason: GoogleFailureReason,
  nowMs: number,
): Promise<number | Unchanged> {
  const accountId = credential.id;
  const { uid } = credentialDocument.parse(credential.data());
  const list = await transaction.get(db.doc(paths.calendarList(accountId)));
  const account = readAccount(list, uid);
  if (account?.status !== "active") return "inactive";
  const states = await transaction.get(db.collection(paths.syncStates).where("accountId", "==", accountId));
  const change = {
    active: false,
    status: "reauth_required",
    statusSince: Timestamp.fromMillis(nowMs),
    statusReason: reauthReason(reason),
  } as const;
  transaction.update(list.ref, change);
  showAccount(db, transaction, accountId, { ...account, ...change });
  const active = states.docs.filter(state => state.get("active") === true);
  for (const state of active) {
    transaction.update(state.ref, storedState(stopped("reauth_required")));
  }
  return active.length;
}
