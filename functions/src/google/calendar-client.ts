import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { AccessToken, AccessTokens } from "../ports/credentials.port.ts";
import { type GoogleFailure, type GoogleFailureReason, needsConsent } from "../model/google-failure.ts";
import { classifyFailure } from "./classify-failure.ts";

/** Per attempt. Google's client library has no time-out of its own. */
const callTimeoutMs = 30_000;

/** What every call carries besides its parameters: the bearer token, a time-out, and bounded retries. */
export interface CallOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly retry: boolean;
  readonly retryConfig: { readonly retry: number; readonly noResponseRetries: number };
}

/** One call of the Calendar API, e.g. `(client, options) => client.events.list(params, options)`. */
export type CalendarCall<T> = (client: calendar_v3.Calendar, options: CallOptions) => Promise<{ data: T }>;

/** Calls the Calendar API on behalf of an account. */
export type CalendarCaller = <T>(
  accountId: string,
  call: CalendarCall<T>,
) => Promise<{ kind: "ok"; data: T } | GoogleFailure>;

/**
 * A caller that fetches the account's token, replaces it once when it is refused, and answers with data or a classified
 * failure. GETs are retried once by the library for passing faults; anything longer is the task queue's business.
 * Google's client is loaded by the first call: the webhook, which people wait for, never needs it.
 *
 * @param rootUrl the local Google Calendar (with or without a trailing slash), or undefined for Google itself
 */
export function createCalendarCaller(tokens: AccessTokens, rootUrl: string | undefined): CalendarCaller {
  let loaded: Promise<calendar_v3.Calendar> | undefined;
  const load = async (): Promise<calendar_v3.Calendar> => {
    const { calendar } = await import("googleapis/build/src/apis/calendar/index.js");
    return calendar({
      version: "v3",
      ...(rootUrl !== undefined && { rootUrl: `${rootUrl.replace(/\/$/, "")}/` }),
    });
  };

  const attempt = async <T>(
    { token, grantId }: AccessToken,
    call: CalendarCall<T>,
  ): Promise<{ kind: "ok"; data: T } | GoogleFailure> => {
    try {
      const { data } = await call(await (loaded ??= load()), {
        headers: { Authorization: `Bearer ${token}` },
        timeout: callTimeoutMs,
        retry: true,
        retryConfig: { retry: 1, noResponseRetries: 1 },
      });
      return { kind: "ok", data };
    } catch (error) {
      const failure = classifyFailure(error);
      return isOfGrant(failure.reason) ? { ...failure, grantId } : failure;
    }
  };

  return async (accountId, call) => {
    const token = await tokens.get(accountId);
    if (token.kind === "failed") return token;
    const first = await attempt(token, call);
    // By reason: a 401 may speak of the webhook's address, and then a new token changes nothing.
    if (first.kind !== "failed" || first.reason !== "tokenRefused") return first;
    const fresh = await tokens.replace(accountId, token.token);
    return fresh.kind === "failed" ? fresh : await attempt(fresh, call);
  };
}

/** True where a refusal says something about the connection that the call was made with. */
function isOfGrant(reason: GoogleFailureReason): boolean {
  return needsConsent(reason) || reason === "tokenRefused";
}
