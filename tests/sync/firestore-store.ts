import { randomBytes } from "node:crypto";
import { getApps, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { storedState } from "../../functions/src/firestore/documents.ts";
import type { SyncState } from "../../functions/src/model/sync-state.ts";

/** A separate project, so that nothing else uses these documents. */
const projectId = "demo-sync-engine";

/** The Firestore emulator through the Admin SDK. */
export function openFirestore(): Firestore {
  if (process.env["FIRESTORE_EMULATOR_HOST"] === undefined)
    throw new Error("FIRESTORE_EMULATOR_HOST is not set: run this with npm run stack");
  return getFirestore(
    getApps().find(app => app.name === projectId) ?? initializeApp({ projectId }, projectId),
  );
}

export function newCalendarKey(): string {
  return randomBytes(17).toString("base64url").slice(0, 22);
}

/** Writes the documents of a calendar that was just connected: its state and the user's document. */
export async function addCalendar(db: Firestore, calendarKey: string, state: SyncState): Promise<void> {
  const batch = db.batch();
  batch.set(db.doc(`calendarSyncStates/${calendarKey}`), storedState(state));
  batch.set(db.doc(`users/${state.uid}/calendars/${calendarKey}`), { sync: { phase: "importing" } });
  await batch.commit();
}
