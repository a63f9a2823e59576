import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const SIGNATURE_BYTES = 9;

/**
 * Seals what a sync or page token says, so that a client can neither read meaning into it nor alter it: Google's
 * are opaque as well, and an altered one is refused.
 */
export class TokenSealer {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** The token for a list of strings and numbers. */
  seal(parts: readonly (string | number)[]): string {
    const payload = Buffer.from(JSON.stringify(parts));
    return Buffer.concat([this.#sign(payload), payload]).toString("base64url") + "=";
  }

  /** What was sealed, or undefined for anything else. */
  open(token: string): (string | number)[] | undefined {
    if (token.length > 4_096 || !/^[A-Za-z0-9_-]+=$/.test(token)) return undefined;
    const bytes = Buffer.from(token.slice(0, -1), "base64url");
    if (bytes.length <= SIGNATURE_BYTES) return undefined;
    const payload = bytes.subarray(SIGNATURE_BYTES);
    if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.#sign(payload))) return undefined;
    // A valid signature without canonical text (spare base64 bits) is an altered token, too.
    if (bytes.toString("base64url") !== token.slice(0, -1)) return undefined;
    const parts: unknown = JSON.parse(payload.toString());
    return Array.isArray(parts)
      ? parts.filter(part => typeof part === "string" || typeof part === "number")
      : undefined;
  }

  #sign(payload: Buffer): Buffer {
    return createHmac("sha256", this.#key).update(payload).digest().subarray(0, SIGNATURE_BYTES);
  }
}

/** A short fingerprint of the parameters that must stay the same from call to call. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 12);
}
