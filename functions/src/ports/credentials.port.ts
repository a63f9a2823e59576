import type { GoogleFailure } from "../model/google-failure.ts";

/** A bearer token for calls of one account. Never log it. */
export interface AccessToken {
  readonly kind: "token";
  readonly token: string;
  /**
   * The connection that the token belongs to (`StoredCredential.grantId`). It distinguishes a refusal of the current
   * connection from a refusal of an older one.
   */
  readonly grantId: string;
}

/** Provides bearer tokens to adapters. The implementation caches, refreshes and stores them. */
export interface AccessTokens {
  /**
   * Returns a token that is valid for at least a minute, and refreshes it if necessary. Failures: `unauthorized`
   * (Google refuses the grant, with its `grantId`; or the account does not exist), `unavailable` (also if the stored
   * credential cannot be read or opened at the moment), and the other failures of `OAuthProvider.refresh` and
   * `Delegation.impersonate`.
   */
  get(accountId: string): Promise<AccessToken | GoogleFailure>;
  /**
   * Google refused `rejected` with 401. Returns a newer token; concurrent callers share one refresh. Failures: as for
   * `get`.
   */
  replace(accountId: string, rejected: string): Promise<AccessToken | GoogleFailure>;
}

/** The stored access of an account to Google. Its tokens are sealed (account/token-seal.ts). */
export type StoredCredential = ConsentCredential | DelegatedCredential;

interface Credential {
  readonly uid: string;
  /** Google's `sub`. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Names one connection. Each new connection has a new id; a refresh keeps the id. */
  readonly grantId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /**
   * When the settings of this deployment first made the credential unusable (account/access-tokens.ts). Absent if the
   * credential is usable.
   */
  readonly sealBrokenSinceMs?: number;
}

/**
 * The document exists but does not match this version's schema. `fields` names the fields and never contains their
 * values.
 */
export interface UnreadableCredential {
  readonly kind: "unreadable";
  readonly fields: readonly string[];
}

/** The user consented on Google's page. */
export interface ConsentCredential extends Credential {
  readonly refreshToken: string;
}

/** The user's Workspace lets a service account act for the user, so there is no refresh token. */
export interface DelegatedCredential extends Credential {
  /** The user for whom the service account acts. */
  readonly delegatedEmail: string;
}

/** The fields that a refresh changes. `refreshToken` is present only if it was sealed again or rotated. */
export interface RefreshedCredential {
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  readonly refreshToken?: string;
}

/**
 * True if both credentials are of the same connection and have the same sealed refresh token (or the same delegated
 * address).
 */
export function isSameGrant(one: StoredCredential, other: StoredCredential): boolean {
  const secret = (credential: StoredCredential) =>
    "refreshToken" in credential ? credential.refreshToken : credential.delegatedEmail;
  return one.grantId === other.grantId && secret(one) === secret(other);
}

/** Sealed tokens, one document per account. */
export interface CredentialStore {
  load(accountId: string): Promise<StoredCredential | UnreadableCredential | undefined>;
  /**
   * Stores refreshed tokens if the stored credential still is the same grant as `basedOn`.
   *
   * @returns `changed`: the account was connected again, or its refresh token was rotated or sealed again; read the
   *   credential again. `gone`: the account was disconnected.
   */
  saveRefreshed(
    accountId: string,
    basedOn: StoredCredential,
    tokens: RefreshedCredential,
  ): Promise<"saved" | "changed" | "gone">;
  /**
   * Records when the access of `basedOn` was first found to be unusable; `saveRefreshed` and `reseal` remove the
   * record. Results as for `saveRefreshed`.
   */
  noteSealBroken(
    accountId: string,
    basedOn: StoredCredential,
    nowMs: number,
  ): Promise<"noted" | "changed" | "gone">;
}

/** The key that sealed the refresh token of an account. */
export interface CredentialKey {
  readonly accountId: string;
  /**
   * Null: there is no refresh token (a delegated account), or it names no key. Undefined: the document was written
   * before key ids were stored.
   */
  readonly keyId: string | null | undefined;
}

/**
 * The result of `reseal`. `changed`: another writer has changed or deleted the document first, so nothing was written.
 * `broken`: the refresh token could not be opened. `unreadable`: the document does not match the schema. `gone`: there
 * is no document.
 */
export type ResealOutcome = "resealed" | "changed" | "broken" | "unreadable" | "gone";

/** Access to all credentials, for a change of the sealing key. */
export interface CredentialKeys {
  /** Every credential in the order of account ids, read in pages and without the tokens. */
  all(): AsyncIterable<CredentialKey>;
  /**
   * Replaces the stored refresh token by the result of the callback, unless the document was changed after it was read.
   * If the callback returns undefined, the result is `broken`. For a credential without a refresh token, only `keyId:
   * null` is stored.
   */
  reseal(accountId: string, reseal: (sealed: string) => Promise<string | undefined>): Promise<ResealOutcome>;
}

/**
 * An attempt to connect. It exists from the consent URL until Google's redirect and then, under a new name, until the
 * confirmation.
 */
export interface OAuthState {
  readonly uid: string;
  /** The PKCE verifier (RFC 7636). */
  readonly verifier: string;
  /** The app's address for the end of the attempt; checked against the allowed origins. */
  readonly returnTo: string;
  readonly expiresAtMs: number;
  /** Google's code, sealed. Present from the redirect on, while the user who began must still confirm. */
  readonly code?: string;
}

/** The unfinished attempts to connect. After a throw it is unknown whether anything was written. */
export interface OAuthStates {
  create(nonce: string, state: OAuthState): Promise<void>;
  /**
   * Takes out the state. Exactly one caller receives it; all others receive undefined, also for a nonce that was never
   * issued.
   */
  consume(nonce: string): Promise<OAuthState | undefined>;
}

/** The user who consented, from the verified ID token. */
export interface Identity {
  /** Google's `sub`, which never changes and is never given to another account. */
  readonly subject: string;
  readonly email: string;
  readonly name?: string;
}

/** The tokens of a consent. Never log them. */
export interface Grant {
  readonly kind: "grant";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Absent if Google sent none, as after a consent without `prompt=consent`. */
  readonly refreshToken?: string;
  /** The scopes that the user granted. Users can untick single scopes on the consent page. */
  readonly scopes: readonly string[];
  readonly identity: Identity;
}

/** Google answered, but the consent cannot be used. Do not retry: the user must start again. */
export interface GrantRefused {
  readonly kind: "refused";
  readonly reason:
    /** The code does not exist, was used before, has expired, or was issued for another PKCE verifier. */
    | "codeRejected"
    /** The ID token is missing, not signed by Google, expired, or issued for another client. */
    | "identityRejected";
}

/** The result of a refresh. Contains tokens: never log it. */
export interface RefreshedTokens {
  readonly kind: "refreshed";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** Google may issue a new refresh token with any refresh. It replaces the old one. */
  readonly refreshToken?: string;
}

/** Google's consent page, and its token, revocation and key endpoints. */
export interface OAuthProvider {
  /** The URL of the consent page. `codeChallenge` is base64url(SHA-256(verifier)) (RFC 7636, S256). */
  consentUrl(request: { readonly state: string; readonly codeChallenge: string }): string;
  /**
   * Exchanges a code for tokens. Google accepts a code only once. Failures: `rateLimited`, `unavailable`, `operator`
   * (the client id or secret is wrong), `badRequest`.
   */
  exchange(code: string, verifier: string): Promise<Grant | GrantRefused | GoogleFailure>;
  /**
   * Failures: `unauthorized` (the grant is no longer valid), `rateLimited`, `unavailable`, `operator` (as for
   * `exchange`), `badRequest`.
   */
  refresh(refreshToken: string): Promise<RefreshedTokens | GoogleFailure>;
  /**
   * Revokes a grant. A grant that is already invalid counts as revoked. Failures: `rateLimited`, `unavailable`,
   * `operator`, `badRequest`.
   */
  revoke(token: string): Promise<{ readonly kind: "revoked" } | GoogleFailure>;
}

/** An access token for a user, received without a consent page. Never log it. */
export interface DelegatedToken {
  readonly kind: "delegated";
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** The Google account that the address belongs to now: an address can be given to another person. */
  readonly identity: Identity;
}

/** Domain-wide delegation: the administrators of a Workspace let a service account act for their users. */
export interface Delegation {
  /** True for addresses in the delegated domains. Does not check whose addresses they are. */
  covers(email: string): boolean;
  /**
   * Returns a token for the calendars of `email`. Failures: `unauthorized` (the user does not exist or is suspended, or
   * the Workspace does not allow the access), `rateLimited`, `unavailable`, `operator`, `badRequest`, `notUnderstood`,
   * and others of the call that signs as the service account.
   */
  impersonate(email: string): Promise<DelegatedToken | GoogleFailure>;
}
