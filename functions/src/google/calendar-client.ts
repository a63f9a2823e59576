import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { AccessToken, AccessTokens } from "../ports/credentials.port.ts";
import type { CallCounter } from "../ports/quota.port.ts";
import { type GoogleFailure, type GoogleFailureReason, needsConsent } from "../model/google-failure.ts";
import { classifyFailure } from "./classify-failure.ts";

/** Per attempt, in ms. Google's client library has no time-out of its own. */
const callTimeoutMs = 30_000;

/** The options of every call besides its own parameters: the account, the bearer token, a time-out, bounded retries. */
export interface CallOptions {
  /**
   * The user whose quota the call uses. With domain-wide delegation, Google otherwise charges the service account, so
   * all users would share one user's quota (guides/quota). The account's id has 22 characters; at most 40 are allowed
   * (reference of the standard parameters).
   */
  readonly params: { readonly quotaUser: string };
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly retry: boolean;
  readonly retryConfig: {
    readonly retry: number;
    readonly noResponseRetries: number;
    readonly onRetryAttempt: () => void;
  };
}

/** One call of the Calendar API, e.g. `(client, options) => client.events.list(params, options)`. */
export type CalendarCall<T> = (client: calendar_v3.Calendar, options: CallOptions) => Promise<{ data: T }>;

/** Calls the Calendar API on behalf of an account. */
export type CalendarCaller = <T>(
  accountId: string,
  call: CalendarCall<T>,
) => Promise<{ kind: "ok"; data: T } | GoogleFailure>;

/**
 * Returns a caller that fetches the account's token, replaces the token once if Google refuses it, and returns data or
 * a classified failure. The library repeats GETs once after transient errors; the task queue does all longer retries.
 * The first call loads Google's client library, so the webhook, which must answer fast, never loads it.
 *
 * @param mayLackScope also replaces a token that lacks a scope: the user may have consented again, with more scopes,
 *   after this instance has read its token
 * @param rootUrl the local Google Calendar (with or without a trailing slash), or undefined for Google itself
 * @param calls counts every request, because Google charges repeated ones too
 */
export function createCalendarCaller(
  tokens: AccessTokens,
  rootUrl: string | undefined,
  calls: CallCounter,
  { mayLackScope = false }: { readonly mayLackScope?: boolean } = {},
): CalendarCaller {
  let loaded: Promise<calendar_v3.Calendar> | undefined;
  const load = async (): Promise<calendar_v3.Calendar> => {
    const { calendar } = await import("googleapis/build/src/apis/calendar/index.js");
    return calendar({
      version: "v3",
      ...(rootUrl !== undefined && { rootUrl: `${rootUrl.replace(/\/$/, "")}/` }),
    });
  };

  const attempt = async <T>(
    accountId: string,
    { token, grantId }: AccessToken,
    call: CalendarCall<T>,
  ): Promise<{ kind: "ok"; data: T } | GoogleFailure> => {
    try {
      const client = await (loaded ??= load());
      calls.count(1);
      const { data } = await call(client, {
        params: { quotaUser: accountId },
        headers: { Authorization: `Bearer ${token}` },
        timeout: callTimeoutMs,
        retry: true,
        retryConfig: {
          retry: 1,
          noResponseRetries: 1,
          // The library calls this before it repeats a request.
          onRetryAttempt: () => {
            calls.count(1);
          },
        },
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
    const first = await attempt(accountId, token, call);
    // Decided by the reason: a 401 may be about the webhook's address, and then a new token does not help.
    if (first.kind !== "failed") return first;
    const isOld = mayLackScope && first.reason === "insufficientPermissions";
    if (first.reason !== "tokenRefused" && !isOld) return first;
    const fresh = await tokens.replace(accountId, token.token);
    return fresh.kind === "failed" ? fresh : await attempt(accountId, fresh, call);
  };
}

/** True if the refusal is about the grant of the call, so that the failure must name the grant. */
function isOfGrant(reason: GoogleFailureReason): boolean {
  return needsConsent(reason) || reason === "tokenRefused";
}
