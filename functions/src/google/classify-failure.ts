import * as z from "zod";
import type { GoogleFailure, GoogleFailureReason } from "../ports/google-failure.port.ts";

/** What is read of an error thrown by Google's client library; everything else in it (the request!) is left alone. */
const thrown = z.object({
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  response: z.object({ status: z.number(), data: z.unknown() }).optional().catch(undefined),
});

/** The API's error body: `errors[0].reason` is the classic place, `details[].reason` the newer one. */
const apiError = z.object({
  error: z.object({
    errors: z
      .array(
        z.object({
          reason: z.string().optional().catch(undefined),
          location: z.string().optional().catch(undefined),
          message: z.string().optional().catch(undefined),
        }),
      )
      .catch([]),
    details: z.array(z.object({ reason: z.string().optional().catch(undefined) })).catch([]),
    message: z.string().catch(""),
  }),
});

/** The token endpoint's error body (RFC 6749 5.2). Only `error` is matched; descriptions vary. */
const oauthError = z.object({ error: z.string() });

const rateLimits = new Set([
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "quotaExceeded",
  "dailyLimitExceeded",
]);
const missingScopes = new Set(["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]);

/**
 * Turns whatever a call to Google threw into a reason, by Google's own words first and the status second
 * (guides/errors; a 403 can be a rate limit: googleapis/google-api-nodejs-client#3422).
 * Errors that did not come from Google or the network are programming errors and are thrown again.
 */
export function classifyFailure(error: unknown): GoogleFailure {
  const parsed = thrown.safeParse(error);
  if (!parsed.success) throw error;
  const { response, code, name } = parsed.data;
  if (response === undefined) {
    if (
      typeof code === "string" ||
      isFromLibrary(error) ||
      name === "AbortError" ||
      name === "TimeoutError"
    ) {
      return {
        kind: "failed",
        reason: "unavailable",
        googleReason: typeof code === "string" ? code : "network",
      };
    }
    throw error;
  }
  const { reason: googleReason, location } = bodyReason(response.data);
  return {
    kind: "failed",
    reason: reasonOf(response.status, googleReason, location),
    status: response.status,
    ...(googleReason !== undefined && { googleReason }),
  };
}

/** The library's own errors hold the request, which nothing here looks into. They have no name, nor always a code. */
function isFromLibrary(error: unknown): boolean {
  return error instanceof Error && "config" in error;
}

function bodyReason(data: unknown): { reason?: string; location?: string } {
  const oauth = oauthError.safeParse(data);
  if (oauth.success) return { reason: oauth.data.error };
  const api = apiError.safeParse(data);
  if (!api.success) return {};
  const { errors, details, message } = api.data.error;
  const scopes = details.find(detail => detail.reason !== undefined && missingScopes.has(detail.reason));
  const reason = scopes?.reason ?? errors[0]?.reason;
  const location = errors[0]?.location ?? (/page ?token/i.test(message) ? "pageToken" : undefined);
  return { ...(reason !== undefined && { reason }), ...(location !== undefined && { location }) };
}

function reasonOf(status: number, googleReason = "", location = ""): GoogleFailureReason {
  if (googleReason === "invalid_grant") return "unauthorized";
  if (rateLimits.has(googleReason)) return "rateLimited";
  if (missingScopes.has(googleReason)) return "insufficientPermissions";
  // With and without the prefix: both spellings have been seen for watch calls.
  if (/(^|\.)pushNotSupportedForRequestedResource$/.test(googleReason)) return "pushUnsupported";
  switch (status) {
    case 400:
      return location === "pageToken" ? "pageTokenRejected" : "badRequest";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "calendarGone";
    case 408:
      return "unavailable";
    case 410:
      // guides/sync: a list that answers 410 refused its sync token.
      return "tokenExpired";
    case 429:
      return "rateLimited";
    default:
      return status >= 500 ? "unavailable" : "badRequest";
  }
}
