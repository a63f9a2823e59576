import { callForResult, type Caller } from "./callables.ts";
import { visit } from "./http.ts";

/** Returns the address of Google's consent page for this user, or the app's address if no consent is needed. */
export async function consentUrl(caller: Caller, returnTo = `${caller.appUrl}/`): Promise<string> {
  return ((await callForResult(caller, "connectAccount", { returnTo })) as { url: string }).url;
}

/** Submits Google's consent page like its form. Returns the address to which Google redirects the user. */
export async function answerConsent(
  url: string,
  email: string,
  decision: "allow" | "deny" = "allow",
): Promise<string> {
  return await redirectOf(url, { method: "POST", body: new URLSearchParams({ email, decision }) });
}

/** Follows Google's redirect to our callback. Returns the query that the app receives. */
export async function finish(callbackUrl: string): Promise<URLSearchParams> {
  return new URL(await redirectOf(callbackUrl)).searchParams;
}

/**
 * Connects a Google account through the whole OAuth flow: our callable, Google's consent page, our callback. Returns
 * the account's id.
 */
export async function connect(caller: Caller, email: string): Promise<string> {
  const outcome = await finish(await answerConsent(await consentUrl(caller), email));
  const accountId = outcome.get("connected");
  if (accountId === null) throw new Error(`${email} was not connected: ${outcome.toString()}`);
  return accountId;
}

/** The redirect target of an address. Errors do not contain the query, because it may contain a secret. */
async function redirectOf(url: string, init?: RequestInit): Promise<string> {
  const { status, location, text } = await visit(url, init);
  if (location !== undefined) return location;
  const { origin, pathname } = new URL(url);
  throw new Error(`${origin}${pathname} answered ${status} instead of a redirect: ${text.slice(0, 500)}`);
}
