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

/** What happens to an account when Google refuses its grant. */
export function createAccountStatus(db: Firestore, clock: Clock, log: Log): AccountStatus {
  return {
    requireReauth: async (accountId, { reason, grantId }) => {
      const changed = await db.runTransaction(async transaction => {
        const snapshot = await transaction.get(db.doc(paths.credential(accountId)));
        if (!snapshot.exists) return "inactive";
        const credential = credentialDocument.parse(snapshot.data());
        if (credential.grantId !== grantId) return "superseded";
        const account = await transaction.get(db.doc(paths.account(credential.uid, accountId)));
        if (!account.exists || accountDocument.parse(account.data()).status !== "active") return "inactive";
        const states = await transaction.get(
          db.collection(paths.syncStates).where("accountId", "==", accountId),
        );
        const list = await transaction.get(db.doc(paths.calendarList(accountId)));
        if (list.exists) transaction.update(list.ref, { active: false });
        transaction.update(account.ref, {
          status: "reauth_required",
          statusSince: Timestamp.fromMillis(clock.now()),
          statusReason: reauthReason(reason),
        });
        const active = states.docs.filter(state => state.get("active") === true);
        for (const state of active) {
          transaction.update(state.ref, { active: false, inactiveReason: "reauth_required" });
        }
        return active.length;
      });
      if (changed === "superseded") {
        log.info("refusal of an older connection ignored", { accountId, reason });
        return "superseded";
      }
      if (changed !== "inactive") {
        log.warn("account needs consent again", { accountId, reason, calendars: changed });
      }
      return "required";
    },
  };
}
