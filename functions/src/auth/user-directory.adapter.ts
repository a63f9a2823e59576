import type { UserDirectory } from "../ports/account.port.ts";

/** The most users that one call can look up (Admin SDK reference, `BaseAuth.getUsers`). */
const batchSize = 100;

/** If a uid is longer, or empty, the Admin SDK refuses the whole batch (`auth/invalid-uid`). */
const longestUid = 128;

/** The part of the Admin SDK's `Auth` that is used. */
export interface UserLookUp {
  getUsers(identifiers: { readonly uid: string }[]): Promise<{
    readonly users: readonly { readonly uid: string }[];
    readonly notFound: readonly unknown[];
  }>;
}

/**
 * Authentication of the functions' own project.
 *
 * @param auth returns undefined if no Authentication may be asked: locally without an Auth emulator, where the Admin
 *   SDK would ask the real project
 */
export function createUserDirectory(auth: () => UserLookUp | undefined): UserDirectory {
  return {
    missing: async uids => {
      const lookUp = auth();
      if (lookUp === undefined) throw new Error("There is no Authentication to be asked");
      const missing: string[] = [];
      const askable = uids.filter(uid => uid !== "" && uid.length <= longestUid);
      for (let at = 0; at < askable.length; at += batchSize) {
        const batch = askable.slice(at, at + batchSize);
        const { users, notFound } = await lookUp.getUsers(batch.map(uid => ({ uid })));
        const found = new Set(users.map(({ uid }) => uid));
        const named = new Set(notFound.map(uidOf));
        missing.push(...batch.filter(uid => named.has(uid) && !found.has(uid)));
      }
      return { missing };
    },
  };
}

function uidOf(identifier: unknown): unknown {
  return typeof identifier === "object" && identifier !== null && "uid" in identifier
    ? identifier.uid
    : undefined;
}
