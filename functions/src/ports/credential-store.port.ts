/** What is stored of an account's tokens: sealed texts only (see account/token-seal.ts). */
export interface StoredCredential {
  readonly uid: string;
  /** Google's `sub`, to know other users' accounts that share one grant. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly refreshToken: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
}

/** What a refresh changes. */
export type RefreshedCredential = Pick<
  StoredCredential,
  "refreshToken" | "accessToken" | "accessTokenExpiresAtMs"
>;

/** Sealed tokens, one document per account. */
export interface CredentialStore {
  load(accountId: string): Promise<StoredCredential | undefined>;
  /**
   * Stores refreshed tokens if the account's sealed refresh token still is `basedOn`. `changed`: another instance
   * or a reconnect was faster, read again. `gone`: the account was disconnected.
   */
  saveRefreshed(
    accountId: string,
    basedOn: string,
    tokens: RefreshedCredential,
  ): Promise<"saved" | "changed" | "gone">;
}
