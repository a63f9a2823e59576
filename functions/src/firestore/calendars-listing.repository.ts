import type { DocumentSnapshot, Transaction } from "firebase-admin/firestore";
import { calendarKeyOf } from "../model/keys.ts";
import { type CalendarPlan, planCalendar } from "../account/plan-calendar.ts";
import { planRemovals } from "../account/plan-removals.ts";
import type { CalendarListing, CalendarListStore } from "../ports/calendars.port.ts";
import {
  fromScratch,
  isEnabled,
  newSyncState,
  started,
  type StateChange,
  stopped,
  type SyncState,
} from "../model/sync-state.ts";
import { calendarListDocument, paths, readSyncState, storedState } from "./documents.ts";
import { calendarOutput, type Database } from "./output.ts";
import { showAccount, showCalendar } from "./shown-documents.ts";

/** `calendarSyncLists/{accountId}`, and the calendars of the account. */
export function createCalendarLists(db: Database): CalendarListStore {
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
        if (listing.complete) showAccount(db, transaction, accountId, current);
        // A calendar without a complete full sync is started again, because an earlier attempt may have stored it
        // without queuing its sync.
        const unfinished = stored.enabled.filter(({ synced }) => !synced);
        const { removed, doubted } = stored;
        return { kind: "applied", revision, started: unfinished, removed, doubted };
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

/** A listing and the stored sync states of its account. A transaction must read them before its first write. */
interface Changes extends Listing {
  readonly states: ReadonlyMap<string, SyncState>;
}

/** The reads of a transaction that stores a listing. They must come before its writes. */
export async function readListing(db: Database, transaction: Transaction, of: Listing): Promise<Changes> {
  const states = await transaction.get(
    db.collection(paths.syncStates).where("accountId", "==", of.accountId),
  );
  return {
    ...of,
    states: new Map(states.docs.map(snapshot => [snapshot.id, readSyncState(snapshot)])),
  };
}

interface Stored {
  readonly enabled: readonly {
    readonly calendarKey: string;
    readonly epoch: number;
    readonly synced: boolean;
  }[];
  readonly removed: readonly string[];
  readonly doubted: readonly string[];
}

/** Applies the listing. Removed calendars are only marked; `cleanUpAccount` deletes their data. */
export function storeListing(
  db: Database,
  transaction: Transaction,
  changes: Changes,
  nowMs: number,
): Stored {
  const { uid, accountId, listing, states } = changes;
  const enabled: Stored["enabled"][number][] = [];
  // If an id occurs twice in the list, its last entry is stored.
  const listed = new Map(
    listing.calendars.map(calendar => [calendarKeyOf(accountId, calendar.calendarId), calendar]),
  );
  for (const [calendarKey, calendar] of listed) {
    const state = states.get(calendarKey);
    const plan = planCalendar(accountId, calendar, state);
    const { calendarId, timeZone } = calendar;
    const fresh = { uid, accountId, calendarId, timeZone, enabled: plan.enabled, listed: plan.listed };
    const change = stateChange(plan, state, newSyncState(fresh, nowMs));
    const reference = db.doc(paths.syncState(calendarKey));
    if (plan.state === "create") transaction.create(reference, storedState(change));
    else if (Object.keys(change).length > 0) transaction.update(reference, storedState(change));
    storeDocument(db, transaction, { uid, calendarKey, plan, state, complete: listing.complete });
    if (plan.enabled) {
      const synced = plan.state === "none" && state !== undefined && state.syncToken !== null;
      enabled.push({ calendarKey, epoch: state?.epoch ?? nowMs, synced });
    }
  }
  const { certain, doubted } = planRemovals(accountId, listing, states);
  for (const calendarKey of certain) remove(db, transaction, uid, { calendarKey, nowMs });
  return { enabled, removed: certain, doubted };
}

function storeDocument(
  db: Database,
  transaction: Transaction,
  {
    uid,
    calendarKey,
    plan,
    state,
    complete,
  }: {
    readonly uid: string;
    readonly calendarKey: string;
    readonly plan: CalendarPlan;
    readonly state: SyncState | undefined;
    readonly complete: boolean;
  },
): void {
  const output = calendarOutput(db, uid, calendarKey);
  if (plan.document.kind === "new" || state === undefined) {
    output.replace(transaction, plan.document.fields);
    return;
  }
  // After a full list the document is written again, which repairs a damaged one. A write without changes triggers no
  // listeners.
  if (complete) {
    const { inactiveReason: _before, ...rest } = state;
    const shown = plan.state === "disable" ? rest : state;
    showCalendar(db, transaction, calendarKey, { ...shown, listed: plan.listed });
  }
  const { fields } = plan.document;
  output.merge(transaction, {
    ...fields,
    ...(plan.state === "restart" && { sync: { phase: "importing" } }),
  });
}

/** The changes of a calendar's state; empty if there are none. */
function stateChange(
  { state: step, listed, document }: CalendarPlan,
  known: SyncState | undefined,
  fresh: SyncState,
): StateChange {
  const differs = known?.listed == null || Object.keys(document.fields).length > 0;
  const noted = { ...(differs && { listed, enabled: isEnabled(known ?? fresh) }) };
  switch (step) {
    case "create":
      return fresh;
    case "none":
      return noted;
    case "activate":
      return { ...noted, ...started };
    case "restart":
      return { ...noted, ...started, ...fromScratch };
    case "disable":
      return { ...noted, inactiveReason: "disabled" };
  }
}

function remove(
  db: Database,
  transaction: Transaction,
  uid: string,
  { calendarKey, nowMs }: { readonly calendarKey: string; readonly nowMs: number },
): void {
  transaction.update(db.doc(paths.syncState(calendarKey)), storedState(stopped("removed", nowMs)));
  const message = "This calendar is no longer on your list at Google.";
  calendarOutput(db, uid, calendarKey).merge(transaction, { sync: { phase: "unavailable", message } });
}
