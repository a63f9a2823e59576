import { createHash } from "node:crypto";
import type { NewId } from "../ports/runtime.port.ts";

/** Google allows 64 characters of `A-Za-z0-9-_+/=` (guides/push); ours are 45. */
export function newChannelId(calendarKey: string, newId: NewId): string {
  return `${calendarKey}-${newId(22)}`;
}

/** 43 characters, 258 bits; Google allows 256 characters (guides/push). Known to Google alone: we keep the hash. */
export function newChannelToken(newId: NewId): string {
  return newId(43);
}

/** What is stored of a token: base64url(SHA-256(token)). The token is long and random, so it needs no salt. */
export function hashChannelToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
