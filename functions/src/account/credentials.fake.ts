import {
  type CredentialStore,
  isSameGrant,
  type RefreshedCredential,
  type StoredCredential,
} from "../ports/credential-store.port.ts";

/** Credentials in memory. */
export class FakeCredentials implements CredentialStore {
  readonly stored = new Map<string, StoredCredential>();
  loads = 0;

  load(accountId: string): Promise<StoredCredential | undefined> {
    this.loads += 1;
    return Promise.resolve(this.stored.get(accountId));
  }

  saveRefreshed(
    accountId: string,
    basedOn: StoredCredential,
    tokens: RefreshedCredential,
  ): Promise<"saved" | "changed" | "gone"> {
    const current = this.stored.get(accountId);
    if (current === undefined) return Promise.resolve("gone");
    if (!isSameGrant(current, basedOn)) return Promise.resolve("changed");
    this.stored.set(accountId, { ...current, ...tokens });
    return Promise.resolve("saved");
  }
}
