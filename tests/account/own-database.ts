import { randomBytes } from "node:crypto";
import { getApps, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";

/** A project of their own for repositories under test: no function of the stack sees these documents. */
const projectId = "demo-repositories";

/** The Firestore emulator, through the Admin SDK. */
export function openOwnDatabase(): Firestore {
  return getFirestore(
    getApps().find(app => app.name === projectId) ?? initializeApp({ projectId }, projectId),
  );
}

/** A key like those of calendars and accounts. */
export function newKey(): string {
  return randomBytes(17).toString("base64url").slice(0, 22);
}
