/** One attempt to connect, between the consent URL and Google's redirect, or its confirmation. */
export interface OAuthState {
  readonly uid: string;
  /** The PKCE verifier (RFC 7636). */
  readonly verifier: string;
  /** Where in the app to send the user afterwards; checked against the allowed origins. */
  readonly returnTo: string;
  readonly expiresAtMs: number;
  /** Google's code, sealed, where the app has yet to confirm that whoever consented is who began. */
  readonly code?: string;
}

/** Attempts to connect. A throw means that nothing is known. */
export interface OAuthStates {
  create(nonce: string, state: OAuthState): Promise<void>;
  /** Gives the state to exactly one caller, and undefined to every other one and for a nonce that was never issued. */
  consume(nonce: string): Promise<OAuthState | undefined>;
}
