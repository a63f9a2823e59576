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

const closedTransaction = "Transaction is invalid or closed";

/**
 * Runs a transaction again when the emulator has closed it for waiting too long for a lock. The Admin SDK repeats what
 * Firestore itself would say then, but not the emulator's words; in the functions, the queue or the user repeats it.
 */
export async function repeatWhenClosed<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!String(error).includes(closedTransaction)) throw error;
    return await repeatWhenClosed(run);
  }
}
