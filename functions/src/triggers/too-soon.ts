import { HttpsError } from "firebase-functions/https";

/** The answer to a demand that is limited to once an hour for each calendar. */
export function tooSoon(waitMs: number): HttpsError {
  const minutes = Math.ceil(waitMs / 60_000);
  const when = minutes === 1 ? "a minute" : `${minutes} minutes`;
  return new HttpsError(
    "resource-exhausted",
    `A full sync of this calendar was started less than an hour ago. Try again in ${when}.`,
    { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  );
}
