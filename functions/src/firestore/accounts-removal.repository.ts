import {
  type DocumentReference,
  type DocumentSnapshot,
  FieldValue,
  type Query,
  Timestamp,
} from "firebase-admin/firestore";
import * as z from "zod/mini";
import type { DeletionReason } from "@firestore-calendar-sync/client";
import { calendarKeyOf } from "../model/keys.ts";
import { stopped } from "../model/sync-state.ts";
import type { AccountRemoval, RemovalOutcome, RemovalStatus } from "../ports/account.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import {
  calendarListDocument,
  type CalendarListDocument,
  credentialDocument,
  paths,
  readAccount,
  readSyncState,
  storedState,
  timestamp,
} from "./documents.ts";
import {
  accountOutput,
  calendarOutput,
  type Database,
  OutputRef,
  seriesOutput,
  shownCalendars,
  someContent,
} from "./output.ts";
import { type CleanUpFeed, prepareFeed } from "./feed-entries.ts";
import { showAccount } from "./shown-documents.ts";
import { lostToOther } from "./status-code.ts";
import { toWatch } from "./watches.repository.ts";

/** Documents per commit; for series, records per commit, each of which has a second document. */
const batchSize = 400;

/** Lost races in a row. Each means that another writer changed the guard's document. */
const maxConflicts = 20;

/** The document that shows whether a deletion is still wanted. */
interface DeletionGuard {
  readonly reference: DocumentReference;
  readonly holds: (snapshot: DocumentSnapshot) => boolean;
}

/**
 * Deletes accounts and calendars. Every deletion stops if the user has reconnected the account or enabled the calendar
 * again.
 */
export function createAccountRemoval(
  db: Database,
  clock: Clock,
  { changeFeed }: { readonly changeFeed: boolean },
): AccountRemoval {
  const list = (accountId: string) => db.doc(paths.calendarList(accountId));
  const watchesOf = (accountId: string) => db.collection(paths.watches).where("accountId", "==", accountId);
  const statesOf = (accountId: string) => db.collection(paths.syncStates).where("accountId", "==", accountId);
  const accountFence = (uid: string, accountId: string): DeletionGuard => ({
    reference: list(accountId),
    holds: snapshot => readAccount(snapshot, uid)?.status === "disconnecting",
  });
  const contentGone = async (fence: DeletionGuard, uid: string, calendarKey: string, why: DeletionReason) =>
    await deleteAll(
      db,
      fence,
      async () => await someContent(db, uid, calendarKey, batchSize),
      changeFeed ? { calendarKey, why, clock } : undefined,
    );

  return {
    markDisconnecting: async (uid, accountId) =>
      await db.runTransaction(async transaction => {
        const account = readAccount(await transaction.get(list(accountId)), uid);
        if (account === undefined) return "unknown";
        const states = await transaction.get(statesOf(accountId));
        const { statusReason: _reason, ...rest } = account;
        const marked: CalendarListDocument = {
          ...rest,
          active: false,
          status: "disconnecting",
          statusSince:
            (account.status === "disconnecting" ? account.statusSince : undefined) ??
            Timestamp.fromMillis(clock.now()),
        };
        transaction.set(list(accountId), marked);
        showAccount(db, transaction, accountId, marked);
        for (const state of states.docs) {
          transaction.update(state.ref, storedState(stopped("disconnecting")));
        }
        return "marked";
      }),

    status: async (uid, accountId) => await statusOf(list(accountId), statesOf(accountId), uid),

    accountsOf: async uid =>
      (await db.collection(paths.calendarLists).where("uid", "==", uid).select().get()).docs.map(
        ({ id }) => id,
      ),

    forgetAttempts: async uid => {
      const attempts = await db.collection(paths.oauthStates).where("uid", "==", uid).select().get();
      await Promise.all(attempts.docs.map(async attempt => await attempt.ref.delete()));
    },

    unfinished: async limit => {
      const accounts = await db
        .collection(paths.calendarLists)
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
        ...accounts.docs.map(account => ({
          uid: calendarListDocument.parse(account.data()).uid,
          accountId: account.id,
        })),
        ...calendars.docs.map(state => ({ uid: z.string().parse(state.get("uid")), calendarKey: state.id })),
      ];
    },

    watchesOf: async accountId => (await watchesOf(accountId).get()).docs.map(toWatch),

    calendarKeysOf: async accountId => (await statesOf(accountId).select().get()).docs.map(({ id }) => id),

    sharesGrant: async accountId => {
      const own = await db.doc(paths.credential(accountId)).get();
      if (!own.exists) return false;
      const { subject } = credentialDocument.parse(own.data());
      const all = await db
        .collection(paths.credentials)
        .where("subject", "==", subject)
        .select("refreshToken")
        .get();
      // Only an account with a refresh token uses the grant of a consent. A delegated account of the same person does
      // not.
      return all.docs.some(other => other.id !== accountId && other.get("refreshToken") !== undefined);
    },

    deleteCalendar: async (uid, accountId, calendarKey) => {
      const fence = accountFence(uid, accountId);
      const reference = db.doc(paths.syncState(calendarKey));
      return await inTurn(
        // The calendar is inactive, so no pass begins. Its state also has a new version, so a running pass cannot
        // commit.
        async () => await deleteBelow(db, fence, uid, calendarKey),
        async () => await contentGone(fence, uid, calendarKey, "disconnected"),
        // The state is deleted last, because a retry finds the calendar through it.
        async () => await fencedDelete(db, fence, these([calendarOutput(db, uid, calendarKey), reference])),
      );
    },

    deleteAccount: async (uid, accountId) => {
      const fence = accountFence(uid, accountId);
      return await inTurn(
        async () => await deleteAll(db, fence, documentsOf(watchesOf(accountId))),
        // Calendar documents without a sync state. The first versions wrote no state for calendars that were never
        // synced.
        async () => {
          const shown = await shownCalendars(db, uid, accountId);
          return await inTurn(
            ...shown.flatMap(calendarKey => [
              async () => await contentGone(fence, uid, calendarKey, "disconnected"),
              async () => await fencedDelete(db, fence, these([calendarOutput(db, uid, calendarKey)])),
            ]),
          );
        },
        // The server's record is deleted last, because a retry starts from it.
        async () =>
          await fencedDelete(
            db,
            fence,
            these([accountOutput(db, uid, accountId), db.doc(paths.credential(accountId)), fence.reference]),
          ),
      );
    },

    deleteUnwanted: async (uid, calendarKey) => {
      const reference = db.doc(paths.syncState(calendarKey));
      const first = await reference.get();
      const removed = first.get("inactiveReason") === "removed";
      const since = unwantedSince(first);
      const fence: DeletionGuard = {
        reference,
        holds: snapshot => {
          if (!snapshot.exists) return false;
          const state = readSyncState(snapshot);
          return (
            state.inactiveReason === (removed ? "removed" : "disabled") &&
            state.uid === uid &&
            calendarKeyOf(state.accountId, state.calendarId) === calendarKey &&
            // If the calendar was enabled and disabled again, its new data belongs to the clean-up of the later change.
            unwantedSince(snapshot) === since
          );
        },
      };
      return await inTurn(
        async () => await deleteBelow(db, fence, uid, calendarKey),
        async () => await contentGone(fence, uid, calendarKey, removed ? "unlisted" : "switchedOff"),
        async () =>
          removed
            ? await fencedDelete(db, fence, these([calendarOutput(db, uid, calendarKey), reference]))
            : await noteCleaned(fence),
      );
    },
  };
}

/**
 * The first versions stored no status. If such an account is inactive, its calendars' states show whether it is being
 * removed.
 */
async function statusOf(list: DocumentReference, states: Query, uid: string): Promise<RemovalStatus> {
  const account = readAccount(await list.get(), uid);
  if (account === undefined) return "gone";
  if (account.status === "disconnecting") return "disconnecting";
  if (account.active || account.statusSince !== undefined) return "connected";
  const { docs } = await states.select("inactiveReason").get();
  if (docs.every(state => state.get("inactiveReason") !== "disconnecting")) return "connected";
  // The guards of the clean-up read this status.
  await list.update({ status: "disconnecting" });
  return "disconnecting";
}

/** Runs the steps in order. Stops at the first step that is superseded. */
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
  return z.optional(timestamp).parse(state.get("unwantedSince"))?.toMillis();
}

/** Removes the mark that data must be deleted, so that the daily round does not queue this clean-up again. */
async function noteCleaned(fence: DeletionGuard): Promise<RemovalOutcome> {
  return await underGuard(fence, async ({ updateTime }) => {
    await fence.reference.update({ unwantedSince: FieldValue.delete() }, { lastUpdateTime: updateTime });
    return 0;
  });
}

/**
 * Deletes all subcollections of a sync state. Firestore does not delete them with their parent. A series' record is
 * deleted in one commit with the document that clients read: if this clean-up is superseded, the next full sync finds
 * both or neither.
 */
async function deleteBelow(
  db: Database,
  fence: DeletionGuard,
  uid: string,
  calendarKey: string,
): Promise<RemovalOutcome> {
  const collections = await db.doc(paths.syncState(calendarKey)).listCollections();
  const series = db.collection(paths.series(calendarKey));
  const someSeries = async () =>
    (await documentsOf(series)()).flatMap(ref => [ref, seriesOutput(db, uid, calendarKey, ref.id)]);
  return await inTurn(
    async () => await deleteAll(db, fence, someSeries),
    ...collections.map(collection => async () => await deleteAll(db, fence, documentsOf(collection))),
  );
}

type Deletable = DocumentReference | OutputRef;

const these = (references: readonly Deletable[]) => () => Promise.resolve(references);

/** Returns up to `batchSize` documents of a query on the server's own collections. */
function documentsOf(query: Query): () => Promise<DocumentReference[]> {
  return async () => (await query.limit(batchSize).select().get()).docs.map(({ ref }) => ref);
}

/** Deletes the documents that `some` returns, until it returns none. */
async function deleteAll(
  db: Database,
  fence: DeletionGuard,
  some: () => Promise<readonly Deletable[]>,
  feed?: CleanUpFeed,
): Promise<RemovalOutcome> {
  let documents = 0;
  for (;;) {
    const outcome = await fencedDelete(db, fence, some, feed);
    if (outcome.kind === "superseded") return outcome;
    if (outcome.documents === 0) return { kind: "deleted", documents };
    documents += outcome.documents;
  }
}

/**
 * Deletes in one commit with a precondition on the guard's document. If the user has reconnected the account or enabled
 * the calendar again, that document has changed, and nothing is deleted.
 */
async function fencedDelete(
  db: Database,
  fence: DeletionGuard,
  some: () => Promise<readonly Deletable[]>,
  feed?: CleanUpFeed,
): Promise<RemovalOutcome> {
  return await underGuard(fence, async ({ updateTime: lastUpdateTime, fields }) => {
    const note = feed && (await prepareFeed(db, feed));
    const references = await some();
    if (references.length === 0) return 0;
    const batch = db.batch();
    const others = references.filter(reference => reference !== fence.reference);
    for (const reference of others) {
      if (reference instanceof OutputRef) reference.remove(batch);
      else batch.delete(reference);
    }
    const noted = note?.(batch, eventIdsOf(others), fence.reference);
    if (others.length < references.length) batch.delete(fence.reference, { lastUpdateTime });
    else batch.update(fence.reference, { ...fields, ...noted }, { lastUpdateTime });
    await batch.commit();
    return references.length;
  });
}

function eventIdsOf(references: readonly Deletable[]): string[] {
  return references.flatMap(reference =>
    reference instanceof OutputRef && reference.eventId !== undefined ? [reference.eventId] : [],
  );
}

async function underGuard(
  fence: DeletionGuard,
  commit: (version: { updateTime: Timestamp; fields: Record<string, unknown> }) => Promise<number>,
): Promise<RemovalOutcome> {
  for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
    const snapshot = await fence.reference.get();
    if (snapshot.updateTime === undefined || !fence.holds(snapshot)) return { kind: "superseded" };
    // This update changes nothing; only its precondition is needed.
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
