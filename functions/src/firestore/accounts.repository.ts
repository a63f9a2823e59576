import { type Firestore, Timestamp, type Transaction } from "firebase-admin/firestore";
import { reauthReason } from "../account/reauth-reason.ts";
import type { AccountStore, Connection, ConnectOutcome } from "../ports/account-store.port.ts";
import type { AccountStatus } from "../ports/account-status.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import type { Log } from "../ports/log.port.ts";
import { readListing, storeListing } from "./calendars-listing.repository.ts";
import { fromCredential } from "./credentials.repository.ts";
import {
  calendarListDocument,
  type CalendarListDocument,
  credentialDocument,
  paths,
  readAccount,
} from "./documents.ts";
import { showAccount } from "./shown-documents.ts";

/** `calendarLists/{accountId}`, the server's record of an account, and what hangs together with it. */
export function createAccountStore(db: Firestore): AccountStore {
  return {
    isActive: async (uid, accountId) =>
      readAccount(await db.doc(paths.calendarList(accountId)).get(), uid)?.status === "active",

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
  const list = await transaction.get(db.doc(paths.calendarList(accountId)));
  const known = list.exists ? calendarListDocument.parse(list.data()) : undefined;
  if (known !== undefined && known.uid !== uid) throw new Error(`${accountId} belongs to another user`);
  if (known !== undefined && (await isBeingRemoved(db, transaction, accountId, known))) {
    return { kind: "disconnecting" };
  }
  const changes = await readListing(db, transaction, { uid, accountId, listing });

  transaction.set(db.doc(paths.credential(accountId)), fromCredential(credential));
  const { enabled, removed, doubted } = storeListing(db, transaction, changes, nowMs);
  const record = connected(known, connection);
  transaction.set(list.ref, record);
  showAccount(db, transaction, accountId, record);
  return { kind: "connected", reconnected: list.exists, started: enabled, removed, doubted };
}

/**
 * A record from before it held a status is inactive for one of two reasons; only its calendars say which.
 */
async function isBeingRemoved(
  db: Firestore,
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

/** The account's record: new, or active again. `connectedAt` stays the first time. */
function connected(
  known: CalendarListDocument | undefined,
  { email, name, credential, listing, nowMs }: Connection,
): CalendarListDocument {
  const now = Timestamp.fromMillis(nowMs);
  const since = known?.status === "active" ? known.statusSince : now;
  // When a known account without one was connected is only in the user's document, which keeps it.
  const connectedAt = known === undefined ? now : known.connectedAt;
  return {
    uid: credential.uid,
    active: true,
    status: "active",
    email,
    ...(name !== undefined && { name }),
    ...(since !== undefined && { statusSince: since }),
    ...(connectedAt !== undefined && { connectedAt }),
    pushUnsupported: known?.pushUnsupported ?? false,
    syncToken: listing.syncToken,
    revision: (known?.revision ?? 0) + 1,
  };
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
        const list = await transaction.get(db.doc(paths.calendarList(accountId)));
        const account = readAccount(list, credential.uid);
        if (account?.status !== "active") return "inactive";
        const states = await transaction.get(
          db.collection(paths.syncStates).where("accountId", "==", accountId),
        );
        const change = {
          active: false,
          status: "reauth_required",
          statusSince: Timestamp.fromMillis(clock.now()),
          statusReason: reauthReason(reason),
        } as const;
        transaction.update(list.ref, change);
        showAccount(db, transaction, accountId, { ...account, ...change });
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
