/**
 * Why Google could not or would not fulfil a call. Google's answers are classified once, in
 * `google/classify-failure.ts`, by Google's own reason and not only by the status: a 403 may be a rate limit.
 */
export type GoogleFailureReason =
  /** Too many calls, for now or for today (429, or a reason that names a limit, with any status). Retry later. */
  | "rateLimited"
  /** 5xx, a network error, a time-out, or a fault of Google's with another status. Retry later. */
  | "unavailable"
  /** 410 on a list, or a 400 that names the sync token: the token is no longer valid. A full sync is needed. */
  | "tokenExpired"
  /** 400 that names the page token: start the pass again from the stored sync token. */
  | "pageTokenRejected"
  /** The grant is no longer valid (`invalid_grant`, or a withdrawn delegation). The user must consent again. */
  | "unauthorized"
  /**
   * 401 with a new access token too. Google has issued that token, so the grant is valid and the failure may pass.
   * After a day of such refusals the user must consent again (`AccountStatus.noteRefusal`).
   */
  | "tokenRefused"
  /** The consent lacks a scope that this call needs. The user must consent again. */
  | "insufficientPermissions"
  /** The calendar does not exist (any more) for this user (404 `notFound`). Do not retry. */
  | "calendarGone"
  /** This user may not read this calendar (403 with a reason that is documented to mean this). Do not retry. */
  | "forbidden"
  /**
   * Only for watch calls: Google cannot push for this calendar (holidays, birthdays). Poll instead; ask again after a
   * month.
   */
  | "pushUnsupported"
  /** Only for watch calls: Google refuses the webhook's address. Only the operator can repair this; poll until then. */
  | "addressRefused"
  /**
   * A fault of the operator's project or OAuth client: the API is off, billing, the client secret. Not about a user.
   * May pass.
   */
  | "operator"
  /** Google refuses the request as wrong (400, conflicts). Retried, and raises an alarm. */
  | "badRequest"
  /**
   * A refusal without a reason or with an unfamiliar one, which is no evidence about a calendar or a grant. Retried,
   * and raises an alarm.
   */
  | "notUnderstood";

/**
 * A classified failure. Contains status, reason and a short text for logs, and never the request, which may contain
 * tokens.
 */
export interface GoogleFailure {
  readonly kind: "failed";
  readonly reason: GoogleFailureReason;
  /** HTTP status; absent if Google did not answer. */
  readonly status?: number;
  /** Google's own reason for the classification, e.g. `userRateLimitExceeded`, or the code of a network error. */
  readonly googleReason?: string;
  /**
   * The connection of the refused call (`StoredCredential.grantId`). Present for `unauthorized`,
   * `insufficientPermissions` and `tokenRefused`, after which the account may have to be connected again.
   */
  readonly grantId?: string;
}

/** Google's answer was a success, but its content is not as documented. */
export const unreadableAnswer: GoogleFailure = {
  kind: "failed",
  reason: "unavailable",
  googleReason: "unreadableAnswer",
};

/** The remedy for a failure: time alone, the user's consent, or neither. */
const remedies: Readonly<Record<GoogleFailureReason, "time" | "consent" | "none">> = {
  rateLimited: "time",
  unavailable: "time",
  tokenRefused: "time",
  addressRefused: "time",
  operator: "time",
  badRequest: "time",
  notUnderstood: "time",
  unauthorized: "consent",
  insufficientPermissions: "consent",
  tokenExpired: "none",
  pageTokenRejected: "none",
  calendarGone: "none",
  forbidden: "none",
  pushUnsupported: "none",
};

/** True if the same call may succeed later without an action of the user. */
export function isTransient(reason: GoogleFailureReason): boolean {
  return remedies[reason] === "time";
}

/** True if only the user can help, by consenting again. */
export function needsConsent(reason: GoogleFailureReason): boolean {
  return remedies[reason] === "consent";
}

/**
 * Google's reasons for quotas that are restored only after a long time: `quotaExceeded` and
 * `calendarUsageLimitsExceeded` (guides/errors), and the daily limits (Google's standard error messages).
 */
const usedUp = /^(quota|daily|calendarUsage|variableTerm|resourceQuota)\w*Exceeded/i;

/** True for a limit that is restored only after a long time, so that an early retry is useless. */
export function isUsedUp(googleReason: string): boolean {
  return usedUp.test(googleReason.replaceAll("_", ""));
}

/** The stable names of the alarms for the operator (docs/runbook.md, "Alarms"). */
export type AlarmEvent =
  | "google.apiDisabled"
  | "google.projectRefused"
  | "google.oauthClientRefused"
  | "google.quota"
  | "google.unknownRefusal"
  | "push.addressRefused";

/** Google's reasons for an API that is switched off in the operator's project. */
const apiOff = new Set(["accessNotConfigured", "SERVICE_DISABLED"]);
/** Errors of RFC 6749 5.2 that are about the client and not about the grant; the last two are Google's own. */
export const oauthClientErrors: ReadonlySet<string> = new Set([
  "invalid_client",
  "unauthorized_client",
  "invalid_request",
  "unsupported_grant_type",
  "disabled_client",
  "deleted_client",
]);

/** The alarm for a failure that the operator must see although the task is retried; undefined for other failures. */
function alarmOf({ reason, googleReason = "" }: GoogleFailure): AlarmEvent | undefined {
  switch (reason) {
    case "operator":
      if (oauthClientErrors.has(googleReason)) return "google.oauthClientRefused";
      return apiOff.has(googleReason) ? "google.apiDisabled" : "google.projectRefused";
    case "addressRefused":
      return "push.addressRefused";
    case "rateLimited":
      return isUsedUp(googleReason) ? "google.quota" : undefined;
    case "badRequest":
    case "notUnderstood":
      return "google.unknownRefusal";
    default:
      return undefined;
  }
}

/**
 * Raises an alarm if only the operator can repair the failure. Called once, where the failure becomes a task's outcome.
 *
 * @param ids the account, calendar or user of the failed call; others may be affected too
 */
export function raiseAlarm(
  log: { alarm(event: AlarmEvent, fields: Readonly<Record<string, unknown>>): void },
  failure: GoogleFailure,
  ids: Readonly<Record<string, string>>,
): void {
  const event = alarmOf(failure);
  if (event === undefined) return;
  const { reason, status, googleReason } = failure;
  log.alarm(event, { ...ids, reason, status, googleReason });
}
