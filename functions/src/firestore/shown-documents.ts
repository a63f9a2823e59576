import type { Firestore } from "firebase-admin/firestore";
import { isEnabled, type SyncState } from "../model/sync-state.ts";
import type { CalendarListDocument } from "./documents.ts";
import { accountOutput, calendarOutput, type Writer } from "./output.ts";

/*
 * What a user sees of an account and of a calendar, written from the server's records alone: a document that was
 * damaged or deleted comes back right.
 */

/** Writes `users/{uid}/accounts/{accountId}`. */
export function showAccount(
  db: Firestore,
  writer: Writer,
  accountId: string,
  { uid, email, name, status, statusSince, statusReason, connectedAt }: CalendarListDocument,
): void {
  const output = accountOutput(db, uid, accountId);
  const fields = { status, statusSince, statusReason };
  if (email !== undefined && connectedAt !== undefined && statusSince !== undefined) {
    output.replace(writer, { ...fields, email, name, connectedAt });
    return;
  }
  // A record from before it held all this: what it does not know stays as it is.
  output.merge(writer, {
    status,
    statusReason,
    ...(statusSince !== undefined && { statusSince }),
    ...(email !== undefined && { email, name }),
    ...(connectedAt !== undefined && { connectedAt }),
  });
}

/**
 * Writes `users/{uid}/calendars/{calendarKey}` but for what only the sync knows: its times, and the sentence of a
 * failure.
 */
export function showCalendar(db: Firestore, writer: Writer, calendarKey: string, state: SyncState): void {
  const { uid, accountId, calendarId, listed } = state;
  const phase = phaseOf(state);
  const keepsNotes = phase !== "live" && phase !== "polling";
  const fields = {
    ...(listed !== null && { ...noneListed, ...listed }),
    // After the first sync the zone is the one that its events are read in.
    timeZone: state.syncToken === null ? (listed?.["timeZone"] ?? state.timeZone) : state.timeZone,
    accountId,
    calendarId,
    enabled: isEnabled(state),
    sync: { phase },
  };
  const names = Object.keys(fields).filter(name => name !== "sync");
  calendarOutput(db, uid, calendarKey).merge(writer, fields, [...names, keepsNotes ? "sync.phase" : "sync"]);
}

/** Fields of Google's list that a calendar may be without. */
const noneListed = {
  description: undefined,
  backgroundColor: undefined,
  foregroundColor: undefined,
  colorId: undefined,
  googleAccessRole: undefined,
};

function phaseOf({ shown, syncToken, pushUnsupported, inactiveReason }: SyncState): string {
  if (inactiveReason === "removed") return "unavailable";
  if (shown !== null) return shown.phase;
  if (syncToken === null) return "importing";
  return pushUnsupported ? "polling" : "live";
}
