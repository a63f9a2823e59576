import {
  type DocumentSnapshot,
  FieldPath,
  FieldValue,
  type Query,
  type QueryDocumentSnapshot,
  Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import * as z from "zod/mini";
import type { CalendarWatches, WatchRecord, WatchStore, WatchTarget } from "../ports/watch.port.ts";
import { addressRefusedMessage } from "../sync/protocol.ts";
import { shownPhase } from "../model/sync-state.ts";
import { shouldBeWatched, longestLifeMs } from "../watch/plan-watch.ts";
import { calendarListDocument, paths, readSyncState, watchDocument } from "./documents.ts";
import { calendarOutput, type Database } from "./output.ts";
import { statusCode, statusCodeOf } from "./status-code.ts";

/** Records per page of a survey. */
const pageSize = 1000;

/** `calendarSyncWatches/{channelId}`, and the fields of `calendarSyncStates/{calendarKey}` that concern watching. */
export function createWatchStore(db: Database): WatchStore {
  const watches = db.collection(paths.watches);
  const state = (calendarKey: string) => db.doc(paths.syncState(calendarKey));
  const watch = (channelId: string) => db.doc(paths.watch(channelId));
  const readTarget = async (transaction: Transaction, key: string) =>
    toTarget(await transaction.getAll(state(key), db.doc(paths.calendarList(key))));
  const ofCalendar = (calendarKey: string) => watches.where("calendarKey", "==", calendarKey);

  return {
    target: async calendarKey =>
      toTarget(await db.getAll(state(calendarKey), db.doc(paths.calendarList(calendarKey)))),

    ofCalendar: async calendarKey =>
      (await ofCalendar(calendarKey).get()).docs.map(toWatch).filter(({ status }) => status !== "closed"),

    begin: async (record, tokenHash) =>
      await db.runTransaction(async transaction => {
        const target = await readTarget(transaction, record.calendarKey);
        if (!shouldBeWatched(target)) return "unwanted";
        transaction.create(watch(record.channelId), fromWatch(record, tokenHash));
        return "recorded";
      }),

    answered: async (channelId, resourceId, expiresAtMs) => {
      await updateIfThere(watch(channelId), { resourceId, expiresAt: Timestamp.fromMillis(expiresAtMs) });
    },

    open: async channelId =>
      await db.runTransaction(async transaction => {
        const snapshot = await transaction.get(watch(channelId));
        if (!snapshot.exists) return "unwanted";
        const { status, calendarKey } = toWatch(snapshot);
        if (status !== "opening" && status !== "open") return "unwanted";
        if (!shouldBeWatched(await readTarget(transaction, calendarKey))) return "unwanted";
        transaction.update(snapshot.ref, { status: "open" });
        return "open";
      }),

    retire: async channelId => {
      await updateIfThere(watch(channelId), { status: "retiring" });
    },
    close: async (channelId, quietUntilMs) => {
      await updateIfThere(watch(channelId), {
        status: "closed",
        expiresAt: Timestamp.fromMillis(quietUntilMs),
      });
    },
    forget: async channelId => {
      await watch(channelId).delete();
    },

    markPushUnsupported: async calendarKey => {
      await db.runTransaction(async transaction => {
        const target = await readTarget(transaction, calendarKey);
        if (target === undefined) return;
        if (target.resource === "calendarList") {
          transaction.update(db.doc(paths.calendarList(calendarKey)), { pushUnsupported: true });
          return;
        }
        const snapshot = await transaction.get(state(calendarKey));
        const shown = showPolling(db, transaction, snapshot, {});
        transaction.update(snapshot.ref, { pushUnsupported: true, ...shown });
      });
    },

    markAddressRefused: async calendarKey => {
      await db.runTransaction(async transaction => {
        const target = await readTarget(transaction, calendarKey);
        if (target?.resource !== "events") return;
        const snapshot = await transaction.get(state(calendarKey));
        const shown = showPolling(db, transaction, snapshot, { message: addressRefusedMessage });
        transaction.update(snapshot.ref, { addressRefused: true, ...shown });
      });
    },

    clearPushMarks: async calendarKey => {
      await db.runTransaction(async transaction => {
        const target = await readTarget(transaction, calendarKey);
        if (target === undefined || !(target.pushUnsupported || target.addressRefused === true)) return;
        if (target.resource === "calendarList") {
          transaction.update(db.doc(paths.calendarList(calendarKey)), { pushUnsupported: false });
          return;
        }
        transaction.update(state(calendarKey), {
          pushUnsupported: false,
          addressRefused: FieldValue.delete(),
        });
      });
    },

    survey: () => survey(db),
  };
}

/**
 * Shows `polling` if the calendar is live. While it is importing or failing, the user must see that; the sync later
 * changes it to `polling`. Returns a change of the state: `shown: null` lets the next sync write the document again.
 */
function showPolling(
  db: Database,
  transaction: Transaction,
  snapshot: DocumentSnapshot,
  extra: { readonly message?: string },
): { readonly shown?: null } {
  const { uid, shown, unreadable } = readSyncState(snapshot);
  // `busyOnly` says more than `polling`, so it stays.
  if (shownPhase({ shown }) !== "live") return {};
  const count = unreadable.length > 0 && { unreadable: unreadable.length };
  calendarOutput(db, uid, snapshot.id).merge(transaction, { sync: { phase: "polling", ...extra, ...count } });
  return { shown: null };
}

/**
 * Reads a calendar's sync state or an account's list. Their keys look alike, but only one of the two documents exists.
 */
function toTarget(snapshots: readonly DocumentSnapshot[]): WatchTarget | undefined {
  const snapshot = snapshots.find(({ exists }) => exists);
  if (snapshot === undefined) return undefined;
  const calendarKey = snapshot.id;
  if (snapshot.ref.parent.id === paths.calendarLists) {
    const { uid, active, pushUnsupported } = calendarListDocument.parse(snapshot.data());
    const list = { resource: "calendarList", accountId: calendarKey, calendarId: "", epoch: 0 } as const;
    return { calendarKey, uid, active, pushUnsupported, ...list };
  }
  const { uid, accountId, calendarId, active, pushUnsupported, addressRefused, epoch } =
    readSyncState(snapshot);
  return {
    calendarKey,
    resource: "events",
    uid,
    accountId,
    calendarId,
    active,
    pushUnsupported,
    ...(addressRefused !== undefined && { addressRefused }),
    epoch,
  };
}

/**
 * The record in a document of `calendarSyncWatches`. If the document cannot be read completely, the record is
 * `retiring`, so that its channel is stopped: such a channel must not be used, and must not prevent a survey of the
 * others.
 */
export function toWatch(snapshot: DocumentSnapshot): WatchRecord {
  const parsed = watchDocument.safeParse(snapshot.data());
  if (!parsed.success) return unreadableWatch(snapshot);
  const { expiresAt, createdAt, tokenHash, ...watch } = parsed.data;
  return {
    ...watch,
    channelId: snapshot.id,
    expiresAtMs: expiresAt.toMillis(),
    createdAtMs: createdAt.toMillis(),
  };
}

function unreadableWatch(snapshot: DocumentSnapshot): WatchRecord {
  const text = (field: string) => z.catch(z.string(), "").parse(snapshot.get(field));
  return {
    channelId: snapshot.id,
    calendarKey: text("calendarKey") || snapshot.id.slice(0, 22),
    resource: snapshot.get("resource") === "calendarList" ? "calendarList" : "events",
    uid: text("uid"),
    accountId: text("accountId"),
    calendarId: text("calendarId"),
    status: "retiring",
    resourceId: text("resourceId") || null,
    // Its real end is unknown, but no channel lives longer than this (watch/plan-watch.ts).
    expiresAtMs: (snapshot.createTime?.toMillis() ?? 0) + longestLifeMs,
    createdAtMs: snapshot.createTime?.toMillis() ?? 0,
  };
}

function fromWatch(watch: WatchRecord, tokenHash: string) {
  const { channelId, expiresAtMs, createdAtMs, ...fields } = watch;
  return {
    ...fields,
    tokenHash,
    expiresAt: Timestamp.fromMillis(expiresAtMs),
    createdAt: Timestamp.fromMillis(createdAtMs),
  };
}

/** Updates a document, but does not create it again if a clean-up has deleted it. */
async function updateIfThere(
  reference: FirebaseFirestore.DocumentReference,
  fields: FirebaseFirestore.UpdateData<FirebaseFirestore.DocumentData>,
): Promise<void> {
  try {
    await reference.update(fields);
  } catch (error) {
    if (statusCodeOf(error) !== statusCode.notFound) throw error;
  }
}

/**
 * Reads three collections in parallel, in the order of their ids. Channel ids begin with the calendar's key, so the
 * results can be merged by key.
 */
async function* survey(db: Database): AsyncGenerator<CalendarWatches> {
  const active = (collection: string) =>
    db.collection(collection).where("active", "==", true).select("pushUnsupported", "addressRefused");
  const records = await heads(pages(db.collection(paths.watches)), ({ id }) => id.slice(0, 22));
  const calendars = await heads(pages(active(paths.syncStates)), ({ id }) => id);
  const lists = await heads(pages(active(paths.calendarLists)), ({ id }) => id);
  for (;;) {
    const keys = [records.key(), calendars.key(), lists.key()].filter(key => key !== undefined);
    // Compares code units, which is Firestore's order for ids of ASCII characters.
    const calendarKey = keys.reduce<string | undefined>(
      (least, key) => (least === undefined || key < least ? key : least),
      undefined,
    );
    if (calendarKey === undefined) return;
    const watches: WatchRecord[] = [];
    for (let record = await records.take(calendarKey); record !== undefined;) {
      watches.push(toWatch(record));
      record = await records.take(calendarKey);
    }
    const calendar = await calendars.take(calendarKey);
    const list = await lists.take(calendarKey);
    const found = calendar ?? list;
    yield {
      calendarKey,
      watches,
      active: found && {
        pushUnsupported: found.get("pushUnsupported") === true,
        addressRefused: found.get("addressRefused") === true,
        resource: calendar === undefined ? "calendarList" : "events",
      },
    };
  }
}

/**
 * A stream with a look-ahead: `key` returns the key of the next document, and `take` returns that document if it has
 * the wanted key.
 */
async function heads(
  stream: AsyncGenerator<QueryDocumentSnapshot>,
  keyOf: (snapshot: QueryDocumentSnapshot) => string,
) {
  let head = await stream.next();
  const key = () => (head.done === true ? undefined : keyOf(head.value));
  return {
    key,
    take: async (wanted: string): Promise<QueryDocumentSnapshot | undefined> => {
      if (head.done === true || key() !== wanted) return undefined;
      const { value } = head;
      head = await stream.next();
      return value;
    },
  };
}

async function* pages(query: Query): AsyncGenerator<QueryDocumentSnapshot> {
  const ordered = query.orderBy(FieldPath.documentId()).limit(pageSize);
  let last: QueryDocumentSnapshot | undefined;
  do {
    const page: FirebaseFirestore.QuerySnapshot = await (
      last === undefined ? ordered : ordered.startAfter(last)
    ).get();
    yield* page.docs;
    last = page.docs.length === pageSize ? page.docs.at(-1) : undefined;
  } while (last !== undefined);
}
