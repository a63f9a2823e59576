import { randomBytes } from "node:crypto";
import { getApps, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";

/** A separate project, so that no function of the stack runs for the documents of these tests. */
const projectId = "demo-repositories";

/** The Firestore emulator through the Admin SDK. */
export function openOwnDatabase(): Firestore {
  return getFirestore(
    getApps().find(app => app.name === projectId) ?? initializeApp({ projectId }, projectId),
  );
}

/** A random key in the form of a calendar or account key. */
export function newKey(): string {
  return randomBytes(17).toString("base64url").slice(0, 22);
}

const closedTransaction = "Transaction is invalid or closed";

/**
 * Repeats a transaction that the emulator has closed because it waited too long for a lock. The Admin SDK repeats a
 * transaction after Firestore's own error, but not after the emulator's error message. In production, the queue or
 * the user repeats the operation.
 */
export async function repeatWhenClosed<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!String(error).includes(closedTransaction)) throw error;
    return await repeatWhenClosed(run);
  }
}
