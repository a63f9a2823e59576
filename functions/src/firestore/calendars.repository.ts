import type { Transaction } from "firebase-admin/firestore";
import { chooseWindow } from "../account/choose-window.ts";
import { fullSyncWaitMs, isStale } from "../account/demand-limits.ts";
import { calendarKeyOf } from "../model/keys.ts";
import { fromScratch, isEnabled, started, type StateChange, stopped } from "../model/sync-state.ts";
import type {
  CalendarSettingsStore,
  DemandOutcome,
  EnableOutcome,
  WindowOutcome,
} from "../ports/calendars.port.ts";
import { paths, readAccount, readSyncState, storedState } from "./documents.ts";
import { calendarOutput, type Database } from "./output.ts";
import { showAccount, showCalendar } from "./shown-documents.ts";

/** The changes that users make to their calendars' sync states, and their display in the user's documents. */
export function createCalendarStore(db: Database): CalendarSettingsStore {
  return {
    enable: async (uid, calendarKey) =>
      await db.runTransaction(async (transaction): Promise<EnableOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return { kind: "unknown" };
        const { state, reference, account } = known;
        const { active, inactiveReason, epoch } = state;
        const mayStart = account.status === "active";
        // The events were deleted when the calendar was disabled, so its sync token no longer matches the stored
        // events.
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

    demandSync: async (uid, calendarKey, demand, nowMs) =>
      await db.runTransaction(async (transaction): Promise<DemandOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return { kind: "unknown" };
        const { state, reference, account } = known;
        const { active, inactiveReason, epoch } = state;
        const isUnavailable = inactiveReason === "unavailable";
        if (demand === "ifStale" && (active || isUnavailable) && !isStale(state, nowMs))
          return { kind: "fresh" };
        // The user may have asked because these documents are damaged, so they are written again.
        showAccount(db, transaction, state.accountId, account);
        showCalendar(db, transaction, calendarKey, state);
        if (!active && !isUnavailable) {
          return {
            kind: "inactive",
            reason:
              inactiveReason === undefined || inactiveReason === "removed" ? "disabled" : inactiveReason,
          };
        }
        const full = demand === "full";
        const waitMs = full ? fullSyncWaitMs(state, nowMs) : 0;
        if (waitMs > 0) return { kind: "tooSoon", waitMs };
        const change: StateChange = {
          ...(!active && started),
          // The pass that closes this epoch is a full sync.
          ...(full && { resyncEpoch: epoch, fullDemandedAt: nowMs }),
        };
        if (Object.keys(change).length > 0) transaction.update(reference, storedState(change));
        return { kind: "ready", epoch, reactivated: !active };
      }),

    setWindow: async (uid, calendarKey, choice, defaults, nowMs) =>
      await db.runTransaction(async (transaction): Promise<WindowOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return { kind: "unknown" };
        const { state, reference } = known;
        const chosen = chooseWindow(state, choice, defaults, nowMs);
        if (chosen.kind === "tooSoon") return chosen;
        const { window, isDemand, needsFullSync } = chosen;
        const change: StateChange = { window, ...(isDemand && { fullDemandedAt: nowMs }) };
        transaction.update(reference, storedState(change));
        showCalendar(db, transaction, calendarKey, { ...state, window });
        const { epoch, active } = state;
        return { kind: "chosen", epoch, active, needsFullSync };
      }),
  };
}

/**
 * Reads a user's calendar and its account from the server's own records. Undefined if this user has no such calendar,
 * even if another user has it. A calendar that was removed at Google is treated as missing, because it is being
 * deleted; if Google lists it again, it is started automatically.
 */
async function read(db: Database, transaction: Transaction, uid: string, calendarKey: string) {
  const snapshot = await transaction.get(db.doc(paths.syncState(calendarKey)));
  if (!snapshot.exists) return undefined;
  const state = readSyncState(snapshot);
  const { accountId, calendarId, inactiveReason } = state;
  if (state.uid !== uid || calendarKeyOf(accountId, calendarId) !== calendarKey) return undefined;
  if (inactiveReason === "removed") return undefined;
  const account = readAccount(await transaction.get(db.doc(paths.calendarList(accountId))), uid);
  return account && { state, reference: snapshot.ref, account };
}
