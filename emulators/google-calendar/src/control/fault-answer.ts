import { API_PREFIX, errorAnswer } from "../api/calendar-api.ts";
import { ApiError, errorOf } from "../api/errors.ts";
import { jsonAnswer } from "../http/exchange.ts";
import type { HttpAnswer } from "../http/exchange.ts";
import type { FaultBody } from "./faults.ts";

/** The status names of Google's newer error format, by HTTP status (google.rpc.Code). */
const RPC_STATUS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  412: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
};

/** The answer that a fault returns instead of the real answer. */
export function faultAnswer(asked: FaultBody, path: string): HttpAnswer {
  const status = asked.status ?? 500;
  const headers = lowerCase(asked.headers ?? {});
  if (asked.body !== undefined) return rawAnswer(status, asked.body, headers);
  if (path.startsWith(API_PREFIX)) {
    const answer = errorAnswer(apiError(status, asked));
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  const error = asked.reason ?? (status >= 500 ? "internal_failure" : "invalid_grant");
  const error_description = asked.message ?? "A fault of the emulator";
  return jsonAnswer(status, { error, error_description }, headers);
}

/** A string is sent unchanged, any other body as JSON. */
function rawAnswer(status: number, body: unknown, headers: Record<string, string>): HttpAnswer {
  if (typeof body !== "string") return jsonAnswer(status, JSON.stringify(body), headers);
  const type = body.trimStart().startsWith("<") ? "text/html" : "text/plain";
  const own: Record<string, string> = body === "" ? {} : { "content-type": `${type}; charset=UTF-8` };
  return { status, headers: { ...own, ...headers }, body };
}

function apiError(status: number, asked: FaultBody): ApiError {
  const usual = errorOf(status, asked.reason);
  const { location, details } = asked;
  const locationType = asked.locationType ?? (location === "Authorization" ? "header" : "parameter");
  const errorStatus = asked.errorStatus ?? (details === undefined ? undefined : RPC_STATUS[status]);
  return new ApiError(status, usual.detail.reason, asked.message ?? usual.message, {
    domain: asked.domain ?? usual.detail.domain,
    ...(location === undefined ? {} : { location, locationType }),
    ...(errorStatus === undefined ? {} : { status: errorStatus }),
    ...(details === undefined ? {} : { details: details.map(errorInfo) }),
  });
}

/** A string stands for an ErrorInfo with that reason (google.rpc.ErrorInfo). */
function errorInfo(detail: string | Record<string, unknown>): object {
  if (typeof detail !== "string") return detail;
  return {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: detail,
    domain: "googleapis.com",
    metadata: { service: "calendar-json.googleapis.com" },
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const framing = ["content-length", "transfer-encoding", "connection"];
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) => !framing.includes(name)),
  );
}
