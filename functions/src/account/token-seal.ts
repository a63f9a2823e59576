import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";

/** The keys that seal tokens: `active` seals, all of them open. Each is 32 bytes in base64url. */
export interface KeyRing {
  readonly active: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** What a sealed text holds: one cannot pass for the other. A code belongs to an attempt to connect, by its name. */
export type TokenUse = "access" | "refresh" | "code";

/** Seals tokens for storage. A sealed text opens only for the account (or attempt) and use it was sealed for. */
export interface TokenSeal {
  seal(accountId: string, use: TokenUse, token: string): Promise<string>;
  /** @throws SealBroken when the text was sealed for something else, altered, or its key is not in the ring. */
  open(accountId: string, use: TokenUse, sealed: string): Promise<string>;
}

/** Why a sealed text cannot be opened. */
export type BrokenBecause =
  /** Its key is not in the ring. It may be so for everybody at once, by mistake. */
  | "keyMissing"
  /** The ring has a key of that name which does not fit: the text was altered, or another key goes by the name now. */
  | "keyWrong"
  /** No sealed text, or authentic and sealed for another account or use: no change of the ring would open it. */
  | "foreign";

/** A sealed token that cannot be opened. Says which account and why, and nothing of the text. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
  readonly because: BrokenBecause;
  /** The key that the text names. */
  readonly keyId: string | undefined;

  constructor(message: string, because: BrokenBecause, keyId?: string) {
    super(message);
    this.because = because;
    this.keyId = keyId;
  }
}

/** What `openSealed` gives. Holds a token: never logged. */
export type OpenedSeal =
  | { readonly kind: "opened"; readonly token: string }
  | { readonly kind: "broken"; readonly because: BrokenBecause; readonly keyId?: string };

/** `TokenSeal.open` for those who know what to do without the token, which is everybody. */
export async function openSealed(
  seal: Pick<TokenSeal, "open">,
  accountId: string,
  use: TokenUse,
  sealed: string,
): Promise<OpenedSeal> {
  try {
    return { kind: "opened", token: await seal.open(accountId, use, sealed) };
  } catch (error) {
    // A ring that cannot be read is a failure of another kind, for its reader to report.
    if (!(error instanceof SealBroken)) throw error;
    const { because, keyId } = error;
    return { kind: "broken", because, ...(keyId !== undefined && { keyId }) };
  }
}

const algorithm = { alg: "dir", enc: "A256GCM" } as const;

/**
 * JWE in compact form (RFC 7516), `dir` with A256GCM. The key id, the account and the use are in the protected header,
 * which AES-GCM authenticates: a sealed text that is copied to another account's document does not open there.
 * To rotate keys add the new one, make it `active`, and drop the old one when `npm run keys -- check` says so: tokens
 * are sealed anew with each refresh, and those of accounts that are not refreshed by the daily round.
 */
export function createTokenSeal(readKeys: () => KeyRing): TokenSeal {
  return {
    seal: async (accountId, use, token) => {
      const { active, keys } = readKeys();
      return await new CompactEncrypt(new TextEncoder().encode(token))
        .setProtectedHeader({ ...algorithm, kid: active, account: accountId, use })
        .encrypt(activeKey(keys, active));
    },
    open: async (accountId, use, sealed) => {
      const { keys } = readKeys();
      const broken = (because: BrokenBecause, why: string, keyId?: string) =>
        new SealBroken(`The ${use} token of account ${accountId} cannot be opened: ${why}`, because, keyId);
      const keyId = sealingKeyId(sealed);
      if (keyId === undefined) throw broken("foreign", "it names no key");
      const key = keyOf(keys, keyId);
      if (key === undefined) throw broken("keyMissing", `no key "${keyId}" in the ring`, keyId);
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: [algorithm.alg],
        contentEncryptionAlgorithms: [algorithm.enc],
      }).catch((error: unknown) => {
        throw broken("keyWrong", String(error), keyId);
      });
      if (protectedHeader["account"] !== accountId || protectedHeader["use"] !== use) {
        throw broken("foreign", "sealed for another account or use", keyId);
      }
      return new TextDecoder().decode(plaintext);
    },
  };
}

/** The id of the key that a text was sealed with; undefined for something that is not a sealed text. */
export function sealingKeyId(sealed: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(keys: KeyRing["keys"], id: string): Uint8Array | undefined {
  const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
  return key === undefined ? undefined : base64url.decode(key);
}

function activeKey(keys: KeyRing["keys"], active: string): Uint8Array {
  const key = keyOf(keys, active);
  if (key === undefined) throw new Error(`The active key "${active}" is not in the ring`);
  return key;
}
