import {
  type DocumentSnapshot,
  FieldPath,
  type Firestore,
  type Query,
  type QueryDocumentSnapshot,
  Timestamp,
} from "firebase-admin/firestore";
import type {
  CalendarWatches,
  OpenOutcome,
  WatchRecord,
  WatchStore,
  WatchTarget,
} from "../ports/watch-store.port.ts";
import { retiredBy } from "../watch/decide.ts";
import { paths, syncStateDocument, watchDocument } from "./documents.ts";

/** Records read at a time by a survey. */
const pageSize = 1000;

/** `watches/{channelId}`, and the fields of `syncStates/{calendarKey}` that concern watching. */
export function createWatchStore(db: Firestore): WatchStore {
  const watches = db.collection(paths.watches);
  const state = (calendarKey: string) => db.doc(paths.syncState(calendarKey));
  const watch = (channelId: string) => db.doc(paths.watch(channelId));
  const ofCalendar = (calendarKey: string) => watches.where("calendarKey", "==", calendarKey);

  return {
    target: async calendarKey => toTarget(await state(calendarKey).get()),

    ofCalendar: async calendarKey =>
      (await ofCalendar(calendarKey).get()).docs.map(toWatch).filter(({ status }) => status !== "closed"),

    begin: async (record, tokenHash) =>
      await db.runTransaction(async transaction => {
        const target = toTarget(await transaction.get(state(record.calendarKey)));
        if (!isWanted(target)) return "unwanted";
        transaction.create(watch(record.channelId), fromWatch(record, tokenHash));
        return "recorded";
      }),

    answered: async (channelId, resourceId, expiresAtMs) =>
      (await updateIfThere(watch(channelId), { resourceId, expiresAt: Timestamp.fromMillis(expiresAtMs) }))
        ? "noted"
        : "gone",

    open: async channelId =>
      await db.runTransaction(async (transaction): Promise<OpenOutcome> => {
        const snapshot = await transaction.get(watch(channelId));
        if (!snapshot.exists) return { kind: "unwanted" };
        const self = toWatch(snapshot);
        const target = toTarget(await transaction.get(state(self.calendarKey)));
        const siblings = (await transaction.get(ofCalendar(self.calendarKey))).docs.map(toWatch);
        const retired = isWanted(target) ? retiredBy(self, siblings) : undefined;
        if (retired === undefined || (self.status !== "opening" && self.status !== "open")) {
          return { kind: "unwanted" };
        }
        transaction.update(snapshot.ref, { status: "open" });
        for (const old of retired) transaction.update(watch(old.channelId), { status: "retiring" });
        return { kind: "open", retired };
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
        const snapshot = await transaction.get(state(calendarKey));
        const target = toTarget(snapshot);
        if (target === undefined) return;
        const calendar = await transaction.get(db.doc(paths.calendar(target.uid, calendarKey)));
        transaction.update(snapshot.ref, { pushUnsupported: true });
        // While importing, or failing, that is what the user is to see; the sync goes on to `polling` by itself.
        if (calendar.get("sync.phase") === "live") {
          transaction.update(calendar.ref, { sync: { phase: "polling" } });
          // The sync's note of what the user sees; null makes it look again.
          transaction.update(snapshot.ref, { shown: null });
        }
      });
    },

    survey: () => survey(db),
  };
}

function isWanted(target: WatchTarget | undefined): boolean {
  return target?.active === true && !target.pushUnsupported;
}

function toTarget(snapshot: DocumentSnapshot): WatchTarget | undefined {
  if (!snapshot.exists) return undefined;
  const { uid, accountId, calendarId, active, pushUnsupported, epoch } = syncStateDocument.parse(
    snapshot.data(),
  );
  return { calendarKey: snapshot.id, uid, accountId, calendarId, active, pushUnsupported, epoch };
}

/** The record in a document of `watches`. */
export function toWatch(snapshot: DocumentSnapshot): WatchRecord {
  const { expiresAt, createdAt, tokenHash, ...watch } = watchDocument.parse(snapshot.data());
  return {
    ...watch,
    channelId: snapshot.id,
    expiresAtMs: expiresAt.toMillis(),
    createdAtMs: createdAt.toMillis(),
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

/** gRPC status of an update of a document that does not exist. */
const notFound = 5;

/** False if the document is gone: a clean-up may remove it at any time, and it must not come back. */
async function updateIfThere(
  reference: FirebaseFirestore.DocumentReference,
  fields: FirebaseFirestore.UpdateData<FirebaseFirestore.DocumentData>,
): Promise<boolean> {
  try {
    await reference.update(fields);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === notFound) return false;
    throw error;
  }
}

/** Channel ids begin with the calendar's key, so both collections come in the same order and can be merged as they come. */
async function* survey(db: Firestore): AsyncGenerator<CalendarWatches> {
  const records = pages(db.collection(paths.watches));
  const calendars = pages(
    db.collection(paths.syncStates).where("active", "==", true).select("pushUnsupported"),
  );
  let record = await records.next();
  let calendar = await calendars.next();
  while (record.done !== true || calendar.done !== true) {
    const recordKey = record.done === true ? undefined : calendarKeyOfChannel(record.value.id);
    const stateKey = calendar.done === true ? undefined : calendar.value.id;
    const calendarKey = smaller(recordKey, stateKey);
    const watches: WatchRecord[] = [];
    while (record.done !== true && calendarKeyOfChannel(record.value.id) === calendarKey) {
      watches.push(toWatch(record.value));
      record = await records.next();
    }
    let active: CalendarWatches["active"];
    if (calendar.done !== true && calendar.value.id === calendarKey) {
      active = { pushUnsupported: calendar.value.get("pushUnsupported") === true };
      calendar = await calendars.next();
    }
    yield { calendarKey, watches, active };
  }
}

function calendarKeyOfChannel(channelId: string): string {
  return channelId.slice(0, 22);
}

/** By code units, as Firestore orders document ids of ASCII characters. */
function smaller(one: string | undefined, two: string | undefined): string {
  if (one === undefined || (two !== undefined && two < one)) return two ?? "";
  return one;
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
