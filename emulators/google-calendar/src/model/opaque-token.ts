import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const SIGNATURE_BYTES = 9;

/**
 * Signs the contents of sync and page tokens, so that a client cannot change them. Google's tokens are opaque too,
 * and Google refuses changed tokens.
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

  /** The parts of a token from `seal`. Undefined for any other text. */
  open(token: string): (string | number)[] | undefined {
    if (token.length > 4_096 || !/^[A-Za-z0-9_-]+=$/.test(token)) return undefined;
    const bytes = Buffer.from(token.slice(0, -1), "base64url");
    if (bytes.length <= SIGNATURE_BYTES) return undefined;
    const payload = bytes.subarray(SIGNATURE_BYTES);
    if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.#sign(payload))) return undefined;
    // The text decodes to a valid signature, but it is not the text that `seal` returned (unused base64 bits).
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

/** A short hash of parameters that must be equal in several calls. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 12);
}
