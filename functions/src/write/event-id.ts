import { createHash } from "node:crypto";

/** Google's alphabet for ids: base32hex in lower case (events.insert, `id`). */
const alphabet = "0123456789abcdefghijklmnopqrstuv";

/**
 * The id of an event that is made by this request: 26 characters, 130 bits of a SHA-256. The same parts give the same
 * id, so that a repeated request finds the event.
 */
export function eventIdOf(...parts: readonly string[]): string {
  const digest = createHash("sha256").update(parts.join("\n")).digest();
  let id = "";
  for (let bit = 0; id.length < 26; bit += 5) {
    const byte = bit >> 3;
    const pair = ((digest[byte] ?? 0) << 8) | (digest[byte + 1] ?? 0);
    id += alphabet.charAt((pair >> (11 - (bit & 7))) & 31);
  }
  return id;
}
