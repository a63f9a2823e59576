import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";

/** The keys that seal tokens: `active` seals, all of them open. Each is 32 bytes in base64url. */
export interface SealingKeys {
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

/** A sealed token that cannot be opened. Says which account and why, and nothing of the text. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
}

const algorithm = { alg: "dir", enc: "A256GCM" } as const;

/**
 * JWE in compact form (RFC 7516), `dir` with A256GCM. The key id, the account and the use are in the protected header,
 * which AES-GCM authenticates: a sealed text that is copied to another account's document does not open there.
 * To rotate keys add the new one, make it `active`, and drop the old one when every account has been refreshed
 * since (refresh tokens are sealed again with each refresh whose key is not the active one).
 */
export function createTokenSeal(readKeys: () => SealingKeys): TokenSeal {
  return {
    seal: async (accountId, use, token) => {
      const { active, keys } = readKeys();
      return await new CompactEncrypt(new TextEncoder().encode(token))
        .setProtectedHeader({ ...algorithm, kid: active, account: accountId, use })
        .encrypt(keyOf(keys, active));
    },
    open: async (accountId, use, sealed) => {
      const { keys } = readKeys();
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(
          sealed,
          header => keyOf(keys, String(header.kid)),
          { keyManagementAlgorithms: [algorithm.alg], contentEncryptionAlgorithms: [algorithm.enc] },
        );
        if (protectedHeader["account"] !== accountId || protectedHeader["use"] !== use) {
          throw new SealBroken("sealed for another account or use");
        }
        return new TextDecoder().decode(plaintext);
      } catch (error) {
        throw new SealBroken(`The ${use} token of account ${accountId} cannot be opened: ${String(error)}`);
      }
    },
  };
}

/** The id of the key that a text was sealed with; undefined for something that is not a sealed text. */
export function sealingKeyId(sealed: string): string | undefined {
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined;
  }
}

function keyOf(keys: SealingKeys["keys"], id: string): Uint8Array {
  const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
  if (key === undefined) throw new SealBroken(`no key "${id}" in the ring`);
  return base64url.decode(key);
}
