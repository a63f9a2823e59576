/** The result of an attempt to connect a Google account. */
export type ConnectReturn =
  /** Connected without a consent page, because the user's Workspace has consented for its users. */
  | { readonly kind: "connected"; readonly accountId: string }
  /** Not connected. docs/clients.md lists the values of `reason`. */
  | { readonly kind: "refused"; readonly reason: string }
  /**
   * Not connected yet: the signed-in user must call `confirmConnect({confirmation})`. The call succeeds only for the
   * user who started the attempt.
   */
  | { readonly kind: "confirm"; readonly confirmation: string };

const confirmationPart = /[#&]connect_confirm=([A-Za-z0-9_-]+)$/;

/**
 * Reads the result of a connect attempt from the address with which the app was opened.
 *
 * @returns `outcome`: the result, or undefined if the address contains none. `rest`: the address without the result.
 * Replace the address by it (`history.replaceState`), so that a reload does not repeat the message and the address
 * keeps no secret.
 */
export function readConnectReturn(address: string): {
  readonly outcome: ConnectReturn | undefined;
  readonly rest: string;
} {
  const url = new URL(address);
  const confirmation = confirmationPart.exec(url.hash)?.[1];
  const reason = url.searchParams.get("connect_error");
  const accountId = url.searchParams.get("connected");
  url.hash = url.hash.replace(confirmationPart, "");
  url.searchParams.delete("connect_error");
  url.searchParams.delete("connected");
  const rest = url.href;
  if (confirmation !== undefined) return { outcome: { kind: "confirm", confirmation }, rest };
  if (reason !== null) return { outcome: { kind: "refused", reason }, rest };
  return { outcome: accountId === null ? undefined : { kind: "connected", accountId }, rest };
}
