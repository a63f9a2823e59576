import { type CallableRequest, HttpsError } from "firebase-functions/https";
import * as z from "zod/mini";
import type { OwnGoogleAccount } from "../account/connect-delegated.ts";
import { callLimit, log } from "../compose.ts";
import { readConfig } from "../config.ts";
import { isTransientError } from "./transient-error.ts";

/**
 * Checks every call before any work: a signed-in user, App Check if it is enforced, the rate limit, the input's shape.
 *
 * @throws HttpsError with the error to answer
 */
export function authorized<T>(
  request: CallableRequest<unknown>,
  schema: z.ZodMiniType<T>,
): { readonly uid: string; readonly own: OwnGoogleAccount | undefined; readonly input: T } {
  const uid = request.auth?.uid;
  if (uid === undefined) throw new HttpsError("unauthenticated", "Sign in first.");
  // The option `enforceAppCheck` does not accept a param, so the check is made here.
  if (readConfig().enforceAppCheck && request.app === undefined) {
    throw new HttpsError("unauthenticated", "This request does not come from the app.");
  }
  if (!callLimit().take(uid)) {
    throw new HttpsError("resource-exhausted", "Too many requests. Wait a minute and try again.");
  }
  const input = schema.safeParse(request.data ?? {});
  if (!input.success) {
    const fields = input.error.issues.map(issue => issue.path.join(".") || "data");
    throw new HttpsError(
      "invalid-argument",
      `The request is not usable: ${[...new Set(fields)].join(", ")}.`,
    );
  }
  return { uid, own: ownGoogleAccount(request.auth?.token), input: input.data };
}

/** Awaits the work of a callable. A transient failure becomes an HttpsError that asks the user to try again. */
export async function transientAsUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isTransientError(error)) throw error;
    log.warn("call failed for now", { error: error.message });
    throw new HttpsError("unavailable", "This did not work just now. Try again in a minute.");
  }
}

/** ID-token claims of a user who has signed in with Google (firebase.google.com/docs/auth/admin/verify-id-tokens). */
const signedInWithGoogle = z.object({
  email: z.email(),
  email_verified: z.literal(true),
  firebase: z.object({
    identities: z.object({ "google.com": z.array(z.string().check(z.minLength(1))).check(z.length(1)) }),
  }),
});

function ownGoogleAccount(token: unknown): OwnGoogleAccount | undefined {
  const claims = signedInWithGoogle.safeParse(token);
  if (!claims.success) return undefined;
  const [subject] = claims.data.firebase.identities["google.com"];
  return subject === undefined ? undefined : { subject, email: claims.data.email };
}
