import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";

/**
 * The keys that seal tokens. `active` names the key that seals new tokens; each key opens the tokens that it sealed.
 * Each key is 32 bytes in base64url.
 */
export interface KeyRing {
  readonly active: string;
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * The content of a sealed text. A text sealed for one use cannot be opened for another. For a code, the attempt's name
 * takes the place of the account's id.
 */
export type TokenUse = "access" | "refresh" | "code";

/**
 * Seals tokens for storage. A sealed text can be opened only for the account (or attempt) and the use for which it was
 * sealed.
 */
export interface TokenSeal {
  seal(accountId: string, use: TokenUse, token: string): Promise<string>;
  /**
   * @throws SealBroken if the text was sealed for another account or use, was changed, or its key is missing
   */
  open(accountId: string, use: TokenUse, sealed: string): Promise<string>;
}

/** Why a sealed text cannot be opened. */
export type BrokenBecause =
  /** Its key is not in the ring. If the key was removed by mistake, this affects all accounts. */
  | "keyMissing"
  /**
   * The ring has a key of that name, but the key does not open the text: the text was changed, or the name now belongs
   * to another key.
   */
  | "keyWrong"
  /** Not a sealed text, or sealed for another account or use. No change of the keys can open it. */
  | "foreign";

/** A sealed token cannot be opened. The message names the account and the cause, and contains nothing of the text. */
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

/** The result of `openSealed`. Contains a token: never log it. */
export type OpenedSeal =
  | { readonly kind: "opened"; readonly token: string }
  | { readonly kind: "broken"; readonly because: BrokenBecause; readonly keyId?: string };

/** Like `TokenSeal.open`, but returns a broken seal as a value. Other errors are thrown. */
export async function openSealed(
  seal: Pick<TokenSeal, "open">,
  accountId: string,
  use: TokenUse,
  sealed: string,
): Promise<OpenedSeal> {
  try {
    return { kind: "opened", token: await seal.open(accountId, use, sealed) };
  } catch (error) {
    // An unreadable key ring is a failure of another kind. The caller reports it.
    if (!(error instanceof SealBroken)) throw error;
    const { because, keyId } = error;
    return { kind: "broken", because, ...(keyId !== undefined && { keyId }) };
  }
}

const algorithm = { alg: "dir", enc: "A256GCM" } as const;

/**
 * JWE in compact form (RFC 7516), `dir` with A256GCM. The key id, the account and the use are in the protected header,
 * which AES-GCM authenticates: a sealed text that is copied to another account's document cannot be opened there.
 *
 * To rotate keys, add the new key and make it `active`. Remove the old key when `npm run keys -- check` allows it.
 * Tokens are sealed again with each refresh, and by the daily round for accounts that are not refreshed.
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

/** The id of the key that sealed a text; undefined if the text is not a sealed text. */
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
