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
  load(accountId: string): Promise<StoredCredential | undefined>;
  /**
   * Stores refreshed tokens if what is stored still is the same grant as `basedOn`. `changed`: another instance or a
   * reconnect was faster, read again. `gone`: the account was disconnected.
   */
  saveRefreshed(
    accountId: string,
    basedOn: StoredCredential,
    tokens: RefreshedCredential,
  ): Promise<"saved" | "changed" | "gone">;
}
