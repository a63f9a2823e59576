import { readConnectReturn } from "@firestore-calendar-sync/client";
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

/** Follows Google's redirect to our callback. Returns the address in the app to which the user is sent back. */
export async function backInApp(callbackUrl: string): Promise<string> {
  return await redirectOf(callbackUrl);
}

/** The result of the connection, as the app shows it. */
export type ConnectEnd = { readonly connected: string } | { readonly connectError: string };

/** Follows Google's redirect and confirms the consent, as the app does for its signed-in user. */
export async function finish(caller: Caller, callbackUrl: string): Promise<ConnectEnd> {
  const { outcome } = readConnectReturn(await backInApp(callbackUrl));
  if (outcome?.kind === "refused") return { connectError: outcome.reason };
  if (outcome?.kind !== "confirm") throw new Error(`came back with ${outcome?.kind ?? "nothing"}`);
  const { confirmation } = outcome;
  return (await callForResult(caller, "confirmConnect", { confirmation })) as ConnectEnd;
}

/**
 * Connects a Google account through the whole OAuth flow: our callable, Google's consent page, our callback, the
 * confirmation. Returns the account's id.
 */
export async function connect(caller: Caller, email: string): Promise<string> {
  const end = await finish(caller, await answerConsent(await consentUrl(caller), email));
  if ("connected" in end) return end.connected;
  throw new Error(`${email} was not connected: ${end.connectError}`);
}

/** The redirect target of an address. Errors do not contain the query, because it may contain a secret. */
async function redirectOf(url: string, init?: RequestInit): Promise<string> {
  const { status, location, text } = await visit(url, init);
  if (location !== undefined) return location;
  const { origin, pathname } = new URL(url);
  throw new Error(`${origin}${pathname} answered ${status} instead of a redirect: ${text.slice(0, 500)}`);
}
