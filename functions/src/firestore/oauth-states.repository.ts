import { type Firestore, Timestamp } from "firebase-admin/firestore";
import type { OAuthStates } from "../ports/oauth-states.port.ts";
import { oauthStateDocument, paths } from "./documents.ts";

/** `oauthStates/{nonce}`; a TTL policy on `expiresAt` removes those that nobody came back with. */
export function createOAuthStates(db: Firestore): OAuthStates {
  return {
    create: async (nonce, { expiresAtMs, ...state }) => {
      await db
        .doc(paths.oauthState(nonce))
        .create({ ...state, expiresAt: Timestamp.fromMillis(expiresAtMs) });
    },

    consume: async nonce =>
      await db.runTransaction(async transaction => {
        const reference = db.doc(paths.oauthState(nonce));
        const snapshot = await transaction.get(reference);
        if (!snapshot.exists) return undefined;
        transaction.delete(reference);
        const { expiresAt, code, ...state } = oauthStateDocument.parse(snapshot.data());
        return { ...state, expiresAtMs: expiresAt.toMillis(), ...(code !== undefined && { code }) };
      }),
  };
}
