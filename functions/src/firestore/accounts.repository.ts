import {
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
  Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import { accountDocument } from "@firestore-calendar-sync/schema";
import { reauthReason } from "../account/reauth-reason.ts";
import type { AccountStore, Connection, ConnectOutcome } from "../ports/account-store.port.ts";
import type { AccountStatus } from "../ports/account-status.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import type { GoogleFailure, GoogleFailureReason } from "../ports/google-failure.port.ts";
import type { Log } from "../ports/log.port.ts";
import { readListing, storeListing } from "./calendars-listing.repository.ts";
import { fromCredential } from "./credentials.repository.ts";
import { calendarListDocument, credentialDocument, paths } from "./documents.ts";

/** `users/{uid}/accounts/{accountId}` and what hangs together with it. */
export function createAccountStore(db: Firestore): AccountStore {
  return {
    isActive: async (uid, accountId) =>
      (await db.doc(paths.account(uid, accountId)).get()).get("status") === "active",

    connect: async connection =>
      await db.runTransaction(async transaction => await connect(db, transaction, connection)),
  };
}

async function connect(
  db: Firestore,
  transaction: Transaction,
  connection: Connection,
): Promise<ConnectOutcome> {
  const { accountId, credential, listing, nowMs } = connection;
  const { uid } = credential;
  const account = await transaction.get(db.doc(paths.account(uid, accountId)));
  if (account.get("status") === "disconnecting") return { kind: "disconnecting" };
  const list = await transaction.get(db.doc(paths.calendarList(accountId)));
  const changes = await readListing(db, transaction, { uid, accountId, listing });

  transaction.set(db.doc(paths.credential(accountId)), fromCredential(credential));
  saveAccount(transaction, account, connection);
  const { enabled, removed } = storeListing(db, transaction, changes, nowMs);
  const known = list.exists ? calendarListDocument.parse(list.data()) : undefined;
  transaction.set(list.ref, {
    uid,
    active: true,
    pushUnsupported: known?.pushUnsupported ?? false,
    syncToken: listing.syncToken,
    revision: (known?.revision ?? 0) + 1,
  });
  return { kind: "connected", reconnected: account.exists, started: enabled, removed };
}

/** Creates the account document or makes it active again; `connectedAt` stays the first time. */
function saveAccount(transaction: Transaction, account: DocumentSnapshot, connection: Connection): void {
  const now = Timestamp.fromMillis(connection.nowMs);
  const identity = {
    email: connection.email,
    ...(connection.name !== undefined && { name: connection.name }),
  };
  if (!account.exists) {
    const document = { ...identity, status: "active", statusSince: now, connectedAt: now };
    transaction.create(account.ref, document);
  } else if (account.get("status") === "active") {
    transaction.update(account.ref, identity);
  } else {
    const healed = { status: "active", statusSince: now, statusReason: FieldValue.delete() };
    transaction.update(account.ref, { ...identity, ...healed });
  }
}

/** So long must Google refuse every token of an account before its user is asked to connect again. */
const patienceMs = 24 * 60 * 60_000;

/** What happens to an account when Google refuses its grant, or its tokens. */
export function createAccountStatus(db: Firestore, clock: Clock, log: Log): AccountStatus {
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

/** Nothing was changed: the account is not active, or the refusal is an older connection's. */
type Unchanged = "inactive" | "superseded";

/**
 * `refusedSince` of a credential: when Google first refused a token of this connection that it had just issued. Gone
 * with the next call that succeeds, and with the next connection, which writes the document anew.
 */
function refusedSince(credential: DocumentSnapshot): number | undefined {
  const since: unknown = credential.get("refusedSince");
  return since instanceof Timestamp ? since.toMillis() : undefined;
}

/** True if a sync of one of the account's calendars was completed, and so accepted by Google, since then. */
async function hasSyncedSince(
  db: Firestore,
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

/** Returns how many calendars were active. */
async function endAccount(
  db: Firestore,
  transaction: Transaction,
  credential: DocumentSnapshot,
  reason: GoogleFailureReason,
  nowMs: number,
): Promise<number | Unchanged> {
  const accountId = credential.id;
  const { uid } = credentialDocument.parse(credential.data());
  const account = await transaction.get(db.doc(paths.account(uid, accountId)));
  if (!account.exists || accountDocument.parse(account.data()).status !== "active") return "inactive";
  const states = await transaction.get(db.collection(paths.syncStates).where("accountId", "==", accountId));
  const list = await transaction.get(db.doc(paths.calendarList(accountId)));
  if (list.exists) transaction.update(list.ref, { active: false });
  transaction.update(account.ref, {
    status: "reauth_required",
    statusSince: Timestamp.fromMillis(nowMs),
    statusReason: reauthReason(reason),
  });
  const active = states.docs.filter(state => state.get("active") === true);
  for (const state of active) {
    transaction.update(state.ref, { active: false, inactiveReason: "reauth_required" });
  }
  return active.length;
}
