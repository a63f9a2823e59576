import { type Firestore, Timestamp } from "firebase-admin/firestore";
import { type CredentialStore, isSameGrant, type StoredCredential } from "../ports/credential-store.port.ts";
import { credentialDocument, paths } from "./documents.ts";

/** `credentials/{accountId}`. */
export function createCredentialStore(db: Firestore): CredentialStore {
  return {
    load: async accountId => {
      const snapshot = await db.doc(paths.credential(accountId)).get();
      return snapshot.exists ? toCredential(snapshot.data()) : undefined;
    },

    saveRefreshed: async (accountId, basedOn, { accessTokenExpiresAtMs, ...tokens }) =>
      await db.runTransaction(async transaction => {
        const reference = db.doc(paths.credential(accountId));
        const snapshot = await transaction.get(reference);
        if (!snapshot.exists) return "gone";
        if (!isSameGrant(toCredential(snapshot.data()), basedOn)) return "changed";
        const accessTokenExpiresAt = Timestamp.fromMillis(accessTokenExpiresAtMs);
        transaction.update(reference, { ...tokens, accessTokenExpiresAt });
        return "saved";
      }),
  };
}

/** The document of a credential. */
export function fromCredential(credential: StoredCredential) {
  const { accessTokenExpiresAtMs, ...rest } = credential;
  return {
    ...rest,
    scopes: [...credential.scopes],
    accessTokenExpiresAt: Timestamp.fromMillis(accessTokenExpiresAtMs),
  };
}

function toCredential(data: unknown): StoredCredential {
  const { accessTokenExpiresAt, ...rest } = credentialDocument.parse(data);
  return { ...rest, accessTokenExpiresAtMs: accessTokenExpiresAt.toMillis() };
}
