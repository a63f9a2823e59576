import { oddTexts, oddValue, pick } from "./odd-values.fake.ts";

/** The parts of a client library's error that the product may read. */
export interface Refusal {
  readonly name: string;
  readonly thrown: unknown;
}

const statuses = [
  400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 417, 418, 421, 422, 425, 429, 431, 451, 499,
  500, 501, 502, 503, 504, 507, 511, 520, 599, 300, 304, 600, 999,
];

/**
 * Reasons that are not about one calendar, one grant or one channel. Left out are the reasons on which the product may
 * act: `notFound` with 404, `forbidden`, `requiredAccessLevel` and `notACalendarUser` with 403, `invalid_grant`,
 * missing scopes, `pushNotSupportedForRequestedResource`.
 */
const reasons = [
  "accessNotConfigured",
  "SERVICE_DISABLED",
  "BILLING_DISABLED",
  "CONSUMER_INVALID",
  "API_KEY_INVALID",
  "concurrentLimitExceeded",
  "calendarUsageLimitsExceeded",
  "variableTermLimitExceeded",
  "backendError",
  "internalError",
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "quotaExceeded",
  "dailyLimitExceeded",
  "push.webhookUrlUnauthorized",
  "push.webhookUrlNotHttps",
  "channelIdNotUnique",
  "authError",
  "domainPolicy",
  "required",
  "invalid",
  "somethingNew",
  "invalid_client",
  "temporarily_unavailable",
  "",
];

/** Any status with any body. */
export function oddRefusal(random: () => number): Refusal {
  if (random() < 0.15) {
    const code = pick(random, ["ECONNRESET", "ETIMEDOUT", "ENOTFOUND", "EPROTO", "CERT_HAS_EXPIRED"]);
    return { name: code, thrown: Object.assign(new Error(code), { code }) };
  }
  const status = pick(random, statuses);
  const { name, data } = oddBody(random, status);
  const thrown = Object.assign(new Error("refused"), { config: {}, status, response: { status, data } });
  return { name: `${status} ${name}`, thrown };
}

function oddBody(random: () => number, status: number): { readonly name: string; readonly data: unknown } {
  const reason = pick(random, [...reasons, ...oddTexts]);
  const message = pick(random, ["Something", "Rate Limit Exceeded", "not found", "forbidden", "expired", ""]);
  const odd = oddValue(random);
  const shapes: readonly unknown[] = [
    { error: { code: status, message, errors: [{ domain: "global", reason, message }] } },
    { error: { code: status, message, status: "PERMISSION_DENIED", details: [{ "@type": "x", reason }] } },
    { error: { code: status, message, errors: [], details: [] } },
    { error: { code: String(status), errors: { reason }, details: "x" } },
    { error: { errors: [null, 7, { reason: null }, { reason }] } },
    { error: reason, error_description: message },
    { error: odd.make() },
    odd.make(),
    "<html><body>Sorry…</body></html>",
    null,
    undefined,
    [],
  ];
  const data = pick(
    random,
    shapes.map(shape => ({ shape })),
  ).shape;
  return { name: (data === undefined ? "without a body" : JSON.stringify(data)).slice(0, 200), data };
}
