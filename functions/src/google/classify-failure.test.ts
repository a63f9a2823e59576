import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { needsConsent, type GoogleFailureReason } from "../model/google-failure.ts";
import { classifyFailure } from "./classify-failure.ts";

/** An error as Google's client library throws it (gaxios): numeric `status`, the body below `response`. */
function thrown(status: number, data: unknown): Error {
  return Object.assign(new Error("Request failed"), {
    name: "GaxiosError",
    status,
    code: status,
    config: { data: "refresh_token=a-secret" },
    response: { status, data, headers: {} },
  });
}
const reasonOf = (status: number, data: unknown): GoogleFailureReason =>
  classifyFailure(thrown(status, data)).reason;

/** The classic form, with one entry for each reason. */
const classic = (...reasons: unknown[]) => ({
  error: { code: 0, message: "…", errors: reasons.map(reason => ({ domain: "global", reason })) },
});
/** The newer form, together with the classic form. */
const newer = (reason: string, ...details: unknown[]) => ({
  error: {
    code: 0,
    message: "…",
    errors: [{ domain: "global", reason }],
    status: "PERMISSION_DENIED",
    details: details.map(detail => ({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: detail,
      domain: "googleapis.com",
    })),
  },
});
const at = (location: string, reason = "invalid") => ({
  error: { errors: [{ domain: "global", reason, message: "…", locationType: "parameter", location }] },
});
const saying = (message: string, reason = "invalid") => ({
  error: { code: 0, message, errors: [{ domain: "global", reason, message }] },
});
const canonical = (status: string) => ({ error: { code: 0, message: "…", status } });

type Row = readonly [status: number, body: unknown, reason: GoogleFailureReason];

/** Every row of guides/errors and of Google's standard error messages, and other answers from issue trackers. */
const catalogue: Readonly<Record<string, readonly Row[]>> = {
  "a calendar that is taken away": [
    [404, classic("notFound"), "calendarGone"],
    [404, { error: { ...classic("notFound").error, status: "NOT_FOUND" } }, "calendarGone"],
    [403, classic("forbidden"), "forbidden"],
    [403, { error: { ...classic("forbidden").error, status: "PERMISSION_DENIED" } }, "forbidden"],
    [403, classic("requiredAccessLevel"), "forbidden"],
    [403, classic("notACalendarUser"), "forbidden"],
    [403, JSON.stringify(classic("forbidden")), "forbidden"],
    [404, [classic("notFound")], "calendarGone"],
  ],
  "the same words under a status that is not theirs": [
    [404, classic("forbidden"), "notUnderstood"],
    [403, classic("notFound"), "notUnderstood"],
    [400, classic("notFound"), "badRequest"],
    [500, classic("forbidden"), "unavailable"],
    [429, classic("forbidden"), "rateLimited"],
    [410, classic("forbidden"), "tokenExpired"],
    [400, classic("insufficientPermissions"), "badRequest"],
    [503, { error: "invalid_grant" }, "unavailable"],
    [403, { error: "invalid_grant" }, "notUnderstood"],
  ],
  "a vague word beside one that says more": [
    [403, newer("forbidden", "SERVICE_DISABLED"), "operator"],
    [403, newer("forbidden", "BILLING_DISABLED"), "operator"],
    [403, newer("forbidden", "CONSUMER_SUSPENDED"), "operator"],
    [403, newer("forbidden", "RATE_LIMIT_EXCEEDED"), "rateLimited"],
    [403, newer("forbidden", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "insufficientPermissions"],
    [403, newer("forbidden", "SOMETHING_NEW"), "notUnderstood"],
    [404, newer("notFound", "SOMETHING_NEW"), "notUnderstood"],
    [404, newer("notFound", "SERVICE_DISABLED"), "operator"],
    [403, newer("requiredAccessLevel", "SOMETHING_NEW"), "forbidden"],
    [403, newer("insufficientPermissions", "SERVICE_DISABLED"), "operator"],
    [403, classic("forbidden", "userRateLimitExceeded"), "rateLimited"],
    [403, classic("forbidden", "somethingNew"), "notUnderstood"],
    [
      403,
      saying("Calendar API has not been used in project 1 before or it is disabled.", "forbidden"),
      "operator",
    ],
    [403, { error: { errors: [{ domain: "usageLimits", reason: "forbidden" }] } }, "operator"],
  ],
  "the operator's project": [
    [403, classic("accessNotConfigured"), "operator"],
    [400, newer("badRequest", "API_KEY_INVALID"), "operator"],
    [400, classic("keyInvalid"), "operator"],
    [403, newer("forbidden", "API_KEY_SERVICE_BLOCKED"), "operator"],
    [403, classic("ipRefererBlocked"), "operator"],
    [403, classic("billingNotEnabled"), "operator"],
    [402, newer("paymentRequired", "BILLING_DISABLED"), "operator"],
    [403, newer("forbidden", "CONSUMER_INVALID"), "operator"],
    [403, newer("forbidden", "USER_PROJECT_DENIED"), "operator"],
    [401, newer("authError", "SERVICE_DISABLED"), "operator"],
    [503, classic("accessNotConfigured"), "operator"],
  ],
  limits: [
    [403, classic("userRateLimitExceeded"), "rateLimited"],
    [403, classic("rateLimitExceeded"), "rateLimited"],
    [403, classic("rateLimitExceededUnreg"), "rateLimited"],
    [403, classic("quotaExceeded"), "rateLimited"],
    [403, classic("dailyLimitExceeded"), "rateLimited"],
    [403, classic("dailyLimitExceededUnreg"), "rateLimited"],
    [403, classic("concurrentLimitExceeded"), "rateLimited"],
    [403, classic("calendarUsageLimitsExceeded"), "rateLimited"],
    [403, classic("variableTermLimitExceeded"), "rateLimited"],
    [402, classic("quotaExceeded402"), "rateLimited"],
    [400, newer("badRequest", "RESOURCE_QUOTA_EXCEEDED"), "rateLimited"],
    [401, classic("rateLimitExceeded"), "rateLimited"],
    [403, canonical("RESOURCE_EXHAUSTED"), "rateLimited"],
    [429, classic("rateLimitExceeded"), "rateLimited"],
    [429, undefined, "rateLimited"],
  ],
  "faults of Google's, under any status": [
    [500, classic("backendError"), "unavailable"],
    [403, classic("backendError"), "unavailable"],
    [404, classic("backendError"), "unavailable"],
    [401, classic("internalError"), "unavailable"],
    [410, classic("backendError"), "unavailable"],
    [400, canonical("INTERNAL"), "unavailable"],
    [404, canonical("UNAVAILABLE"), "unavailable"],
    [503, "<html>", "unavailable"],
    [599, classic("somethingNew"), "unavailable"],
    [408, undefined, "unavailable"],
    [501, classic("notImplemented"), "unavailable"],
  ],
  "the two tokens of a list": [
    [410, at("syncToken", "fullSyncRequired"), "tokenExpired"],
    [410, classic("updatedMinTooLongAgo"), "tokenExpired"],
    [410, undefined, "tokenExpired"],
    [410, classic("deleted"), "notUnderstood"],
    [400, at("syncToken"), "tokenExpired"],
    [400, saying("Invalid sync token value."), "tokenExpired"],
    [400, saying("Sync token is no longer valid, a full sync is required."), "tokenExpired"],
    [400, { error: { code: 400, message: "Invalid sync token value." } }, "tokenExpired"],
    [400, { error: { details: [{ fieldViolations: [{ field: "sync_token" }] }] } }, "tokenExpired"],
    [400, at("pageToken"), "pageTokenRejected"],
    [400, { error: { code: 400, message: "Invalid page token value" } }, "pageTokenRejected"],
    [403, at("syncToken", "somethingNew"), "notUnderstood"],
  ],
  "tokens and grants": [
    [401, classic("authError"), "tokenRefused"],
    [401, undefined, "tokenRefused"],
    [401, newer("authError", "ACCESS_TOKEN_EXPIRED"), "tokenRefused"],
    [401, classic("somethingNew"), "tokenRefused"],
    [401, classic("insufficientPermissions"), "tokenRefused"],
    [403, classic("insufficientPermissions"), "insufficientPermissions"],
    [400, { error: "invalid_grant", error_description: "…" }, "unauthorized"],
  ],
  watching: [
    [400, classic("pushNotSupportedForRequestedResource"), "pushUnsupported"],
    [400, classic("push.pushNotSupportedForRequestedResource"), "pushUnsupported"],
    [401, classic("push.webhookUrlUnauthorized"), "addressRefused"],
    [401, classic("push.somethingNew"), "addressRefused"],
    [400, classic("push.webhookUrlNotHttps"), "addressRefused"],
    [400, classic("webhookUrlNotHttps"), "addressRefused"],
    [403, classic("push.webhookUrlUnauthorized"), "addressRefused"],
    [400, classic("channelIdNotUnique"), "badRequest"],
    [503, classic("push.webhookUrlUnauthorized"), "unavailable"],
  ],
  "what nobody knows": [
    [403, classic("somethingNew"), "notUnderstood"],
    [404, classic("somethingNew"), "notUnderstood"],
    [403, canonical("PERMISSION_DENIED"), "notUnderstood"],
    [404, canonical("NOT_FOUND"), "notUnderstood"],
    [403, classic("Forbidden"), "notUnderstood"],
    [403, classic("forbiddenForNonOrganizer"), "notUnderstood"],
    [400, classic("badRequest"), "badRequest"],
    [409, classic("conflict"), "badRequest"],
    [412, classic("conditionNotMet"), "badRequest"],
    [405, classic("httpMethodNotAllowed"), "notUnderstood"],
    [451, undefined, "notUnderstood"],
    [302, "<html>", "notUnderstood"],
    [200, "not JSON", "unavailable"],
  ],
  "bodies that nobody can read": [
    [403, "<html><title>403 Forbidden</title></html>", "notUnderstood"],
    [404, "<html><title>404 Not Found</title></html>", "notUnderstood"],
    [404, "", "notUnderstood"],
    [403, undefined, "notUnderstood"],
    [403, null, "notUnderstood"],
    [403, {}, "notUnderstood"],
    [403, [], "notUnderstood"],
    [403, "{", "notUnderstood"],
    [403, { error: "forbidden" }, "notUnderstood"],
    [404, { error: "Not Found" }, "notUnderstood"],
    [404, { error: 404 }, "notUnderstood"],
    [403, { error: null }, "notUnderstood"],
    [403, { error: { errors: null, details: 7 } }, "notUnderstood"],
    [403, { error: { errors: [null, 1, "forbidden", { reason: 403 }] } }, "notUnderstood"],
    [403, classic(null, 7, ["forbidden"]), "notUnderstood"],
    [404, { error: { errors: [null, { reason: "notFound" }] } }, "calendarGone"],
    [403, classic("x".repeat(100_000)), "notUnderstood"],
  ],
};

const anyStatus = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(400, 401, 403, 404) },
  fc.constantFrom(402, 408, 409, 410, 412, 429, 500, 503),
  fc.integer({ min: 0, max: 999 }),
);
const oddity = fc.constantFrom(
  null,
  7,
  true,
  "",
  [],
  {},
  ["forbidden"],
  { reason: "notFound" },
  "🗓",
  "x".repeat(200),
);
const anyWord = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...["forbidden", "notFound", "requiredAccessLevel", "notACalendarUser", "insufficientPermissions"],
      ...[
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "SERVICE_DISABLED",
        "quotaExceeded",
        "invalid_grant",
        "Forbidden",
      ],
      ...[
        "somethingNew",
        "push.webhookUrlUnauthorized",
        "authError",
        "NOT_FOUND",
        "forbiddenForNonOrganizer",
      ],
    ),
  },
  fc.string({ maxLength: 8 }),
  oddity,
);
const anyEntry = fc.oneof({ weight: 4, arbitrary: fc.record({ reason: anyWord }) }, oddity);
const anyList = fc.oneof({ weight: 5, arbitrary: fc.array(anyEntry, { maxLength: 2 }) }, oddity);
const anyBody: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      error: fc.record(
        { errors: anyList, details: anyList, status: anyWord, message: anyWord },
        { requiredKeys: [] },
      ),
    }),
  },
  fc.record({ error: anyWord }),
  oddity,
  fc.json({ maxDepth: 2 }),
);

describe("Google's words decide, then the status", () => {
  for (const [what, rows] of Object.entries(catalogue)) {
    test.each(
      rows.map(([status, body, reason]) => [
        status,
        (body === undefined ? "nothing" : JSON.stringify(body)).slice(0, 150),
        reason,
        body,
      ]),
    )(`${what}: %d %s is %s`, (status, _text, reason, body) => {
      expect(classifyFailure(thrown(status as number, body))).toMatchObject({
        kind: "failed",
        reason,
        status,
      });
    });
  }

  test("the word that decided is kept for the log, and never a text", () => {
    const wordOf = (status: number, body: unknown) => classifyFailure(thrown(status, body)).googleReason;
    expect(wordOf(403, newer("forbidden", "SERVICE_DISABLED"))).toBe("SERVICE_DISABLED");
    expect(wordOf(403, classic("forbidden", "quotaExceeded"))).toBe("quotaExceeded");
    expect(wordOf(403, newer("forbidden", "SOMETHING_NEW"))).toBe("SOMETHING_NEW");
    expect(wordOf(403, canonical("PERMISSION_DENIED"))).toBe("PERMISSION_DENIED");
    expect(wordOf(403, classic("x".repeat(101)))).toBeUndefined();
    expect(wordOf(403, "<html>")).toBeUndefined();
  });

  test("whatever the words: nothing ends an account or a calendar but a reason on the list, under its status", () => {
    const listed: Readonly<Record<string, number>> = {
      notFound: 404,
      forbidden: 403,
      requiredAccessLevel: 403,
      notACalendarUser: 403,
      insufficientPermissions: 403,
      insufficientScopes: 403,
      ACCESS_TOKEN_SCOPE_INSUFFICIENT: 403,
    };
    let ended = 0;
    fc.assert(
      fc.property(anyStatus, anyBody, (status, body) => {
        const reason = reasonOf(status, body);
        if (!needsConsent(reason) && reason !== "calendarGone" && reason !== "forbidden") return true;
        ended += 1;
        const oauth =
          typeof body === "object" && (body as { error?: unknown } | null)?.error === "invalid_grant";
        if (oauth && (status === 400 || status === 401)) return true;
        const text = JSON.stringify(body);
        return Object.entries(listed).some(([word, its]) => its === status && text.includes(word));
      }),
      { numRuns: 3_000, seed: 16 },
    );
    // Otherwise the property was hardly checked.
    expect(ended).toBeGreaterThan(30);
  });
});

describe("what has no answer", () => {
  test.each([
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENOTFOUND",
    "EAI_AGAIN",
    "TimeoutError",
    "ERR_STREAM_PREMATURE_CLOSE",
  ])("a connection that fails with %s", code => {
    expect(classifyFailure(Object.assign(new Error("no"), { code }))).toEqual({
      kind: "failed",
      reason: "unavailable",
      googleReason: code,
    });
  });

  test("a time-out of fetch, which has a name and a numeric code", () => {
    expect(classifyFailure(new DOMException("late", "TimeoutError"))).toMatchObject({
      reason: "unavailable",
    });
    expect(classifyFailure(new DOMException("late", "AbortError"))).toMatchObject({ reason: "unavailable" });
  });

  test("a connection that breaks without any code: the error still has the request in it", () => {
    const broken = Object.assign(new Error("fetch failed"), { config: { url: "…" } });
    expect(classifyFailure(broken)).toEqual({
      kind: "failed",
      reason: "unavailable",
      googleReason: "network",
    });
  });

  test("nothing of the request is kept: it may hold tokens", () => {
    expect(JSON.stringify(classifyFailure(thrown(400, { error: "invalid_grant" })))).not.toContain("secret");
  });

  test.each([new TypeError("our own bug"), "a string", undefined, null])(
    "%p is no answer of Google's: thrown again",
    error => {
      let again: unknown = "nothing";
      try {
        classifyFailure(error);
      } catch (caught) {
        again = caught;
      }
      expect(again).toBe(error);
    },
  );
});
