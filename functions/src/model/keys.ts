import { createHash } from "node:crypto";

/**
 * Names an account: the same user connecting the same Google account gets the same name, so that reconnecting
 * repairs in place, and two users sharing one Google account get two.
 *
 * @param subject the `sub` of the verified ID token, which never changes (an e-mail address may)
 */
export function accountIdOf(uid: string, subject: string): string {
  return shortHash(uid, subject);
}

/** Names a calendar of an account everywhere; `calendarId` is Google's, often an e-mail address. */
export function calendarKeyOf(accountId: string, calendarId: string): string {
  return shortHash(accountId, calendarId);
}

/** What names of accounts and calendars look like. */
export const keyPattern = /^[A-Za-z0-9_-]{22}$/;

/** The first 22 characters of base64url(SHA-256): 132 bits. The line feed keeps ("ab","c") apart from ("a","bc"). */
function shortHash(owner: string, name: string): string {
  return createHash("sha256").update(`${owner}\n${name}`).digest("base64url").slice(0, 22);
}
