import {
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
  Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import { accountDocument } from "@firestore-calendar-sync/schema";
import { type CalendarPlan, planCalendar } from "../account/plan-calendar.ts";
import { reauthReason } from "../account/reauth-reason.ts";
import type {
  AccountStore,
  Connection,
  ConnectOutcome,
  StartedCalendar,
} from "../ports/account-store.port.ts";
import type { AccountStatus } from "../ports/account-status.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import type { Log } from "../ports/log.port.ts";
import { fromCredential } from "./credentials.repository.ts";
import { credentialDocument, newSyncState, paths, syncStateDocument } from "./documents.ts";

/** `users/{uid}/accounts/{accountId}` and what hangs together with it. */
export function createAccountStore(db: Firestore): AccountStore {
  return {
    connect: async connection =>
      await db.runTransaction(async transaction => await connect(db, transaction, connection)),
  };
}

async function connect(
  db: Firestore,
  transaction: Transaction,
  connection: Connection,
): Promise<ConnectOutcome> {
  const { accountId, credential, calendars, nowMs } = connection;
  const { uid } = credential;
  const account = await transaction.get(db.doc(paths.account(uid, accountId)));
  if (account.get("status") === "disconnecting") return { kind: "disconnecting" };
  const known = await transaction.get(
    db.collection(paths.calendars(uid)).where("accountId", "==", accountId),
  );
  const documents = new Map<string, DocumentSnapshot>(known.docs.map(snapshot => [snapshot.id, snapshot]));
  const keys = calendars.map(calendar => calendar.calendarKey);
  const states = new Map(
    keys.length === 0
      ? []
      : (await transaction.getAll(...keys.map(key => db.doc(paths.syncState(key))))).map(
          snapshot => [snapshot.id, snapshot] as const,
        ),
  );

  transaction.set(db.doc(paths.credential(accountId)), fromCredential(credential));
  saveAccount(transaction, account, connection);
  const started: StartedCalendar[] = [];
  for (const calendar of calendars) {
    const { calendarKey, ...listed } = calendar;
    const state = readState(states.get(calendarKey));
    const plan = planCalendar(accountId, listed, {
      document: documents.get(calendarKey)?.data(),
      stateActive: state?.active,
    });
    saveCalendar(db, transaction, { uid, calendarKey, plan });
    if (plan.state === "create") {
      const ids = { uid, accountId, calendarId: listed.calendarId, timeZone: listed.timeZone };
      transaction.create(db.doc(paths.syncState(calendarKey)), newSyncState(ids, nowMs));
    } else if (plan.state === "activate") {
      transaction.update(db.doc(paths.syncState(calendarKey)), {
        active: true,
        inactiveReason: FieldValue.delete(),
      });
    }
    if (plan.enabled) started.push({ calendarKey, epoch: state?.epoch ?? nowMs });
  }
  return { kind: "connected", reconnected: account.exists, started };
}

function readState(snapshot: DocumentSnapshot | undefined) {
  return snapshot?.exists === true ? syncStateDocument.parse(snapshot.data()) : undefined;
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

/** Carries out the part of a plan that the user sees. */
function saveCalendar(
  db: Firestore,
  transaction: Transaction,
  { uid, calendarKey, plan }: { uid: string; calendarKey: string; plan: CalendarPlan },
): void {
  const reference = db.doc(paths.calendar(uid, calendarKey));
  const fields = Object.entries(plan.document.fields);
  if (plan.document.kind === "create") transaction.create(reference, plan.document.fields);
  else if (fields.length > 0) {
    transaction.update(
      reference,
      Object.fromEntries(fields.map(([name, value]) => [name, value ?? FieldValue.delete()])),
    );
  }
}

/** What happens to an account when Google refuses its grant. */
export function createAccountStatus(db: Firestore, clock: Clock, log: Log): AccountStatus {
  return {
    requireReauth: async (accountId, reason) => {
      const changed = await db.runTransaction(async transaction => {
        const credential = await transaction.get(db.doc(paths.credential(accountId)));
        if (!credential.exists) return undefined;
        const { uid } = credentialDocument.parse(credential.data());
        const account = await transaction.get(db.doc(paths.account(uid, accountId)));
        if (!account.exists || accountDocument.parse(account.data()).status !== "active") return undefined;
        const states = await transaction.get(
          db.collection(paths.syncStates).where("accountId", "==", accountId),
        );
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
      if (changed !== undefined)
        log.warn("account needs consent again", { accountId, reason, calendars: changed });
    },
  };
}
