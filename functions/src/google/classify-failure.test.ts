import { describe, expect, test } from "@jest/globals";
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
const body = (code: number, reason: string, location?: string) => ({
  error: {
    code,
    message: "…",
    errors: [{ domain: "global", reason, message: "…", ...(location && { location }) }],
  },
});

/** Every row of guides/errors, and what issue trackers have seen besides. */
describe("Google's words decide, then the status", () => {
  test.each<[string, number, unknown, string]>([
    ["bad parameters", 400, body(400, "badRequest"), "badRequest"],
    ["a page token that is not valid any more", 400, body(400, "invalid", "pageToken"), "pageTokenRejected"],
    [
      "the same, in words only",
      400,
      { error: { code: 400, message: "Invalid page token value" } },
      "pageTokenRejected",
    ],
    ["a dead access token", 401, body(401, "authError"), "unauthorized"],
    ["too many calls of a user, as 403", 403, body(403, "userRateLimitExceeded"), "rateLimited"],
    ["too many calls, as 403", 403, body(403, "rateLimitExceeded"), "rateLimited"],
    ["the project's quota", 403, body(403, "quotaExceeded"), "rateLimited"],
    ["the project's day", 403, body(403, "dailyLimitExceeded"), "rateLimited"],
    ["a scope that is missing", 403, body(403, "insufficientPermissions"), "insufficientPermissions"],
    [
      "the same, in the newer form",
      403,
      {
        error: {
          code: 403,
          message: "…",
          errors: [{ reason: "forbidden" }],
          details: [{ reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }],
        },
      },
      "insufficientPermissions",
    ],
    ["a calendar that one may not read", 403, body(403, "forbidden"), "forbidden"],
    ["403 without a word", 403, "<html>", "forbidden"],
    ["a calendar that is gone", 404, body(404, "notFound"), "calendarGone"],
    ["a conflict", 409, body(409, "conflict"), "badRequest"],
    ["a dead sync token", 410, body(410, "fullSyncRequired", "syncToken"), "tokenExpired"],
    ["updatedMin too long ago", 410, body(410, "updatedMinTooLongAgo"), "tokenExpired"],
    ["an If-Match that does not hold", 412, body(412, "conditionNotMet"), "badRequest"],
    ["too many calls", 429, body(429, "rateLimitExceeded"), "rateLimited"],
    ["429 without a word", 429, undefined, "rateLimited"],
    ["a request that took too long", 408, undefined, "unavailable"],
    ["an error of the backend", 500, body(500, "backendError"), "unavailable"],
    ["503 as a page of a proxy", 503, "<html>", "unavailable"],
    [
      "a dead grant",
      400,
      { error: "invalid_grant", error_description: "Token has been expired or revoked." },
      "unauthorized",
    ],
    ["a calendar without push", 400, body(400, "pushNotSupportedForRequestedResource"), "pushUnsupported"],
    [
      "the same with a prefix",
      400,
      body(400, "push.pushNotSupportedForRequestedResource"),
      "pushUnsupported",
    ],
  ])("%s (%d)", (_what, status, data, reason) => {
    expect(classifyFailure(thrown(status, data))).toMatchObject({ kind: "failed", reason, status });
  });

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
