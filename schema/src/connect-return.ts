/** How an attempt to connect a Google account came back to the app. */
export type ConnectReturn =
  | { readonly kind: "connected"; readonly accountId: string }
  /** Not connected; `reason` as in docs/clients.md. */
  | { readonly kind: "refused"; readonly reason: string }
  /**
   * Not yet connected: the signed-in user has to call `confirmConnect({confirmation})`, which works for whoever began
   * and for nobody else. Only where the deployment has `CONFIRM_CONNECT`.
   */
  | { readonly kind: "confirm"; readonly confirmation: string };

const confirmationPart = /[#&]connect_confirm=([A-Za-z0-9_-]+)$/;

/**
 * Reads the address that the app was opened with.
 *
 * @returns what the server said, if this is the way back from it; and `rest`, the address without that: show it in
 *   place of the old one (`history.replaceState`), so that a reload says nothing twice and no secret stays there.
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
