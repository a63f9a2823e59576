import { FieldPath, FieldValue, type Firestore, Timestamp } from "firebase-admin/firestore";
import type * as z from "zod/mini";
import { sealingKeyId } from "../account/token-seal.ts";
import {
  type CredentialKeys,
  type CredentialStore,
  isSameGrant,
  type StoredCredential,
  type UnreadableCredential,
} from "../ports/credentials.port.ts";
import { credentialDocument, paths } from "./documents.ts";
import { lostToOther } from "./status-code.ts";

/** Credentials per page when all credentials are read. */
const pageSize = 1000;

/** `calendarSyncCredentials/{accountId}`. */
export function createCredentialStore(db: Firestore): CredentialStore {
  /** Updates in one transaction, if the stored credential still is the same grant as `basedOn`. */
  const updateSame = async <T extends string>(
    accountId: string,
    basedOn: StoredCredential,
    changes: Readonly<Record<string, unknown>>,
    done: T,
  ): Promise<T | "changed" | "gone"> =>
    await db.runTransaction(async transaction => {
      const reference = db.doc(paths.credential(accountId));
      const snapshot = await transaction.get(reference);
      if (!snapshot.exists) return "gone";
      const current = toCredential(snapshot.data());
      if ("kind" in current || !isSameGrant(current, basedOn)) return "changed";
      transaction.update(reference, { ...changes });
      return done;
    });

  return {
    load: async accountId => {
      const snapshot = await db.doc(paths.credential(accountId)).get();
      return snapshot.exists ? toCredential(snapshot.data()) : undefined;
    },

    saveRefreshed: async (accountId, basedOn, { accessTokenExpiresAtMs, ...tokens }) =>
      await updateSame(
        accountId,
        basedOn,
        {
          ...tokens,
          keyId: keyIdOf({ ...basedOn, ...tokens }),
          accessTokenExpiresAt: Timestamp.fromMillis(accessTokenExpiresAtMs),
          sealBrokenSince: FieldValue.delete(),
        },
        "saved",
      ),

    noteSealBroken: async (accountId, basedOn, nowMs) =>
      await updateSame(accountId, basedOn, { sealBrokenSince: Timestamp.fromMillis(nowMs) }, "noted"),
  };
}

/** The key ids of `calendarSyncCredentials/{accountId}`. */
export function createCredentialKeys(db: Firestore): CredentialKeys {
  return {
    all: () => allKeys(db),

    reseal: async (accountId, reseal) => {
      const reference = db.doc(paths.credential(accountId));
      const snapshot = await reference.get();
      if (snapshot.updateTime === undefined) return "gone";
      const stored = toCredential(snapshot.data());
      if ("kind" in stored) return "unreadable";
      let changes: Readonly<Record<string, unknown>> = { keyId: null };
      if ("refreshToken" in stored) {
        const refreshToken = await reseal(stored.refreshToken);
        if (refreshToken === undefined) return "broken";
        const keyId = sealingKeyId(refreshToken) ?? null;
        changes = { refreshToken, keyId, sealBrokenSince: FieldValue.delete() };
      }
      try {
        await reference.update({ ...changes }, { lastUpdateTime: snapshot.updateTime });
        return "resealed";
      } catch (error) {
        // Another writer has changed or deleted the document since it was read. The next round tries again if
        // necessary.
        if (lostToOther(error)) return "changed";
        throw error;
      }
    },
  };
}

async function* allKeys(db: Firestore) {
  const ordered = db.collection(paths.credentials).orderBy(FieldPath.documentId()).select("keyId");
  let last: string | undefined;
  do {
    const query = last === undefined ? ordered : ordered.startAfter(last);
    const { docs } = await query.limit(pageSize).get();
    for (const { id, data } of docs.map(doc => ({ id: doc.id, data: doc.get("keyId") as unknown }))) {
      yield { accountId: id, keyId: typeof data === "string" || data === null ? data : undefined };
    }
    last = docs.length === pageSize ? docs.at(-1)?.id : undefined;
  } while (last !== undefined);
}

/** The document of a new credential. */
export function fromCredential(credential: StoredCredential) {
  const { accessTokenExpiresAtMs, sealBrokenSinceMs: _, ...rest } = credential;
  return {
    ...rest,
    scopes: [...credential.scopes],
    keyId: keyIdOf(credential),
    accessTokenExpiresAt: Timestamp.fromMillis(accessTokenExpiresAtMs),
  };
}

/**
 * The key that is needed to open the refresh token. The access token does not count, because Google can issue another
 * one.
 */
function keyIdOf(credential: { readonly refreshToken?: string } | StoredCredential): string | null {
  const sealed = "refreshToken" in credential ? credential.refreshToken : undefined;
  return sealed === undefined ? null : (sealingKeyId(sealed) ?? null);
}

function toCredential(data: unknown): StoredCredential | UnreadableCredential {
  const parsed = credentialDocument.safeParse(data);
  if (!parsed.success) return { kind: "unreadable", fields: unreadableFields(parsed.error) };
  const { accessTokenExpiresAt, sealBrokenSince, ...rest } = parsed.data;
  return {
    ...rest,
    accessTokenExpiresAtMs: accessTokenExpiresAt.toMillis(),
    ...(sealBrokenSince !== undefined && { sealBrokenSinceMs: sealBrokenSince.toMillis() }),
  };
}

/** The names of the fields that do not match the schema of any kind of credential. */
function unreadableFields(error: z.core.$ZodError): string[] {
  const [issue] = error.issues;
  const issues = issue?.code === "invalid_union" ? issue.errors.flat() : error.issues;
  return [...new Set(issues.map(({ path }) => path.map(String).join(".")))].sort();
}
