import { callForResult, type Caller } from "./callables.ts";
import { visit } from "./http.ts";

/** The address of Google's consent page for this user, or of the app when no consent is needed. */
export async function consentUrl(caller: Caller, returnTo = `${caller.appUrl}/`): Promise<string> {
  return ((await callForResult(caller, "connectAccount", { returnTo })) as { url: string }).url;
}

/** Answers Google's consent page as its form would; gives the address that Google sends the user to. */
export async function answerConsent(
  url: string,
  email: string,
  decision: "allow" | "deny" = "allow",
): Promise<string> {
  return await redirectOf(url, { method: "POST", body: new URLSearchParams({ email, decision }) });
}

/** Follows Google's redirect to our callback; gives the query that the app gets. */
export async function finish(callbackUrl: string): Promise<URLSearchParams> {
  return new URL(await redirectOf(callbackUrl)).searchParams;
}

/**
 * Connects a Google account through the whole OAuth flow: our callable, Google's consent page, our callback. Gives the
 * account's id.
 */
export async function connect(caller: Caller, email: string): Promise<string> {
  const outcome = await finish(await answerConsent(await consentUrl(caller), email));
  const accountId = outcome.get("connected");
  if (accountId === null) throw new Error(`${email} was not connected: ${outcome.toString()}`);
  return accountId;
}

/** Where an address redirects to. The query is left out of the error: it may hold a secret. */
async function redirectOf(url: string, init?: RequestInit): Promise<string> {
  const { status, location, text } = await visit(url, init);
  if (location !== undefined) return location;
  const { origin, pathname } = new URL(url);
  throw new Error(`${origin}${pathname} answered ${status} instead of a redirect: ${text.slice(0, 500)}`);
}
