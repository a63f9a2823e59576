import { type CallableRequest, HttpsError } from "firebase-functions/https";
import type * as z from "zod";
import { callLimit } from "../compose.ts";
import { readConfig } from "../config.ts";

/**
 * What every callable checks before it does anything: a signed-in user, App Check where it is asked for, not too many
 * calls, an input of the right shape. Throws the HttpsError to answer with.
 */
export function authorized<T>(
  request: CallableRequest<unknown>,
  schema: z.ZodType<T>,
): { readonly uid: string; readonly input: T } {
  const uid = request.auth?.uid;
  if (uid === undefined) throw new HttpsError("unauthenticated", "Sign in first.");
  // The option `enforceAppCheck` takes no param, so the check is made here.
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
  return { uid, input: input.data };
}
