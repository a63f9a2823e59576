/**
 * Why Google could not or would not do something. Google's answers are classified once, in
 * `google/classify-failure.ts`, by Google's own reason and not by the status alone: a 403 may be a rate limit.
 */
export type GoogleFailureReason =
  /** Too many calls for now, or for today (429, or a reason that names a limit under any status). Retry later. */
  | "rateLimited"
  /** 5xx, a network error, a time-out, or a fault of Google's own under another status. Retry later. */
  | "unavailable"
  /** 410 on a list, or a 400 that speaks of the sync token: it is dead. A full sync heals it. */
  | "tokenExpired"
  /** 400 naming the page token: start the pass again from the stored sync token. */
  | "pageTokenRejected"
  /** The grant is dead (`invalid_grant`, a delegation that was withdrawn). The user must consent again. */
  | "unauthorized"
  /**
   * 401 even with a fresh access token. That it could be refreshed proves that the grant lives, so it may pass; after a
   * day of nothing else the user must consent again (`AccountStatus.noteRefusal`).
   */
  | "tokenRefused"
  /** The consent lacks a scope that this call needs. The user must consent again. */
  | "insufficientPermissions"
  /** The calendar does not exist (any more) for this user (404 `notFound`). No retry. */
  | "calendarGone"
  /** This user may not read this calendar (403 with a reason that is known to say so). No retry. */
  | "forbidden"
  /** Watch only: Google cannot push for this calendar (holidays, birthdays). Poll instead, and ask again in a month. */
  | "pushUnsupported"
  /** Watch only: Google does not accept our webhook's address. The operator's to mend; poll until then. */
  | "addressRefused"
  /** The operator's project or OAuth client: API off, billing, client secret. Nothing about any user; may pass. */
  | "operator"
  /** Our own request was wrong, or so Google says (400, conflicts). Retried, and loud in the log. */
  | "badRequest"
  /** A refusal whose reason we do not know, or that has none: no evidence of anything. Retried, and loud in the log. */
  | "notUnderstood";

/** A classified failure: status, reason and a short text for logs, and never the request, which may hold tokens. */
export interface GoogleFailure {
  readonly kind: "failed";
  readonly reason: GoogleFailureReason;
  /** HTTP status, if Google answered at all. */
  readonly status?: number;
  /** Google's own word that decided, e.g. `userRateLimitExceeded`, or the network error's code. */
  readonly googleReason?: string;
  /** Which connection the refused call was made with (`StoredCredential.grantId`), where only consent can help. */
  readonly grantId?: string;
}

/** What helps against a failure: time alone, a user's consent, or neither. */
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

/** True where the same call may succeed later without the user doing anything. */
export function isTransient(reason: GoogleFailureReason): boolean {
  return remedies[reason] === "time";
}

/** True where only the user can help, by consenting again. */
export function needsConsent(reason: GoogleFailureReason): boolean {
  return remedies[reason] === "consent";
}

/**
 * Google's reasons for a quota that comes back after long: `quotaExceeded` and `calendarUsageLimitsExceeded`
 * (guides/errors), and the daily ones (Google's standard error messages).
 */
const usedUp = /^(quota|daily|calendarUsage|variableTerm|resourceQuota)\w*Exceeded/i;

/** True for a limit that is not worth asking again for soon. */
export function isUsedUp(googleReason: string): boolean {
  return usedUp.test(googleReason.replaceAll("_", ""));
}

/** The stable names of what the operator is to be told of (docs/runbook.md, "Alarms"). */
export type AlarmEvent =
  | "google.apiDisabled"
  | "google.projectRefused"
  | "google.oauthClientRefused"
  | "google.quota"
  | "google.unknownRefusal"
  | "push.addressRefused";

/** Google's words for an API that is switched off in the operator's project. */
const apiOff = new Set(["accessNotConfigured", "SERVICE_DISABLED"]);
/** RFC 6749 5.2, of the client and not of the grant; the last two are Google's own. */
export const oauthClientErrors: ReadonlySet<string> = new Set([
  "invalid_client",
  "unauthorized_client",
  "invalid_request",
  "unsupported_grant_type",
  "disabled_client",
  "deleted_client",
]);

/** What an operator must hear of, although the task is only tried again; undefined for what passes by itself. */
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
 * Tells the operator of a failure that is theirs to mend. Called once, where the failure becomes a task's outcome.
 *
 * @param ids which account, calendar or user it was met at; one of perhaps all
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
