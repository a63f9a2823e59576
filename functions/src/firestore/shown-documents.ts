import { isEnabled, shownPhase, type SyncState } from "../model/sync-state.ts";
import type { CalendarListDocument } from "./documents.ts";
import { accountOutput, calendarOutput, type Database, type Writer } from "./output.ts";

/*
 * The user's documents of an account and of a calendar. They are written only from the server's records, so a damaged
 * or deleted document is restored.
 */

/** Writes `users/{uid}/calendarAccounts/{accountId}`. */
export function showAccount(
  db: Database,
  writer: Writer,
  accountId: string,
  { uid, email, name, status, statusSince, statusReason, connectedAt, canWrite }: CalendarListDocument,
): void {
  const output = accountOutput(db, uid, accountId);
  // The consent may be from a time when the deployment had write access.
  const fields = { status, statusSince, statusReason, canWrite: db.writeAccess ? canWrite : undefined };
  if (email !== undefined && connectedAt !== undefined && statusSince !== undefined) {
    output.replace(writer, { ...fields, email, name, connectedAt });
    return;
  }
  // A record of the first versions lacks fields. The missing fields keep their values in the user's document.
  output.merge(writer, {
    status,
    statusReason,
    canWrite: fields.canWrite,
    ...(statusSince !== undefined && { statusSince }),
    ...(email !== undefined && { email, name }),
    ...(connectedAt !== undefined && { connectedAt }),
  });
}

/**
 * Writes `users/{uid}/calendars/{calendarKey}`, except for the fields that only the sync can determine: its times, and
 * the message of a failure.
 */
export function showCalendar(db: Database, writer: Writer, calendarKey: string, state: SyncState): void {
  const { uid, accountId, calendarId, listed, window = {} } = state;
  const phase = phaseOf(state);
  const keepsNotes = phase !== "live" && phase !== "polling";
  const fields = {
    ...(listed !== null && { ...noneListed, ...listed }),
    // After the first full sync the state contains the zone in which the events were read.
    timeZone: state.syncToken === null ? (listed?.["timeZone"] ?? state.timeZone) : state.timeZone,
    accountId,
    calendarId,
    enabled: isEnabled(state),
    window: Object.keys(window).length > 0 ? window : undefined,
    sync: { phase },
  };
  const names = Object.keys(fields).filter(name => name !== "sync");
  calendarOutput(db, uid, calendarKey).merge(writer, fields, [...names, keepsNotes ? "sync.phase" : "sync"]);
}

/** Optional fields of Google's list entry. */
const noneListed = {
  description: undefined,
  backgroundColor: undefined,
  foregroundColor: undefined,
  colorId: undefined,
  googleAccessRole: undefined,
};

function phaseOf({ shown, syncToken, pushUnsupported, inactiveReason, busyOnly }: SyncState): string {
  if (inactiveReason === "removed") return "unavailable";
  const phase = shownPhase({ shown });
  if (phase !== undefined) return phase;
  if (syncToken === null) return "importing";
  if (busyOnly === true) return "busyOnly";
  return pushUnsupported ? "polling" : "live";
}
