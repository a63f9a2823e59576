import {
  type DocumentReference,
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
  type Query,
  Timestamp,
} from "firebase-admin/firestore";
import * as z from "zod";
import { accountDocument } from "@firestore-calendar-sync/schema";
import type { AccountRemoval, RemovalOutcome } from "../ports/account-removal.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import { credentialDocument, eventsOfCalendar, paths, timestamp } from "./documents.ts";
import { lostToOther } from "./status-code.ts";
import { toWatch } from "./watches.repository.ts";

/** Documents deleted in one commit. */
const batchSize = 400;

/** Lost races for the fence in a row; each means that somebody else changed the fence's document. */
const maxConflicts = 20;

/** The document that says whether a deletion is still wanted. */
interface Fence {
  readonly reference: DocumentReference;
  readonly holds: (snapshot: DocumentSnapshot) => boolean;
}

/** Deletes accounts and calendars, never against a user who has changed their mind. */
export function createAccountRemoval(db: Firestore, clock: Clock): AccountRemoval {
  const accountFence = (uid: string, accountId: string): Fence => ({
    reference: db.doc(paths.account(uid, accountId)),
    holds: snapshot => snapshot.get("status") === "disconnecting",
  });
  const watchesOf = (accountId: string) => db.collection(paths.watches).where("accountId", "==", accountId);
  const statesOf = (accountId: string) => db.collection(paths.syncStates).where("accountId", "==", accountId);
  const calendarsOf = (uid: string, accountId: string) =>
    db.collection(paths.calendars(uid)).where("accountId", "==", accountId);

  return {
    markDisconnecting: async (uid, accountId) =>
      await db.runTransaction(async transaction => {
        const account = await transaction.get(db.doc(paths.account(uid, accountId)));
        if (!account.exists) return "unknown";
        const states = await transaction.get(statesOf(accountId));
        const list = await transaction.get(db.doc(paths.calendarList(accountId)));
        if (list.exists) transaction.update(list.ref, { active: false });
        if (accountDocument.parse(account.data()).status !== "disconnecting") {
          const statusSince = Timestamp.fromMillis(clock.now());
          transaction.update(account.ref, { status: "disconnecting", statusSince });
        }
        for (const state of states.docs) {
          transaction.update(state.ref, { active: false, inactiveReason: "disconnecting" });
        }
        return "marked";
      }),

    status: async (uid, accountId) => {
      const account = await db.doc(paths.account(uid, accountId)).get();
      if (!account.exists) return "gone";
      return accountDocument.parse(account.data()).status === "disconnecting" ? "disconnecting" : "connected";
    },

    accountsOf: async uid =>
      (await db.collection(paths.accounts(uid)).select().get()).docs.map(account => account.id),

    forgetAttempts: async uid => {
      const attempts = await db.collection(paths.oauthStates).where("uid", "==", uid).select().get();
      await Promise.all(attempts.docs.map(async attempt => await attempt.ref.delete()));
    },

    unfinished: async limit => {
      const accounts = await db
        .collectionGroup("accounts")
        .where("status", "==", "disconnecting")
        .limit(limit)
        .get();
      const calendars = await db
        .collection(paths.syncStates)
        .orderBy("unwantedSince")
        .select("uid")
        .limit(limit)
        .get();
      return [
        ...accounts.docs.flatMap(account => {
          const uid = account.ref.parent.parent?.id;
          return uid === undefined ? [] : [{ uid, accountId: account.id }];
        }),
        ...calendars.docs.map(state => ({ uid: z.string().parse(state.get("uid")), calendarKey: state.id })),
      ];
    },

    watchesOf: async accountId => (await watchesOf(accountId).get()).docs.map(toWatch),

    calendarKeysOf: async (uid, accountId) => {
      const found = await Promise.all([
        statesOf(accountId).select().get(),
        calendarsOf(uid, accountId).select().get(),
      ]);
      return [...new Set(found.flatMap(({ docs }) => docs.map(({ id }) => id)))];
    },

    sharesGrant: async accountId => {
      const own = await db.doc(paths.credential(accountId)).get();
      if (!own.exists) return false;
      const { subject } = credentialDocument.parse(own.data());
      const all = await db
        .collection(paths.credentials)
        .where("subject", "==", subject)
        .select("refreshToken")
        .get();
      // A delegated account of the same person does not live on what they consented to.
      return all.docs.some(other => other.id !== accountId && other.get("refreshToken") !== undefined);
    },

    deleteCalendar: async (uid, accountId, calendarKey) => {
      const fence = accountFence(uid, accountId);
      return await inTurn(
        // Without its state no sync can commit anything for this calendar.
        async () => await fencedDelete(db, fence, [db.doc(paths.syncState(calendarKey))]),
        async () => await deleteBelow(db, fence, calendarKey),
        async () => await deleteAll(db, fence, eventsOfCalendar(db, uid, calendarKey)),
        // Last: it is what a repetition finds the calendar's key in.
        async () => await fencedDelete(db, fence, [db.doc(paths.calendar(uid, calendarKey))]),
      );
    },

    deleteAccount: async (uid, accountId) => {
      const fence = accountFence(uid, accountId);
      return await inTurn(
        async () => await deleteAll(db, fence, watchesOf(accountId)),
        // The account last: it is what a repetition starts from.
        async () =>
          await fencedDelete(db, fence, [
            db.doc(paths.calendarList(accountId)),
            db.doc(paths.credential(accountId)),
            fence.reference,
          ]),
      );
    },

    deleteUnwanted: async (uid, calendarKey) => {
      const reference = db.doc(paths.syncState(calendarKey));
      const first = await reference.get();
      const removed = first.get("inactiveReason") === "removed";
      const since = unwantedSince(first);
      const fence: Fence = {
        reference,
        holds: snapshot =>
          snapshot.get("inactiveReason") === (removed ? "removed" : "disabled") &&
          snapshot.get("uid") === uid &&
          // On and off again meanwhile: what was stored in between is for the clean-up of that switch-off.
          unwantedSince(snapshot) === since,
      };
      const rest = [db.doc(paths.calendar(uid, calendarKey)), reference];
      return await inTurn(
        async () => await deleteBelow(db, fence, calendarKey),
        async () => await deleteAll(db, fence, eventsOfCalendar(db, uid, calendarKey)),
        async () => (removed ? await fencedDelete(db, fence, rest) : await noteCleaned(fence)),
      );
    },
  };
}

/** One step after the other, until one finds that it is not wanted any more. */
async function inTurn(...steps: readonly (() => Promise<RemovalOutcome>)[]): Promise<RemovalOutcome> {
  let documents = 0;
  for (const step of steps) {
    const outcome = await step();
    if (outcome.kind === "superseded") return outcome;
    documents += outcome.documents;
  }
  return { kind: "deleted", documents };
}

function unwantedSince(state: DocumentSnapshot): number | undefined {
  return timestamp.optional().parse(state.get("unwantedSince"))?.toMillis();
}

/** Nothing is left to be deleted: the daily round need not ask for it. */
async function noteCleaned(fence: Fence): Promise<RemovalOutcome> {
  return await underFence(fence, async ({ updateTime }) => {
    await fence.reference.update({ unwantedSince: FieldValue.delete() }, { lastUpdateTime: updateTime });
    return 0;
  });
}

/** The subcollections of a sync state, whichever there are; they outlive their parent. */
async function deleteBelow(db: Firestore, fence: Fence, calendarKey: string): Promise<RemovalOutcome> {
  const collections = await db.doc(paths.syncState(calendarKey)).listCollections();
  return await inTurn(...collections.map(collection => async () => await deleteAll(db, fence, collection)));
}

async function deleteAll(db: Firestore, fence: Fence, query: Query): Promise<RemovalOutcome> {
  let documents = 0;
  for (;;) {
    const page = await query.limit(batchSize).select().get();
    if (page.empty) return { kind: "deleted", documents };
    const outcome = await fencedDelete(
      db,
      fence,
      page.docs.map(({ ref }) => ref),
    );
    if (outcome.kind === "superseded") return outcome;
    documents += outcome.documents;
  }
}

/**
 * Deletes in one commit with a precondition on the fence's document: somebody who has reconnected, or switched the
 * calendar on again, has changed it, and then nothing is deleted.
 */
async function fencedDelete(
  db: Firestore,
  fence: Fence,
  references: readonly DocumentReference[],
): Promise<RemovalOutcome> {
  return await underFence(fence, async ({ updateTime, fields }) => {
    const batch = db.batch();
    const others = references.filter(reference => reference !== fence.reference);
    for (const reference of others) batch.delete(reference);
    if (others.length < references.length) batch.delete(fence.reference, { lastUpdateTime: updateTime });
    else batch.update(fence.reference, fields, { lastUpdateTime: updateTime });
    await batch.commit();
    return references.length;
  });
}

async function underFence(
  fence: Fence,
  commit: (version: { updateTime: Timestamp; fields: Record<string, unknown> }) => Promise<number>,
): Promise<RemovalOutcome> {
  for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
    const snapshot = await fence.reference.get();
    if (snapshot.updateTime === undefined || !fence.holds(snapshot)) return { kind: "superseded" };
    // An update that changes nothing: only its precondition matters.
    const field = snapshot.get("status") === undefined ? "active" : "status";
    const version = { updateTime: snapshot.updateTime, fields: { [field]: snapshot.get(field) as unknown } };
    try {
      return { kind: "deleted", documents: await commit(version) };
    } catch (error) {
      if (!lostToOther(error)) throw error;
    }
  }
  throw new Error(`${maxConflicts} conflicts in a row at ${fence.reference.path}`);
}
