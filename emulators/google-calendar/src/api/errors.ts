/** One entry of `error.errors` in Google's error body. */
export interface ErrorDetail {
  domain: string;
  reason: string;
  message: string;
  locationType?: string;
  location?: string;
}

interface ErrorExtras {
  domain?: string;
  locationType?: string;
  location?: string;
  headers?: Record<string, string>;
  details?: object[];
  status?: string;
}

/**
 * An answer other than success, in the body that Google documents (guides/errors):
 * `{"error":{"errors":[{domain, reason, message, locationType?, location?}],"code","message"}}`.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: ErrorDetail;
  readonly headers: Record<string, string>;
  readonly #extras: ErrorExtras;

  constructor(status: number, reason: string, message: string, extras: ErrorExtras = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.headers = extras.headers ?? {};
    this.#extras = extras;
    this.detail = {
      domain: extras.domain ?? "global",
      reason,
      message,
      ...(extras.locationType === undefined ? {} : { locationType: extras.locationType }),
      ...(extras.location === undefined ? {} : { location: extras.location }),
    };
  }

  /** The JSON body of the answer. */
  body(): object {
    return {
      error: {
        errors: [this.detail],
        code: this.status,
        message: this.message,
        ...(this.#extras.status === undefined ? {} : { status: this.#extras.status }),
        ...(this.#extras.details === undefined ? {} : { details: this.#extras.details }),
      },
    };
  }
}

/** 400 for a value that cannot be read or is out of range. */
export function invalidParameter(location: string, message = "Invalid Value"): ApiError {
  return new ApiError(400, "invalid", message, { locationType: "parameter", location });
}

/** 400 for a body that cannot be accepted. */
export function invalidBody(message: string): ApiError {
  return new ApiError(400, "invalid", message);
}

/** 400 for something that must be there. */
export function required(message: string, location?: string): ApiError {
  return new ApiError(
    400,
    "required",
    message,
    location === undefined ? {} : { locationType: "parameter", location },
  );
}

/** 400 for an empty time range (guides/errors). */
export function timeRangeEmpty(location?: string): ApiError {
  return new ApiError(400, "timeRangeEmpty", "The specified time range is empty.", {
    domain: "calendar",
    ...(location === undefined ? {} : { locationType: "parameter", location }),
  });
}

/** 404: not there, or not visible to this user. */
export function notFound(): ApiError {
  return new ApiError(404, "notFound", "Not Found");
}

/** 403: the calendar is visible, but the role is too low. */
export function requiredAccessLevel(level: string): ApiError {
  return new ApiError(403, "requiredAccessLevel", `You need to have ${level} access to this calendar.`, {
    domain: "calendar",
  });
}

/** 409: the id is taken (guides/errors). */
export function duplicate(): ApiError {
  return new ApiError(409, "duplicate", "The requested identifier already exists.");
}

/** 410: the sync token is expired, altered, or ended by a change of the access rules (guides/errors, guides/sync). */
export function fullSyncRequired(): ApiError {
  return new ApiError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.", {
    domain: "calendar",
    locationType: "parameter",
    location: "syncToken",
  });
}

/** 400: another answer to a dead sync token, reported by kewisch/gdata-provider [O]. */
export function invalidSyncToken(): ApiError {
  return new ApiError(400, "invalid", "Invalid sync token value.", {
    locationType: "parameter",
    location: "syncToken",
  });
}

/** 410: the resource was deleted before. */
export function deleted(): ApiError {
  return new ApiError(410, "deleted", "Resource has been deleted");
}

/** 412: the etag in If-Match is not the current one (guides/errors). */
export function conditionNotMet(): ApiError {
  return new ApiError(412, "conditionNotMet", "Precondition Failed", {
    locationType: "header",
    location: "If-Match",
  });
}

/** 401: the access token is unknown, expired or revoked. */
export function authError(): ApiError {
  return new ApiError(401, "authError", "Invalid Credentials", {
    locationType: "header",
    location: "Authorization",
    status: "UNAUTHENTICATED",
    headers: { "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
}

/** 401: no access token at all. */
export function loginRequired(): ApiError {
  return new ApiError(401, "required", "Login Required", {
    locationType: "header",
    location: "Authorization",
    status: "UNAUTHENTICATED",
    headers: { "www-authenticate": 'Bearer realm="https://accounts.google.com/"' },
  });
}

/** 403: the access token lacks every scope that would do. */
export function insufficientPermissions(method: string): ApiError {
  return new ApiError(403, "insufficientPermissions", "Request had insufficient authentication scopes.", {
    status: "PERMISSION_DENIED",
    headers: {
      "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"',
    },
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        domain: "googleapis.com",
        metadata: { service: "calendar-json.googleapis.com", method },
      },
    ],
  });
}

/** 501: part of Google's surface that this emulator does not have; named in docs/emulator-differences.md. */
export function notImplemented(method: string): ApiError {
  return new ApiError(501, "notImplemented", `${method} is not implemented by this emulator.`);
}

/** The reason and message that Google gives for a status, for faults that name a status only. */
const DEFAULT_REASONS: Readonly<Record<number, readonly [string, string, string]>> = {
  400: ["global", "badRequest", "Bad Request"],
  401: ["global", "authError", "Invalid Credentials"],
  403: ["usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"],
  404: ["global", "notFound", "Not Found"],
  409: ["global", "conflict", "Conflict"],
  410: ["calendar", "fullSyncRequired", "Sync token is no longer valid, a full sync is required."],
  412: ["global", "conditionNotMet", "Precondition Failed"],
  429: ["usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"],
  500: ["global", "backendError", "Backend Error"],
  503: ["global", "backendError", "Service Unavailable"],
};

const MESSAGES: Readonly<Record<string, readonly [string, string]>> = {
  userRateLimitExceeded: ["usageLimits", "User Rate Limit Exceeded"],
  rateLimitExceeded: ["usageLimits", "Rate Limit Exceeded"],
  quotaExceeded: ["usageLimits", "Calendar usage limits exceeded."],
  dailyLimitExceeded: ["usageLimits", "Daily Limit Exceeded"],
  forbidden: ["global", "Forbidden"],
  insufficientPermissions: ["global", "Request had insufficient authentication scopes."],
  notFound: ["global", "Not Found"],
  fullSyncRequired: ["calendar", "Sync token is no longer valid, a full sync is required."],
  updatedMinTooLongAgo: ["calendar", "The requested minimum modification time lies too far in the past."],
  pushNotSupportedForRequestedResource: ["global", "Push notifications are not supported by this resource."],
  backendError: ["global", "Backend Error"],
  accessNotConfigured: [
    "usageLimits",
    "Google Calendar API has not been used in this project, or it is disabled.",
  ],
  concurrentLimitExceeded: ["usageLimits", "Concurrent Limit Exceeded"],
  calendarUsageLimitsExceeded: ["usageLimits", "Calendar usage limits exceeded."],
  billingNotEnabled: ["usageLimits", "This API needs billing to be enabled for the project."],
  notACalendarUser: ["calendar", "The user must be signed up for Google Calendar."],
  "push.webhookUrlUnauthorized": ["global", "Unauthorized WebHook callback channel"],
  "push.webhookUrlNotHttps": ["global", "WebHook callback must be HTTPS"],
  invalid: ["global", "Invalid Value"],
};

/** The error that a status (and perhaps a reason) stands for: for faults and quotas. */
export function errorOf(status: number, reason?: string): ApiError {
  const [domain, defaultReason, defaultMessage] = DEFAULT_REASONS[status] ?? [
    "global",
    "unknown",
    `Status ${status}`,
  ];
  if (reason === undefined) return new ApiError(status, defaultReason, defaultMessage, { domain });
  const [reasonDomain, message] = MESSAGES[reason] ?? ["global", reason];
  return new ApiError(status, reason, message, { domain: reasonDomain });
}
