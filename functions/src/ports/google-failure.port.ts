/**
 * Why Google could not or would not do something. Google's answers are classified once, in
 * `google/classify-failure.ts`, by Google's own reason and not by the status alone: a 403 may be a rate limit.
 */
export type GoogleFailureReason =
  /** Too many calls for now (429, or 403 with a rate-limit reason). Retry later. */
  | "rateLimited"
  /** 5xx, a network error or a time-out. Retry later. */
  | "unavailable"
  /** 410 on a list: the sync token is dead. A full sync heals it. */
  | "tokenExpired"
  /** 400 naming the page token: start the pass again from the stored sync token. */
  | "pageTokenRejected"
  /** The grant is dead (`invalid_grant`), or 401 even with a fresh access token. The user must consent again. */
  | "unauthorized"
  /** The consent lacks a scope that this call needs. The user must consent again. */
  | "insufficientPermissions"
  /** The calendar does not exist (any more) for this user (404). No retry. */
  | "calendarGone"
  /** The user may not do this (403 without a rate-limit reason). No retry. */
  | "forbidden"
  /** Watch only: Google cannot push for this calendar (holidays, birthdays). Permanent; poll instead. */
  | "pushUnsupported"
  /** Our own request was wrong (other 4xx). A bug: retried by the queue a few times, and loud in the log. */
  | "badRequest";

/** A classified failure: status, reason and a short text for logs, and never the request, which may hold tokens. */
export interface GoogleFailure {
  readonly kind: "failed";
  readonly reason: GoogleFailureReason;
  /** HTTP status, if Google answered at all. */
  readonly status?: number;
  /** Google's own `errors[0].reason`, e.g. `userRateLimitExceeded`, or the network error's code. */
  readonly googleReason?: string;
  /** Which connection the refused call was made with (`StoredCredential.grantId`), where only consent can help. */
  readonly grantId?: string;
}

/** True where the same call may succeed later without anybody doing anything. */
export function isTransient(reason: GoogleFailureReason): boolean {
  return reason === "rateLimited" || reason === "unavailable" || reason === "badRequest";
}

/** True where only the user can help, by consenting again. */
export function needsConsent(reason: GoogleFailureReason): boolean {
  return reason === "unauthorized" || reason === "insufficientPermissions";
}
