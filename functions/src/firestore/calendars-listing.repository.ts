import {
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
  Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import { calendarKeyOf } from "../account/keys.ts";
import { type CalendarPlan, planCalendar } from "../account/plan-calendar.ts";
import type { CalendarListing } from "../ports/calendar-list.port.ts";
import type { CalendarLists } from "../ports/calendar-lists.port.ts";
import {
  calendarListDocument,
  newSyncState,
  paths,
  type SyncStateDocument,
  syncStateDocument,
} from "./documents.ts";

/** `calendarLists/{accountId}`, and the calendars of the account as the list has them. */
export function createCalendarLists(db: Firestore): CalendarLists {
  return {
    read: async accountId => toState(await db.doc(paths.calendarList(accountId)).get()),

    apply: async (accountId, basedOn, listing, nowMs) =>
      await db.runTransaction(async transaction => {
        const list = await transaction.get(db.doc(paths.calendarList(accountId)));
        const current = toState(list);
        if (current?.active !== true) return { kind: "inactive" };
        if (current.revision !== basedOn.revision) return { kind: "outdated" };
        const { uid } = current;
        const changes = await readListing(db, transaction, { uid, accountId, listing });
        const stored = storeListing(db, transaction, changes, nowMs);
        const revision = current.revision + 1;
        transaction.update(list.ref, { revision });
        // A pull that never came to its end is asked for again, as this may be a repetition.
        const unfinished = stored.enabled.filter(({ synced }) => !synced);
        return { kind: "applied", revision, started: unfinished, removed: stored.removed };
      }),

    advance: async (accountId, revision, syncToken) => {
      await db.runTransaction(async transaction => {
        const list = await transaction.get(db.doc(paths.calendarList(accountId)));
        if (toState(list)?.revision === revision) transaction.update(list.ref, { syncToken });
      });
    },
  };
}

function toState(snapshot: DocumentSnapshot) {
  return snapshot.exists ? calendarListDocument.parse(snapshot.data()) : undefined;
}

interface Listing {
  readonly uid: string;
  readonly accountId: string;
  readonly listing: Pick<CalendarListing, "calendars" | "removedIds" | "complete">;
}

/** A listing together with all that is stored of its account: what `storeListing` needs, read before any write. */
interface Changes extends Listing {
  readonly documents: ReadonlyMap<string, DocumentSnapshot>;
  readonly states: ReadonlyMap<string, SyncStateDocument>;
}

/** The reads of a transaction that stores a listing; they have to come before its writes. */
export async function readListing(db: Firestore, transaction: Transaction, of: Listing): Promise<Changes> {
  const [documents, states] = await Promise.all([
    transaction.get(db.collection(paths.calendars(of.uid)).where("accountId", "==", of.accountId)),
    transaction.get(db.collection(paths.syncStates).where("accountId", "==", of.accountId)),
  ]);
  return {
    ...of,
    documents: new Map(documents.docs.map(snapshot => [snapshot.id, snapshot])),
    states: new Map(states.docs.map(snapshot => [snapshot.id, syncStateDocument.parse(snapshot.data())])),
  };
}

interface Stored {
  readonly enabled: readonly {
    readonly calendarKey: string;
    readonly epoch: number;
    readonly synced: boolean;
  }[];
  readonly removed: readonly string[];
}

/** The writes: creates, changes and switches off. What is removed is deleted by a task, at its leisure. */
export function storeListing(
  db: Firestore,
  transaction: Transaction,
  changes: Changes,
  nowMs: number,
): Stored {
  const { uid, accountId, listing, documents, states } = changes;
  const enabled: Stored["enabled"][number][] = [];
  const listed = new Set<string>();
  for (const calendar of listing.calendars) {
    const calendarKey = calendarKeyOf(accountId, calendar.calendarId);
    listed.add(calendarKey);
    const state = states.get(calendarKey);
    const plan = planCalendar(accountId, calendar, { document: documents.get(calendarKey)?.data(), state });
    storeDocument(db, transaction, { uid, calendarKey, plan });
    const { calendarId, timeZone } = calendar;
    storeState(db, transaction, calendarKey, plan.state, () =>
      newSyncState({ uid, accountId, calendarId, timeZone }, nowMs),
    );
    if (plan.enabled) {
      const synced = plan.state === "none" && state !== undefined && state.syncToken !== null;
      enabled.push({ calendarKey, epoch: state?.epoch ?? nowMs, synced });
    }
  }
  const unlisted = listing.complete
    ? [...documents.keys()].filter(calendarKey => !listed.has(calendarKey))
    : listing.removedIds.map(id => calendarKeyOf(accountId, id));
  const removed = unlisted.filter(calendarKey => remove(db, transaction, changes, { calendarKey, nowMs }));
  return { enabled, removed };
}

function storeDocument(
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

/**
 * The calendar may be synced again. The lease goes: a worker that was cut off when the calendar was switched off has
 * left its lease behind, or is about to go on as if nothing had happened.
 */
export function activated() {
  return {
    active: true,
    inactiveReason: FieldValue.delete(),
    unwantedSince: FieldValue.delete(),
    lease: null,
  };
}

/** What a calendar whose events were deleted needs to be pulled as if it were new. */
export const fromScratch = { syncToken: null, progress: null, shown: null } as const;

function storeState(
  db: Firestore,
  transaction: Transaction,
  calendarKey: string,
  step: CalendarPlan["state"],
  fresh: () => SyncStateDocument,
): void {
  const reference = db.doc(paths.syncState(calendarKey));
  switch (step) {
    case "none":
      return;
    case "create":
      transaction.create(reference, fresh());
      return;
    case "activate":
      transaction.update(reference, activated());
      return;
    case "restart":
      transaction.update(reference, { ...activated(), ...fromScratch });
      return;
    case "disable":
      transaction.update(reference, { inactiveReason: "disabled" });
      return;
  }
}

/** True if there is something to be cleaned up by a task. */
function remove(
  db: Firestore,
  transaction: Transaction,
  { uid, documents, states }: Changes,
  { calendarKey, nowMs }: { readonly calendarKey: string; readonly nowMs: number },
): boolean {
  const reference = db.doc(paths.calendar(uid, calendarKey));
  if (!states.has(calendarKey)) {
    // Never synced: the document is all there is.
    if (documents.has(calendarKey)) transaction.delete(reference);
    return false;
  }
  transaction.update(db.doc(paths.syncState(calendarKey)), {
    active: false,
    inactiveReason: "removed",
    unwantedSince: Timestamp.fromMillis(nowMs),
  });
  if (documents.has(calendarKey)) {
    const message = "This calendar is no longer on your list at Google.";
    transaction.update(reference, { sync: { phase: "unavailable", message } });
  }
  return true;
}
