import {
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
  Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import { accountDocument, calendarDocument } from "@firestore-calendar-sync/schema";
import type { CalendarStore, DemandOutcome, EnableOutcome } from "../ports/calendar-store.port.ts";
import { activated, fromScratch } from "./calendars-listing.repository.ts";
import { newSyncState, paths, syncStateDocument } from "./documents.ts";

/** `users/{uid}/calendars/{calendarKey}` together with its sync state, as the user's own wishes change them. */
export function createCalendarStore(db: Firestore): CalendarStore {
  return {
    enable: async (uid, calendarKey, nowMs) =>
      await db.runTransaction(async (transaction): Promise<EnableOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        // One that was removed at Google is about to disappear; if it is listed again, it starts by itself.
        if (known === undefined || isRemoved(known)) return { kind: "unknown" };
        const { calendar, reference, state, account } = known;
        const mayStart = account.get("status") === "active";
        const { accountId, calendarId, timeZone } = calendar;
        if (!calendar.enabled) transaction.update(reference, { enabled: true, sync: { phase: "importing" } });
        if (!state.exists) {
          const fresh = newSyncState({ uid, accountId, calendarId, timeZone }, nowMs);
          transaction.create(
            state.ref,
            mayStart ? fresh : { ...fresh, active: false, inactiveReason: "reauth_required" },
          );
          return mayStart ? { kind: "started", epoch: fresh.epoch } : { kind: "waiting" };
        }
        const { active, inactiveReason, epoch } = syncStateDocument.parse(state.data());
        // The events were deleted with the switch-off: the sync token knows of more than is stored.
        const anew = inactiveReason === "disabled" ? fromScratch : {};
        if (!mayStart) {
          transaction.update(state.ref, {
            inactiveReason: "reauth_required",
            unwantedSince: FieldValue.delete(),
            ...anew,
          });
          return { kind: "waiting" };
        }
        if (!active) {
          transaction.update(state.ref, { ...activated(), ...anew });
        }
        return { kind: "started", epoch };
      }),

    disable: async (uid, calendarKey, nowMs) =>
      await db.runTransaction(async transaction => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined || isRemoved(known)) return "unknown";
        transaction.update(known.reference, { enabled: false });
        if (known.state.exists && known.state.get("inactiveReason") !== "disconnecting") {
          transaction.update(known.state.ref, {
            active: false,
            inactiveReason: "disabled",
            unwantedSince: Timestamp.fromMillis(nowMs),
          });
        }
        return "disabled";
      }),

    demandSync: async (uid, calendarKey, full) =>
      await db.runTransaction(async (transaction): Promise<DemandOutcome> => {
        const known = await read(db, transaction, uid, calendarKey);
        if (known === undefined) return { kind: "unknown" };
        if (!known.state.exists) return { kind: "inactive", reason: "disabled" };
        const { active, inactiveReason, epoch } = syncStateDocument.parse(known.state.data());
        if (inactiveReason === "removed") return { kind: "unknown" };
        if (!active && inactiveReason !== "unavailable") {
          return { kind: "inactive", reason: inactiveReason ?? "disabled" };
        }
        const changes = {
          ...(!active && activated()),
          // The pass that closes this epoch is a full sync.
          ...(full && { resyncEpoch: epoch }),
        };
        if (Object.keys(changes).length > 0) transaction.update(known.state.ref, changes);
        return { kind: "ready", epoch, reactivated: !active };
      }),
  };
}

function isRemoved({ state }: { readonly state: DocumentSnapshot }): boolean {
  return state.get("inactiveReason") === "removed";
}

/** A user's calendar with what hangs on it; undefined if the user has none by that name. */
async function read(db: Firestore, transaction: Transaction, uid: string, calendarKey: string) {
  const reference = db.doc(paths.calendar(uid, calendarKey));
  const [document, state] = await Promise.all([
    transaction.get(reference),
    transaction.get(db.doc(paths.syncState(calendarKey))),
  ]);
  if (!document.exists) return undefined;
  const calendar = calendarDocument.parse(document.data());
  const account = await transaction.get(db.doc(paths.account(uid, calendar.accountId)));
  if (!account.exists) return undefined;
  accountDocument.parse(account.data());
  return { calendar, reference, state, account };
}
