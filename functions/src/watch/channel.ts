import { createHash } from "node:crypto";
import type { NewId } from "../ports/runtime.port.ts";

/** Google allows 64 characters of `A-Za-z0-9-_+/=` (guides/push); our ids have 45. */
export function newChannelId(calendarKey: string, newId: NewId): string {
  return `${calendarKey}-${newId(22)}`;
}

/**
 * 43 characters, 258 bits; Google allows 256 characters (guides/push). Only Google receives the token; we store its
 * hash.
 */
export function newChannelToken(newId: NewId): string {
  return newId(43);
}

/**
 * base64url(SHA-256(token)), which is stored instead of the token. The token is long and random, so no salt is needed.
 */
export function hashChannelToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
