import * as z from "zod";
import type { GoogleFailure, GoogleFailureReason } from "../model/google-failure.ts";
import { readErrorBody, type ErrorBody } from "./error-body.ts";

/** What is read of an error thrown by Google's client library; everything else in it (the request!) is left alone. */
const thrown = z.object({
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  response: z.object({ status: z.number(), data: z.unknown() }).optional().catch(undefined),
});

/**
 * Turns whatever a call to Google threw into a reason, by Google's own words first and the status second
 * (guides/errors; a 403 can be a rate limit: googleapis/google-api-nodejs-client#3422). Only words that are known to
 * mean it, under the status that they belong to, end an account or a calendar; whatever else is refused may pass.
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
  const { status } = response;
  const [reason, googleReason] = decide(status, readErrorBody(response.data));
  return { kind: "failed", reason, status, ...(googleReason !== undefined && { googleReason }) };
}

/** The library's own errors hold the request, which nothing here looks into. They have no name, nor always a code. */
function isFromLibrary(error: unknown): boolean {
  return error instanceof Error && "config" in error;
}

/** A reason, and the word of Google's that it rests on. */
type Verdict = readonly [reason: GoogleFailureReason, googleReason: string | undefined];

function decide(status: number, body: ErrorBody): Verdict {
  const said = harmless(status, body) ?? final(status, body);
  if (said !== undefined) return said;
  const word = body.reasons[0] ?? body.oauthError ?? body.canonicalStatus;
  return [byStatus(status, body), word];
}

/**
 * The operator's own, by reason: the API is off, billing, a key, a suspended project. The older words are of Google's
 * standard error messages and googleworkspace/python-samples#17, those in capitals of google/api/error_reason.proto.
 */
const ofTheOperator =
  /^(accessnotconfigured|servicedisabled|servicenotvisible|billing.*|.*billingdisabled|apikey.*|keyinvalid|keyexpired|ipreferer?blocked|iprefererblocked|consumer.*|userproject.*|project.*|resourceproject.*|gcpsuspended|securitypolicyviolated|org(restriction|anization).*|location.*violated|resourceusagerestriction.*|systemparameterunsupported|overloadedcredentials|missingorigin|sslrequired|insufficientaudience|insufficientauthorizedparty|paymentrequired)$/;
/** Google names its limits alike, of old and of late: `rateLimitExceededUnreg`, `RATE_LIMIT_EXCEEDED`. */
const ofALimit = /(limits?|quota|daily)\w*exceeded|^(resourceexhausted|quotafailure|toomanyrequests)$/;
/** Faults of Google's own, under whichever status they come (guides/errors; google/rpc/code.proto). */
const ofGoogle =
  /^(backend.*|internal|internalerror|internalservererror|unavailable|serviceunavailable|deadlineexceeded|timeout|requesttimeout|aborted|cancelled|unknown|dataloss|notready|transienterror)$/;
/** Of the webhook's address or the channel (guides/push; seen with and without the prefix). */
const ofAddress = /^(push\..*|webhook.*)$/;
/** A channel's id that is taken: ours are random, so the next attempt has another. */
const channelTaken = /^(push\.)?channelidnotunique$/;

/** Google's words, once written in three ways: `accessNotConfigured`, `SERVICE_DISABLED`, `quota-exceeded`. */
const plain = (word: string): string => word.replace(/[_-]/g, "").toLowerCase();

/** Reasons that end nothing. They win over all others: who is told two things is not certain of either. */
function harmless(status: number, body: ErrorBody): Verdict | undefined {
  const words = [...body.reasons, ...(body.oauthError === undefined ? [] : [body.oauthError])];
  const find = (pattern: RegExp) => words.find(word => pattern.test(plain(word)));
  const operator = find(ofTheOperator);
  if (operator !== undefined) return ["operator", operator];
  const limit = find(ofALimit);
  if (limit !== undefined) return ["rateLimited", limit];
  const fault = find(ofGoogle);
  if (fault !== undefined) return ["unavailable", fault];
  // google.rpc.Code in `status`; the others of them say less than a reason or the HTTP status does.
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

/** With and without the prefix: both spellings have been seen for watch calls. */
function isPushUnsupported(word: string): boolean {
  return /^(push\.)?pushNotSupportedForRequestedResource$/.test(word);
}

/** Missing scopes: of old (guides/errors), of late (google/api/error_reason.proto). */
const missingScopes = new Set([
  "insufficientPermissions",
  "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
  "insufficientScopes",
]);

/**
 * The reasons under which a calendar is taken away from its user, by status. This is the whole list.
 * 404 `notFound`: guides/errors, "404: Not Found". 403 `forbidden`: Google's standard error messages; seen of calendars
 * that are no longer shared. 403 `requiredAccessLevel` ("You need to have reader access to this calendar") and
 * `notACalendarUser` ("The user must be signed up for Google Calendar"): seen in issue trackers.
 */
const takenAway: Readonly<Record<string, { readonly status: number; readonly reason: GoogleFailureReason }>> =
  {
    notFound: { status: 404, reason: "calendarGone" },
    forbidden: { status: 403, reason: "forbidden" },
    requiredAccessLevel: { status: 403, reason: "forbidden" },
    notACalendarUser: { status: 403, reason: "forbidden" },
  };
/** They say no more than the status does: beside a word that we do not know, that one is the true reason. */
const vague = new Set(["notFound", "forbidden"]);

/** Reasons that end an account or a calendar: exact words under the status that they belong to. */
function final(status: number, { reasons, oauthError, names }: ErrorBody): Verdict | undefined {
  // RFC 6749 5.2 gives 400; a resource server that is asked with a token says 401.
  if (oauthError === "invalid_grant" && (status === 400 || status === 401))
    return ["unauthorized", oauthError];
  if (status === 403) {
    const scopes = reasons.find(word => missingScopes.has(word));
    if (scopes !== undefined) return ["insufficientPermissions", scopes];
  }
  // What is not found is that token, then, and not the calendar.
  if (names !== undefined) return undefined;
  const known = (word: string) => Object.hasOwn(takenAway, word) && takenAway[word]?.status === status;
  const specific = reasons.find(word => known(word) && !vague.has(word));
  const unknown = reasons.find(word => !known(word));
  const word = specific ?? (unknown === undefined ? reasons.find(known) : undefined);
  return word === undefined ? undefined : [takenAway[word]?.reason ?? "notUnderstood", word];
}

/** Of resources that are gone, not of tokens (guides/errors, "410: Gone"). */
const notOfTokens = new Set(["deleted", "gone"]);

/** What is left when Google's words say nothing that we know. */
function byStatus(status: number, { names, reasons }: ErrorBody): GoogleFailureReason {
  switch (status) {
    case 400:
    case 410:
      if (names === "pageToken") return "pageTokenRejected";
      if (names === "syncToken") return "tokenExpired";
      if (status === 400) return "badRequest";
      // guides/sync: a list that answers 410 refused its sync token. If it did not, a full list costs little and ends
      // nothing.
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
