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
