import * as z from "zod";

/** The secret TOKEN_ENCRYPTION_KEYS: `active` names the key that seals; every key can open. */
const keyRing = z
  .object({
    active: z.string().min(1),
    keys: z.record(z.string().regex(/^[\w-]{1,64}$/), z.string().regex(/^[\w-]{43}$/)),
  })
  .refine(({ active, keys }) => Object.hasOwn(keys, active));
type KeyRing = z.infer<typeof keyRing>;

/**
 * Parses a key ring; undefined if the text is invalid. No error may contain a part of the text, because it is a secret.
 */
export function readRing(text: string): KeyRing | undefined {
  try {
    return keyRing.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Adds a key to the ring and makes it the active one.
 *
 * @param key 32 random bytes in base64url
 * @returns undefined if the name is already used or is not a valid name
 */
export function withNewKey(
  ring: KeyRing | undefined,
  id: string | undefined,
  key: string,
): KeyRing | undefined {
  const known = ring?.keys ?? {};
  const name = id ?? nextName(Object.keys(known));
  if (Object.hasOwn(known, name) || !/^[\w-]{1,64}$/.test(name)) return undefined;
  return { active: name, keys: { ...known, [name]: key } };
}

/** `k1`, or the number after the highest one in use. */
function nextName(names: readonly string[]): string {
  const numbers = names.map(name => Number(/^k(\d{1,9})$/.exec(name)?.[1] ?? 0));
  return `k${Math.max(0, ...numbers) + 1}`;
}

/** The key that an account's refresh token is sealed with; see CredentialKey of the functions. */
export interface AccountKey {
  readonly accountId: string;
  /**
   * Null: there is no refresh token, or it names no key. Undefined: the document was written before key ids were
   * stored.
   */
  readonly keyId: string | null | undefined;
}

export interface KeyReport {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1 | 2;
}

/** The number of accounts that are listed unless all are requested. */
const namedAccounts = 50;

/** The output of `check`. */
export function reportKeys(
  accounts: readonly AccountKey[],
  active: string | undefined,
  all: boolean,
): KeyReport {
  if (accounts.length === 0) return { lines: ["There are no accounts: no key is needed."], exitCode: 0 };
  const counts = new Map<string, number>();
  for (const { keyId } of accounts) counts.set(wordOf(keyId), (counts.get(wordOf(keyId)) ?? 0) + 1);
  const lines = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${count} ${count === 1 ? "account needs" : "accounts need"} ${word}`);
  if (active === undefined) {
    const how = "Which key is active? Say --active ID, or set TOKEN_ENCRYPTION_KEYS.";
    return { lines: [...lines, how], exitCode: 2 };
  }
  const others = accounts.filter(({ keyId }) => keyId !== active && keyId !== null);
  if (others.length === 0)
    return { lines: [...lines, `Every key but "${active}" may be dropped.`], exitCode: 0 };
  const named = all ? others : others.slice(0, namedAccounts);
  const rest = others.length - named.length;
  return {
    lines: [
      ...lines,
      `Not sealed with "${active}" yet; the daily round does that, ${others.length} to go:`,
      ...named.map(({ accountId, keyId }) => `  ${accountId}  ${wordOf(keyId)}`),
      ...(rest > 0 ? [`  and ${rest} more (--all names them)`] : []),
    ],
    exitCode: 1,
  };
}

function wordOf(keyId: AccountKey["keyId"]): string {
  if (keyId === null) return "no key";
  return keyId === undefined ? "a key that is not noted yet" : `"${keyId}"`;
}
