import {
  type CredentialKey,
  type CredentialKeys,
  type CredentialStore,
  isSameGrant,
  type RefreshedCredential,
  type ResealOutcome,
  type StoredCredential,
  type UnreadableCredential,
} from "../ports/credentials.port.ts";
import { sealingKeyId } from "./token-seal.ts";

/** Credentials in memory. */
export class FakeCredentials implements CredentialStore, CredentialKeys {
  readonly stored = new Map<string, StoredCredential>();
  /** Accounts whose documents cannot be read. */
  readonly unreadable = new Set<string>();
  /** Accounts whose documents have no key id, as in the first versions. */
  readonly withoutKeyId = new Set<string>();
  loads = 0;
  notes = 0;
  /** Runs once, after a credential was read in order to seal it again. */
  meanwhile: (() => Promise<void>) | undefined;

  load(accountId: string): Promise<StoredCredential | UnreadableCredential | undefined> {
    this.loads += 1;
    if (this.unreadable.has(accountId)) return Promise.resolve({ kind: "unreadable", fields: ["subject"] });
    return Promise.resolve(this.stored.get(accountId));
  }

  saveRefreshed(
    accountId: string,
    basedOn: StoredCredential,
    tokens: RefreshedCredential,
  ): Promise<"saved" | "changed" | "gone"> {
    const saved = this.#updateSame(accountId, basedOn, current => {
      const { sealBrokenSinceMs: _, ...rest } = current;
      return { ...rest, ...tokens };
    });
    return Promise.resolve(saved === "updated" ? "saved" : saved);
  }

  noteSealBroken(
    accountId: string,
    basedOn: StoredCredential,
    nowMs: number,
  ): Promise<"noted" | "changed" | "gone"> {
    this.notes += 1;
    const noted = this.#updateSame(accountId, basedOn, current => ({ ...current, sealBrokenSinceMs: nowMs }));
    return Promise.resolve(noted === "updated" ? "noted" : noted);
  }

  async *all(): AsyncGenerator<CredentialKey> {
    await Promise.resolve();
    for (const accountId of [...this.stored.keys()].sort()) yield { accountId, keyId: this.keyId(accountId) };
  }

  async reseal(
    accountId: string,
    reseal: (sealed: string) => Promise<string | undefined>,
  ): Promise<ResealOutcome> {
    const before = this.stored.get(accountId);
    if (before === undefined) return "gone";
    if (this.unreadable.has(accountId)) return "unreadable";
    const { meanwhile } = this;
    this.meanwhile = undefined;
    await meanwhile?.();
    const refreshToken = "refreshToken" in before ? await reseal(before.refreshToken) : undefined;
    if ("refreshToken" in before && refreshToken === undefined) return "broken";
    if (this.stored.get(accountId) !== before) return "changed";
    const { sealBrokenSinceMs: _, ...rest } = before;
    this.stored.set(accountId, { ...rest, ...(refreshToken !== undefined && { refreshToken }) });
    this.withoutKeyId.delete(accountId);
    return "resealed";
  }

  /** The key id in the account's document. */
  keyId(accountId: string): string | null | undefined {
    if (this.withoutKeyId.has(accountId)) return undefined;
    const stored = this.stored.get(accountId);
    return stored !== undefined && "refreshToken" in stored ? sealingKeyId(stored.refreshToken) : null;
  }

  #updateSame(
    accountId: string,
    basedOn: StoredCredential,
    change: (current: StoredCredential) => StoredCredential,
  ): "updated" | "changed" | "gone" {
    const current = this.stored.get(accountId);
    if (current === undefined) return "gone";
    if (!isSameGrant(current, basedOn)) return "changed";
    this.stored.set(accountId, change(current));
    return "updated";
  }
}
