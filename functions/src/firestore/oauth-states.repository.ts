import {
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  Timestamp,
} from "firebase-admin/firestore";
import type { OAuthStates } from "../ports/credentials.port.ts";
import { oauthStateDocument, paths } from "./documents.ts";
import { lostToOther } from "./status-code.ts";

/**
 * `calendarSyncOAuthStates/{nonce}`. A TTL policy on `expiresAt` deletes the states of attempts that were not
 * finished.
 */
export function createOAuthStates(db: Firestore): OAuthStates {
  return {
    create: async (nonce, { expiresAtMs, ...state }) => {
      await db
        .doc(paths.oauthState(nonce))
        .create({ ...state, expiresAt: Timestamp.fromMillis(expiresAtMs) });
    },

    consume: async nonce => {
      const snapshot = await takeOut(db.doc(paths.oauthState(nonce)));
      if (snapshot === undefined) return undefined;
      const { expiresAt, code, ...state } = oauthStateDocument.parse(snapshot.data());
      return { ...state, expiresAtMs: expiresAt.toMillis(), ...(code !== undefined && { code }) };
    },
  };
}

/**
 * Deletes a document and returns its content; undefined if it does not exist. Of several concurrent callers only one
 * receives the content, because the deletion has the read version as its precondition.
 */
async function takeOut(reference: DocumentReference): Promise<DocumentSnapshot | undefined> {
  const snapshot = await reference.get();
  if (snapshot.updateTime === undefined) return undefined;
  try {
    await reference.delete({ lastUpdateTime: snapshot.updateTime });
    return snapshot;
  } catch (error) {
    if (!lostToOther(error)) throw error;
    return await takeOut(reference);
  }
}
