import { createHash } from "node:crypto";

/**
 * Returns the id of an account. If a user connects the same Google account again, the id is the same, so the account is
 * repaired. If two users connect one Google account, the ids differ.
 *
 * @param subject the `sub` of the verified ID token, which never changes (an e-mail address may)
 */
export function accountIdOf(uid: string, subject: string): string {
  return shortHash(uid, subject);
}

/** Returns the key that names a calendar everywhere. `calendarId` is Google's id, often an e-mail address. */
export function calendarKeyOf(accountId: string, calendarId: string): string {
  return shortHash(accountId, calendarId);
}

/** The form of account ids and calendar keys. */
export const keyPattern = /^[A-Za-z0-9_-]{22}$/;

/**
 * The first 22 characters of base64url(SHA-256): 132 bits. The line feed separates the parts, so ("ab","c") and
 * ("a","bc") differ.
 */
function shortHash(owner: string, name: string): string {
  return createHash("sha256").update(`${owner}\n${name}`).digest("base64url").slice(0, 22);
}
