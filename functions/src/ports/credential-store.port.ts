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
