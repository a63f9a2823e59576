import * as z from "zod";
import { type GoogleFailure, oauthClientErrors } from "../model/google-failure.ts";

const callTimeoutMs = 10_000;

/** RFC 6749 5.2. */
const errorAnswer = z.object({ error: z.string() });

/** What a header can carry (RFC 6750, 2.1, allows fewer characters still): any other text is no token. */
export const bearerToken = z.string().regex(/^[\x21-\x7e]{1,8192}$/);

/** Of a token whose life cannot be read: it is replaced soon, and at once when Google refuses it. */
const briefLifeSeconds = 300;
/** Google's tokens live for an hour, some for half a day. A longer life is not believed. */
const longestLifeSeconds = 86_400;

/** How long an access token lives (RFC 6749, 5.1, only recommends to say so). An odd life costs no token. */
export const lifeSeconds = z
  .number()
  .positive()
  .catch(briefLifeSeconds)
  .transform(seconds => Math.min(seconds, longestLifeSeconds));

/** Google's `sub`: at most 255 ASCII characters (OpenID Connect guide, "An ID token's payload"). */
export const subject = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** Google answered with something else than it has promised. */
export const unreadableAnswer: GoogleFailure = {
  kind: "failed",
  reason: "unavailable",
  googleReason: "unreadableAnswer",
};

/** What Google answered with a 2xx: its JSON, or undefined for anything else. */
interface Answered {
  readonly kind: "answered";
  readonly body: unknown;
}

/** A form post. Failures carry status and Google's `error` word, nothing else. */
export async function postForm(
  url: string,
  form: Readonly<Record<string, string>>,
): Promise<Answered | GoogleFailure> {
  return await send(url, { method: "POST", body: new URLSearchParams(form) });
}

/** A call with a bearer token; a POST if there is a body. Failures as those of `postForm`. */
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

/** Only `error` is matched, as Google advises: descriptions vary. */
function oauthFailure(status: number, body: unknown): GoogleFailure {
  const parsed = errorAnswer.safeParse(body);
  const googleReason = parsed.success ? parsed.data.error : undefined;
  const failure = { kind: "failed", status, ...(googleReason !== undefined && { googleReason }) } as const;
  // RFC 6749 5.2 gives 400. Under another status somebody else is speaking.
  if (googleReason === "invalid_grant" && status === 400) return { ...failure, reason: "unauthorized" };
  if (status === 429) return { ...failure, reason: "rateLimited" };
  if (status >= 500 || status === 408) return { ...failure, reason: "unavailable" };
  // The client's secret or settings: nothing about the user, whose grant is not even looked at.
  return { ...failure, reason: oauthClientErrors.has(googleReason ?? "") ? "operator" : "badRequest" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch puts the reason into the error's cause; a time-out is named by the error itself. */
const networkError = z.object({
  name: z.string().catch("network"),
  cause: z.object({ code: z.string() }).optional().catch(undefined),
});

function networkReason(error: unknown): string {
  const parsed = networkError.safeParse(error);
  return parsed.success ? (parsed.data.cause?.code ?? parsed.data.name) : "network";
}
