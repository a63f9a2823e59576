import * as z from "zod/mini";

/** The secret TOKEN_ENCRYPTION_KEYS: `active` names the key that seals; every key can open. */
const keyRing = z
  .object({
    active: z.string().check(z.minLength(1)),
    keys: z.record(z.string().check(z.regex(/^[\w-]{1,64}$/)), z.string().check(z.regex(/^[\w-]{43}$/))),
  })
  .check(z.refine(({ active, keys }) => Object.hasOwn(keys, active)));
export type KeyRing = z.infer<typeof keyRing>;

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
