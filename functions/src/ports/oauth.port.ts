import type { GoogleFailure } from "../model/google-failure.ts";

/** Who consented, from the verified ID token. */
export interface Identity {
  /** Google's `sub`: never changes, never reused. */
  readonly subject: string;
  readonly email: string;
  readonly name?: string;
}

/** What a consent gave us. Holds tokens: never logged. */
export interface Grant {
  readonly kind: "grant";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Absent when Google kept it back, which it does for a consent without `prompt=consent`. */
  readonly refreshToken?: string;
  /** The scopes the user really granted; single ones can be unticked on the consent page. */
  readonly scopes: readonly string[];
  readonly identity: Identity;
}

/** Google answered, and the consent cannot be used. No retry: the user has to start again. */
export interface GrantRefused {
  readonly kind: "refused";
  readonly reason:
    /** The code is unknown, used, expired, or was not issued for this PKCE verifier. */
    | "codeRejected"
    /** The ID token is missing, not signed by Google, expired, or made for another client. */
    | "identityRejected";
}

/** The outcome of a refresh. Holds tokens: never logged. */
export interface RefreshedTokens {
  readonly kind: "refreshed";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Google may hand out a new refresh token with any refresh; it then replaces the old one. */
  readonly refreshToken?: string;
}

/** Google's consent page and its token, revocation and key endpoints. */
export interface OAuthProvider {
  /** Where to send the user. `codeChallenge` is base64url(SHA-256(verifier)) (RFC 7636, S256). */
  consentUrl(request: { readonly state: string; readonly codeChallenge: string }): string;
  /** Redeems a code, once. Failures: `rateLimited`, `unavailable`, `badRequest` (our client id or secret is wrong). */
  exchange(code: string, verifier: string): Promise<Grant | GrantRefused | GoogleFailure>;
  /** Failures: `unauthorized` (the grant is dead), `rateLimited`, `unavailable`, `badRequest`. */
  refresh(refreshToken: string): Promise<RefreshedTokens | GoogleFailure>;
  /** Ends a grant. One that is dead already counts as revoked. Failures: `rateLimited`, `unavailable`. */
  revoke(token: string): Promise<{ readonly kind: "revoked" } | GoogleFailure>;
}
