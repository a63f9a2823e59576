/** Why an account was not connected. The app receives it in its address, or as the answer of `confirmConnect`. */
export type ConnectError =
  /** The user refused on Google's page. */
  | "access_denied"
  /** The user unticked a scope without which nothing can be synced. */
  | "missing_scopes"
  /** Google's answer contains no refresh token. */
  | "no_refresh_token"
  /** The code was used before, has expired, or was issued for another attempt. */
  | "code_rejected"
  /** The ID token, which identifies the user who consented, could not be verified. */
  | "identity_rejected"
  /** Google's redirect contained another error or no code, or Google refused for good to list the calendars. */
  | "google_error"
  /** The failure may pass; another attempt later may succeed. */
  | "try_again"
  /** This account is being removed; the user can connect it again when the removal is complete. */
  | "disconnecting";

/**
 * Checks the address to return to.
 *
 * @returns `requested` if its origin is one of the app's own origins; the first origin if nothing is requested;
 *   otherwise undefined. Whole origins are compared after parsing, so neither a prefix (`https://app.example.evil.com`)
 *   nor a user name (`https://app.example@evil.com`) passes.
 */
export function returnAddress(
  requested: string | undefined,
  appOrigins: readonly string[],
): string | undefined {
  if (requested === undefined) return appOrigins[0] === undefined ? undefined : `${appOrigins[0]}/`;
  const url = URL.parse(requested);
  if (url?.username !== "" || url.password !== "") return undefined;
  return appOrigins.includes(url.origin) ? url.href : undefined;
}

/**
 * Adds the outcome to `returnTo` and removes the outcome of an earlier attempt. An outcome is stored in the query. A
 * confirmation is a secret for a few minutes, so it is put at the end of the fragment, which browsers do not send to
 * servers or in a Referer.
 */
export function withOutcome(
  returnTo: string,
  outcome:
    | { readonly connected: string }
    | { readonly connectError: ConnectError }
    | { readonly confirmation: string },
): string {
  const url = new URL(returnTo);
  url.searchParams.delete("connected");
  url.searchParams.delete("connect_error");
  url.hash = url.hash.replace(/[#&]connect_confirm=[^&]*$/, "");
  if ("connected" in outcome) url.searchParams.set("connected", outcome.connected);
  else if ("connectError" in outcome) url.searchParams.set("connect_error", outcome.connectError);
  else url.hash += `${url.hash === "" ? "" : "&"}connect_confirm=${outcome.confirmation}`;
  return url.href;
}
