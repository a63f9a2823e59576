import {
  type DocumentSnapshot,
  FieldPath,
  FieldValue,
  type Firestore,
  type Query,
  type QueryDocumentSnapshot,
  Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import * as z from "zod";
import type { CalendarWatches, WatchRecord, WatchStore, WatchTarget } from "../ports/watch.port.ts";
import { addressRefusedMessage } from "../sync/protocol.ts";
import { isWanted, longestLifeMs } from "../watch/plan-watch.ts";
import { calendarListDocument, paths, readSyncState, watchDocument } from "./documents.ts";
import { calendarOutput } from "./output.ts";
import { statusCode, statusCodeOf } from "./status-code.ts";

/** Records read at a time by a survey. */
const pageSize = 1000;

/** `watches/{channelId}`, and the fields of `syncStates/{calendarKey}` that concern watching. */
export function createWatchStore(db: Firestore): WatchStore {
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
        if (!isWanted(target)) return "unwanted";
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
        if (!isWanted(await readTarget(transaction, calendarKey))) return "unwanted";
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
 * A live calendar shows `polling`. While it is importing, or failing, that is what the user is to see; the sync goes
 * on to `polling` by itself. Returns the sync's own note of what the user sees: null makes it look again.
 */
function showPolling(
  db: Firestore,
  transaction: Transaction,
  snapshot: DocumentSnapshot,
  extra: { readonly message?: string },
): { readonly shown?: null } {
  const { uid, shown, unreadable } = readSyncState(snapshot);
  if (shown?.phase !== "live") return {};
  const count = unreadable.length > 0 && { unreadable: unreadable.length };
  calendarOutput(db, uid, snapshot.id).merge(transaction, { sync: { phase: "polling", ...extra, ...count } });
  return { shown: null };
}

/** A calendar's sync state, or an account's list: keys of both look alike, and only one of the two exists. */
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
 * The record in a document of `watches`. One that cannot be read as a whole is a channel to be stopped, whatever can be
 * made of it: it must neither be trusted nor keep others from being seen.
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
  const text = (field: string) => z.string().catch("").parse(snapshot.get(field));
  return {
    channelId: snapshot.id,
    calendarKey: text("calendarKey") || snapshot.id.slice(0, 22),
    resource: snapshot.get("resource") === "calendarList" ? "calendarList" : "events",
    uid: text("uid"),
    accountId: text("accountId"),
    calendarId: text("calendarId"),
    status: "retiring",
    resourceId: text("resourceId") || null,
    // Its real end is unknown, and no later than for any other (watch/plan-watch.ts).
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

/** False if the document is gone: a clean-up may remove it at any time, and it must not come back. */
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

/** Channel ids begin with the calendar's key, all collections come in the same order and can be merged. */
async function* survey(db: Firestore): AsyncGenerator<CalendarWatches> {
  const active = (collection: string) =>
    db.collection(collection).where("active", "==", true).select("pushUnsupported", "addressRefused");
  const records = await heads(pages(db.collection(paths.watches)), ({ id }) => id.slice(0, 22));
  const calendars = await heads(pages(active(paths.syncStates)), ({ id }) => id);
  const lists = await heads(pages(active(paths.calendarLists)), ({ id }) => id);
  for (;;) {
    const keys = [records.key(), calendars.key(), lists.key()].filter(key => key !== undefined);
    // By code units, as Firestore orders document ids of ASCII characters.
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

/** A stream of which one may see the key of the next document, and take it if it is the one wanted. */
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
