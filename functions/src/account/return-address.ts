/** Why a connection did not come about; what the app gets as `?connect_error=…`. */
export type ConnectError =
  /** The user said no on Google's page. */
  | "access_denied"
  /** The user unticked a scope without which nothing can be synced. */
  | "missing_scopes"
  /** Google kept the refresh token back. */
  | "no_refresh_token"
  /** The code was used, expired, or not meant for this attempt. */
  | "code_rejected"
  /** Google's statement of who consented could not be verified. */
  | "identity_rejected"
  /** Google answered the consent with another error, or with nothing usable. */
  | "google_error"
  /** Google did not answer now; the same again later works. */
  | "try_again"
  /** This account is being removed; connect it again when that is done. */
  | "disconnecting";

/**
 * The address to return to: `requested` if it lies at one of the app's own origins, the first origin when nothing is
 * requested, undefined for anything else. Whole origins are compared after parsing, so that neither a prefix
 * (`https://app.example.evil.com`) nor a user name (`https://app.example@evil.com`) passes.
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
 * `returnTo` with the outcome in its query; what an earlier attempt left there is replaced. A confirmation is a secret
 * for a few minutes and goes at the end of the fragment, which browsers send to no server and put into no Referer.
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
