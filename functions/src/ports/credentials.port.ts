import type { GoogleFailure } from "../model/google-failure.ts";

/** A bearer token for one account's calls. Never logged. */
export interface AccessToken {
  readonly kind: "token";
  readonly token: string;
  /** Which connection it belongs to (`StoredCredential.grantId`), so that a refusal can be told from an older one's. */
  readonly grantId: string;
}

/** Where adapters get bearer tokens from; caching, refreshing and storing are the implementation's business. */
export interface AccessTokens {
  /**
   * A token that is valid for at least a minute, refreshed if need be.
   * Failures: `unauthorized` (grant dead, with its `grantId`, or account gone), `rateLimited`, `unavailable`.
   */
  get(accountId: string): Promise<AccessToken | GoogleFailure>;
  /** Google refused `rejected` with 401: a newer token, refreshed once however many callers ask at the same time. */
  replace(accountId: string, rejected: string): Promise<AccessToken | GoogleFailure>;
}

/** What is stored of an account's way to Google: sealed tokens only (see account/token-seal.ts). */
export type StoredCredential = ConsentCredential | DelegatedCredential;

interface Credential {
  readonly uid: string;
  /** Google's `sub`. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Names one connection: new with each one, kept by every refresh. */
  readonly grantId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Since when our own settings do not let it be used (account/access-tokens.ts); absent once they do. */
  readonly sealBrokenSinceMs?: number;
}

/** A document that is there and is not what this version of the code writes; names the fields, never their values. */
export interface UnreadableCredential {
  readonly kind: "unreadable";
  readonly fields: readonly string[];
}

/** The user consented on Google's page. */
export interface ConsentCredential extends Credential {
  readonly refreshToken: string;
}

/** The user's Workspace lets a service account act for them: there is nothing to keep but a name. */
export interface DelegatedCredential extends Credential {
  /** Whom the service account acts for. */
  readonly delegatedEmail: string;
}

/** What a refresh changes; `refreshToken` only where there is one. */
export interface RefreshedCredential {
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  readonly refreshToken?: string;
}

/** True if both give the same access to Google: no connection and no rotation lies between them. */
export function isSameGrant(one: StoredCredential, other: StoredCredential): boolean {
  const secret = (credential: StoredCredential) =>
    "refreshToken" in credential ? credential.refreshToken : credential.delegatedEmail;
  return one.grantId === other.grantId && secret(one) === secret(other);
}

/** Sealed tokens, one document per account. */
export interface CredentialStore {
  load(accountId: string): Promise<StoredCredential | UnreadableCredential | undefined>;
  /**
   * Stores refreshed tokens if what is stored still is the same grant as `basedOn`. `changed`: another instance or a
   * reconnect was faster, or the refresh token was sealed anew; read again. `gone`: the account was disconnected.
   */
  saveRefreshed(
    accountId: string,
    basedOn: StoredCredential,
    tokens: RefreshedCredential,
  ): Promise<"saved" | "changed" | "gone">;
  /** Notes when the refresh token of `basedOn` could not be opened for the first time; `saveRefreshed` ends that. */
  noteSealBroken(
    accountId: string,
    basedOn: StoredCredential,
    nowMs: number,
  ): Promise<"noted" | "changed" | "gone">;
}

/** Which key the refresh token of an account is sealed with. */
export interface CredentialKey {
  readonly accountId: string;
  /** Null: nothing lasting is sealed (a delegated account). Undefined: written before key ids were stored. */
  readonly keyId: string | null | undefined;
}

/** `changed`: somebody else has written the credential meanwhile, and with the active key. */
export type ResealOutcome = "resealed" | "changed" | "broken" | "unreadable" | "gone";

/** For the change of a key. */
export interface CredentialKeys {
  /** Every credential in the order of account ids, read in pages and without the tokens. */
  all(): AsyncIterable<CredentialKey>;
  /**
   * Stores what `reseal` makes of the stored refresh token, unless anything was written meanwhile. `broken`: it gave
   * undefined. A credential without a refresh token is only noted to be one.
   */
  reseal(accountId: string, reseal: (sealed: string) => Promise<string | undefined>): Promise<ResealOutcome>;
}

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

/** An access token for a user who was not asked. Holds a token: never logged. */
export interface DelegatedToken {
  readonly kind: "delegated";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Whose mailbox it opens now: an address can be given to another person. */
  readonly identity: Identity;
}

/** Domain-wide delegation: a service account that the administrators of a Workspace let act for its users. */
export interface Delegation {
  /** True for addresses in the delegated domains. Says nothing about whose they are. */
  covers(email: string): boolean;
  /**
   * A token for the calendars of `email`. Failures: `unauthorized` (the user is unknown or suspended, or the
   * Workspace does not let us), `rateLimited`, `unavailable`, `badRequest` (we may not sign as the service account).
   */
  impersonate(email: string): Promise<DelegatedToken | GoogleFailure>;
}
