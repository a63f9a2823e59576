import type { Firestore, Transaction } from "firebase-admin/firestore";
import { calendarKeyOf } from "../model/keys.ts";
import { fromScratch, isEnabled, started, type StateChange, stopped } from "../model/sync-state.ts";
import type { CalendarSettingsStore, DemandOutcome, EnableOutcome } from "../ports/calendars.port.ts";
import { paths, readAccount, readSyncState, storedState } from "./documents.ts";
import { calendarOutput } from "./output.ts";
import { showAccount, showCalendar } from "./shown-documents.ts";

/** A calendar's sync state, as its user's own wishes change it, and what the user sees of that. */
export function createCalendarStore(db: Firestore): CalendarSettingsStore {
  return {
    enable: async (uid, calendarKey) =>
      await db.runTransaction(async (transaction): Promise<EnableOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return { kind: "unknown" };
        const { state, reference, account } = known;
        const { active, inactiveReason, epoch } = state;
        const mayStart = account.status === "active";
        // The events were deleted with the switch-off: the sync token knows of more than is stored.
        const anew = inactiveReason === "disabled" ? fromScratch : {};
        const waiting: StateChange = {
          ...(inactiveReason !== "disconnecting" && stopped("reauth_required")),
          unwantedSince: undefined,
        };
        const start = active ? {} : started;
        const change: StateChange = { enabled: true, ...anew, ...(mayStart ? start : waiting) };
        transaction.update(reference, storedState(change));
        showCalendar(db, transaction, calendarKey, { ...state, ...anew, enabled: true });
        if (!isEnabled(state)) {
          calendarOutput(db, uid, calendarKey).merge(transaction, { sync: { phase: "importing" } });
        }
        return mayStart ? { kind: "started", epoch } : { kind: "waiting" };
      }),

    disable: async (uid, calendarKey, nowMs) =>
      await db.runTransaction(async transaction => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return "unknown";
        const { state, reference } = known;
        const stop = state.inactiveReason === "disconnecting" ? {} : stopped("disabled", nowMs);
        transaction.update(reference, storedState({ enabled: false, ...stop }));
        showCalendar(db, transaction, calendarKey, { ...state, enabled: false });
        return "disabled";
      }),

    demandSync: async (uid, calendarKey, full) =>
      await db.runTransaction(async (transaction): Promise<DemandOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return { kind: "unknown" };
        const { state, reference, account } = known;
        const { active, inactiveReason, epoch } = state;
        // Whoever asks may be asking because of what they see.
        showAccount(db, transaction, state.accountId, account);
        showCalendar(db, transaction, calendarKey, state);
        if (!active && inactiveReason !== "unavailable") {
          return {
            kind: "inactive",
            reason:
              inactiveReason === undefined || inactiveReason === "removed" ? "disabled" : inactiveReason,
          };
        }
        const change: StateChange = {
          ...(!active && started),
          // The pass that closes this epoch is a full sync.
          ...(full && { resyncEpoch: epoch }),
        };
        if (Object.keys(change).length > 0) transaction.update(reference, storedState(change));
        return { kind: "ready", epoch, reactivated: !active };
      }),
  };
}

/**
 * A user's calendar and its account, by the server's own records; undefined if the user has none by that name,
 * whether or not another one has. One that was removed at Google is about to disappear; if it is listed again, it
 * starts by itself.
 */
async function read(db: Firestore, transaction: Transaction, uid: string, calendarKey: string) {
  const snapshot = await transaction.get(db.doc(paths.syncState(calendarKey)));
  if (!snapshot.exists) return undefined;
  const state = readSyncState(snapshot);
  const { accountId, calendarId, inactiveReason } = state;
  if (state.uid !== uid || calendarKeyOf(accountId, calendarId) !== calendarKey) return undefined;
  if (inactiveReason === "removed") return undefined;
  const account = readAccount(await transaction.get(db.doc(paths.calendarList(accountId))), uid);
  return account && { state, reference: snapshot.ref, account };
}
