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
 * An error answer with the body that Google documents (guides/errors): `{"error":{"errors":[{domain, reason, message,
 * locationType?, location?}],"code","message"}}`.
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

/** 400: a parameter's value cannot be parsed or is out of range. */
export function invalidParameter(location: string, message = "Invalid Value"): ApiError {
  return new ApiError(400, "invalid", message, { locationType: "parameter", location });
}

/** 400: the body is not valid. */
export function invalidBody(message: string): ApiError {
  return new ApiError(400, "invalid", message);
}

/** 400: a required field or parameter is missing. */
export function required(message: string, location?: string): ApiError {
  return new ApiError(
    400,
    "required",
    message,
    location === undefined ? {} : { locationType: "parameter", location },
  );
}

/** 400: the time range is empty (guides/errors). */
export function timeRangeEmpty(location?: string): ApiError {
  return new ApiError(400, "timeRangeEmpty", "The specified time range is empty.", {
    domain: "calendar",
    ...(location === undefined ? {} : { locationType: "parameter", location }),
  });
}

/** 404: the resource does not exist, or the user cannot see it. */
export function notFound(): ApiError {
  return new ApiError(404, "notFound", "Not Found");
}

/** 403: the user can see the calendar, but the role is too low. */
export function requiredAccessLevel(level: string): ApiError {
  return new ApiError(403, "requiredAccessLevel", `You need to have ${level} access to this calendar.`, {
    domain: "calendar",
  });
}

/** 409: the id is already used (guides/errors). */
export function duplicate(): ApiError {
  return new ApiError(409, "duplicate", "The requested identifier already exists.");
}

/** 410: the sync token is expired or altered, or a change of the access rules ended it (guides/errors, guides/sync). */
export function fullSyncRequired(): ApiError {
  return new ApiError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.", {
    domain: "calendar",
    locationType: "parameter",
    location: "syncToken",
  });
}

/** 400: another answer to an invalid sync token, reported by kewisch/gdata-provider [O]. */
export function invalidSyncToken(): ApiError {
  return new ApiError(400, "invalid", "Invalid sync token value.", {
    locationType: "parameter",
    location: "syncToken",
  });
}

/** 410: the resource is already deleted. */
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

/** 401: the request has no access token. */
export function loginRequired(): ApiError {
  return new ApiError(401, "required", "Login Required", {
    locationType: "header",
    location: "Authorization",
    status: "UNAUTHENTICATED",
    headers: { "www-authenticate": 'Bearer realm="https://accounts.google.com/"' },
  });
}

/** 403: the access token has none of the scopes that allow the method. */
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

/** 501: a method of Google that the emulator does not implement (docs/emulator-differences.md). */
export function notImplemented(method: string): ApiError {
  return new ApiError(501, "notImplemented", `${method} is not implemented by this emulator.`);
}

/** Domain, reason and message that Google returns for a status. Used for faults that name only a status. */
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

/** The error for a status and, optionally, a reason. Used for faults and quotas. */
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
