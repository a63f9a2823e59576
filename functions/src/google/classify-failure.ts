import * as z from "zod/mini";
import type { GoogleFailure, GoogleFailureReason } from "../model/google-failure.ts";
import { readErrorBody, type ErrorBody } from "./error-body.ts";

/** The parts of a client library's error that are read. The rest is ignored, because it contains the request. */
const thrown = z.object({
  code: z.catch(z.optional(z.union([z.string(), z.number()])), undefined),
  name: z.catch(z.optional(z.string()), undefined),
  response: z.catch(z.optional(z.object({ status: z.number(), data: z.unknown() })), undefined),
});

/**
 * Classifies an error from a call to Google: by the reasons in Google's answer first, by the status second
 * (guides/errors; a 403 can be a rate limit: googleapis/google-api-nodejs-client#3422). Only documented or observed
 * reasons, with their documented status, end an account or a calendar. All other refusals may be temporary.
 *
 * @throws the error itself if it came neither from Google nor from the network, because it is a programming error
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
  const { status } = response;
  const [reason, googleReason] = decide(status, readErrorBody(response.data));
  return { kind: "failed", reason, status, ...(googleReason !== undefined && { googleReason }) };
}

/**
 * The library's own errors contain the request, which is not read here. They have no special name, and not always a
 * code.
 */
function isFromLibrary(error: unknown): boolean {
  return error instanceof Error && "config" in error;
}

/** A reason of ours, and Google's reason that led to it. */
type Verdict = readonly [reason: GoogleFailureReason, googleReason: string | undefined];

function decide(status: number, body: ErrorBody): Verdict {
  const said = harmless(status, body) ?? final(status, body);
  if (said !== undefined) return said;
  const word = body.reasons[0] ?? body.oauthError ?? body.canonicalStatus;
  return [byStatus(status, body), word];
}

/**
 * Google's reasons for faults of the operator's project: the API is off, billing, a key, a suspended project. The older
 * reasons are from Google's standard error messages and googleworkspace/python-samples#17, the reasons in capitals from
 * google/api/error_reason.proto.
 */
const ofTheOperator =
  /^(accessnotconfigured|servicedisabled|servicenotvisible|billing.*|.*billingdisabled|apikey.*|keyinvalid|keyexpired|ipreferer?blocked|iprefererblocked|consumer.*|userproject.*|project.*|resourceproject.*|gcpsuspended|securitypolicyviolated|org(restriction|anization).*|location.*violated|resourceusagerestriction.*|systemparameterunsupported|overloadedcredentials|missingorigin|sslrequired|insufficientaudience|insufficientauthorizedparty|paymentrequired)$/;
/** Google's reasons for limits, in the old and the new spelling: `rateLimitExceededUnreg`, `RATE_LIMIT_EXCEEDED`. */
const ofALimit = /(limits?|quota|daily)\w*exceeded|^(resourceexhausted|quotafailure|toomanyrequests)$/;
/** Google's reasons for its own faults, with any status (guides/errors; google/rpc/code.proto). */
const ofGoogle =
  /^(backend.*|internal|internalerror|internalservererror|unavailable|serviceunavailable|deadlineexceeded|timeout|requesttimeout|aborted|cancelled|unknown|dataloss|notready|transienterror)$/;
/** Google's reasons about the webhook's address or the channel (guides/push; seen with and without the prefix). */
const ofAddress = /^(push\..*|webhook.*)$/;
/** The channel's id is in use. Our ids are random, so the next attempt has another id. */
const channelTaken = /^(push\.)?channelidnotunique$/;

/** Makes Google's three spellings equal: `accessNotConfigured`, `SERVICE_DISABLED`, `quota-exceeded`. */
const plain = (word: string): string => word.replace(/[_-]/g, "").toLowerCase();

/**
 * Reasons that end neither an account nor a calendar. If an answer contains several reasons, these come first: with
 * contradictory reasons nothing is certain.
 */
function harmless(status: number, body: ErrorBody): Verdict | undefined {
  const words = [...body.reasons, ...(body.oauthError === undefined ? [] : [body.oauthError])];
  const find = (pattern: RegExp) => words.find(word => pattern.test(plain(word)));
  const operator = find(ofTheOperator);
  if (operator !== undefined) return ["operator", operator];
  const limit = find(ofALimit);
  if (limit !== undefined) return ["rateLimited", limit];
  const fault = find(ofGoogle);
  if (fault !== undefined) return ["unavailable", fault];
  // `status` is a google.rpc.Code. Its other values are less specific than a reason or the HTTP status.
  const { canonicalStatus = "" } = body;
  if (ofALimit.test(plain(canonicalStatus))) return ["rateLimited", canonicalStatus];
  if (ofGoogle.test(plain(canonicalStatus))) return ["unavailable", body.reasons[0] ?? canonicalStatus];
  if (body.speaksOfProject) return ["operator", body.reasons[0] ?? canonicalStatus];
  if (!isRefusal(status)) return undefined;
  const unsupported = words.find(isPushUnsupported);
  if (unsupported !== undefined) return ["pushUnsupported", unsupported];
  const taken = find(channelTaken);
  if (taken !== undefined) return ["badRequest", taken];
  const address = find(ofAddress);
  return address === undefined ? undefined : ["addressRefused", address];
}

const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Both spellings have been seen in answers to watch calls. */
function isPushUnsupported(word: string): boolean {
  return /^(push\.)?pushNotSupportedForRequestedResource$/.test(word);
}

/** Missing scopes, in the old form (guides/errors) and the new form (google/api/error_reason.proto). */
const missingScopes = new Set([
  "insufficientPermissions",
  "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
  "insufficientScopes",
]);

/**
 * All reasons after which a calendar is no longer readable for its user, with their status. 404 `notFound`:
 * guides/errors, "404: Not Found". 403 `forbidden`: Google's standard error messages; seen for calendars that are no
 * longer shared. 403 `requiredAccessLevel` ("You need to have reader access to this calendar") and `notACalendarUser`
 * ("The user must be signed up for Google Calendar"): seen in issue trackers.
 */
const takenAway: Readonly<Record<string, { readonly status: number; readonly reason: GoogleFailureReason }>> =
  {
    notFound: { status: 404, reason: "calendarGone" },
    forbidden: { status: 403, reason: "forbidden" },
    requiredAccessLevel: { status: 403, reason: "forbidden" },
    notACalendarUser: { status: 403, reason: "forbidden" },
  };
/**
 * These two are no more specific than the status. If the answer also contains an unfamiliar reason, that reason counts.
 */
const vague = new Set(["notFound", "forbidden"]);

/** Reasons that end an account or a calendar: exact matches, only with their documented status. */
function final(status: number, { reasons, oauthError, names }: ErrorBody): Verdict | undefined {
  // RFC 6749 5.2 specifies 400; a resource server that is called with a token answers 401.
  if (oauthError === "invalid_grant" && (status === 400 || status === 401))
    return ["unauthorized", oauthError];
  if (status === 403) {
    const scopes = reasons.find(word => missingScopes.has(word));
    if (scopes !== undefined) return ["insufficientPermissions", scopes];
  }
  // The answer is about a page token or a sync token, and not about the calendar.
  if (names !== undefined) return undefined;
  const known = (word: string) => Object.hasOwn(takenAway, word) && takenAway[word]?.status === status;
  const specific = reasons.find(word => known(word) && !vague.has(word));
  const unknown = reasons.find(word => !known(word));
  const word = specific ?? (unknown === undefined ? reasons.find(known) : undefined);
  return word === undefined ? undefined : [takenAway[word]?.reason ?? "notUnderstood", word];
}

/** Reasons for 410 that are about resources, not about tokens (guides/errors, "410: Gone"). */
const notOfTokens = new Set(["deleted", "gone"]);

/** Classifies by status if Google's answer contains no reason from the lists above. */
function byStatus(status: number, { names, reasons }: ErrorBody): GoogleFailureReason {
  switch (status) {
    case 400:
    case 410:
      if (names === "pageToken") return "pageTokenRejected";
      if (names === "syncToken") return "tokenExpired";
      if (status === 400) return "badRequest";
      // A 410 on a list is a refused sync token (guides/sync). If the 410 has another cause, an additional full list
      // costs little and ends neither an account nor a calendar.
      return reasons.some(word => notOfTokens.has(word)) ? "notUnderstood" : "tokenExpired";
    case 401:
      return "tokenRefused";
    case 408:
      return "unavailable";
    case 409:
    case 412:
      return "badRequest";
    case 429:
      return "rateLimited";
    default:
      return status >= 300 && status < 500 ? "notUnderstood" : "unavailable";
  }
}
