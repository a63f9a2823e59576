import * as z from "zod/mini";
import { type GoogleFailure, oauthClientErrors } from "../model/google-failure.ts";

const callTimeoutMs = 10_000;

/** RFC 6749 5.2. */
const errorAnswer = z.object({ error: z.string() });

/** A token must be usable in a header (RFC 6750, 2.1, allows even fewer characters). */
export const bearerToken = z.string().check(z.regex(/^[\x21-\x7e]{1,8192}$/));

/** The assumed life of a token whose life is unreadable. It is replaced soon, or at once if Google refuses it. */
const briefLifeSeconds = 300;
/** Google's tokens live for one hour, some for twelve hours. A longer life is reduced to this limit. */
const longestLifeSeconds = 86_400;

/**
 * The life of an access token in seconds (optional in RFC 6749, 5.1). The token is used even if its life is unreadable.
 */
export const lifeSeconds = z.pipe(
  z.catch(z.number().check(z.positive()), briefLifeSeconds),
  z.transform(seconds => Math.min(seconds, longestLifeSeconds)),
);

/** Google's `sub`: at most 255 ASCII characters (OpenID Connect guide, "An ID token's payload"). */
export const subject = z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/));

/** An answer with a 2xx: its JSON, or undefined if it is not JSON. */
interface Answered {
  readonly kind: "answered";
  readonly body: unknown;
}

/** Posts a form. A failure contains the status and Google's `error` value, and nothing of the request. */
export async function postForm(
  url: string,
  form: Readonly<Record<string, string>>,
): Promise<Answered | GoogleFailure> {
  return await send(url, { method: "POST", body: new URLSearchParams(form) });
}

/** Calls with a bearer token: a POST if there is a body, else a GET. Failures as in `postForm`. */
export async function callWithToken(
  url: string,
  token: string,
  body?: object,
): Promise<Answered | GoogleFailure> {
  const authorization = { Authorization: `Bearer ${token}` };
  if (body === undefined) return await send(url, { headers: authorization });
  const headers = { ...authorization, "Content-Type": "application/json" };
  return await send(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function send(url: string, init: RequestInit): Promise<Answered | GoogleFailure> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "error",
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    const text = await response.text();
    return response.ok
      ? { kind: "answered", body: parseJson(text) }
      : oauthFailure(response.status, parseJson(text));
  } catch (error) {
    return { kind: "failed", reason: "unavailable", googleReason: networkReason(error) };
  }
}

/** Only `error` is compared, as Google recommends, because descriptions vary. */
function oauthFailure(status: number, body: unknown): GoogleFailure {
  const parsed = errorAnswer.safeParse(body);
  const googleReason = parsed.success ? parsed.data.error : undefined;
  const failure = { kind: "failed", status, ...(googleReason !== undefined && { googleReason }) } as const;
  // RFC 6749 5.2 specifies 400. With another status the answer may be from a proxy.
  if (googleReason === "invalid_grant" && status === 400) return { ...failure, reason: "unauthorized" };
  if (status === 429) return { ...failure, reason: "rateLimited" };
  if (status >= 500 || status === 408) return { ...failure, reason: "unavailable" };
  // The client's secret or settings are wrong. This is no statement about the user's grant, which Google does not check
  // in that case.
  return { ...failure, reason: oauthClientErrors.has(googleReason ?? "") ? "operator" : "badRequest" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The cause of a `fetch` error contains the code; a time-out has its own error name. */
const networkError = z.object({
  name: z.catch(z.string(), "network"),
  cause: z.catch(z.optional(z.object({ code: z.string() })), undefined),
});

function networkReason(error: unknown): string {
  const parsed = networkError.safeParse(error);
  return parsed.success ? (parsed.data.cause?.code ?? parsed.data.name) : "network";
}
