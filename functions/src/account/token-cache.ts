import type { AccessToken } from "../ports/credentials.port.ts";
import type { Clock } from "../ports/runtime.port.ts";
import { dropOldest, setNewest } from "./newest-last.ts";

/** An access token and its end, in epoch ms. */
export interface CachedToken extends AccessToken {
  readonly expiresAtMs: number;
}

/**
 * At most this many tokens are kept, about 5 MB. An account that is left out costs one read of its credential at its
 * next call.
 */
const maxTokens = 5_000;

/** The access tokens of this instance, by account. */
export interface TokenCache {
  get(accountId: string): CachedToken | undefined;
  set(accountId: string, token: CachedToken): void;
  delete(accountId: string): void;
}

/** A cache whose size is bounded: above the bound, the expired tokens are dropped, then the oldest. */
export function createTokenCache(clock: Clock): TokenCache {
  const tokens = new Map<string, CachedToken>();
  return {
    get: accountId => tokens.get(accountId),
    set: (accountId, token) => {
      setNewest(tokens, accountId, token);
      if (tokens.size <= maxTokens) return;
      const nowMs = clock.now();
      for (const [key, { expiresAtMs }] of tokens) if (expiresAtMs <= nowMs) tokens.delete(key);
      dropOldest(tokens, maxTokens);
    },
    delete: accountId => {
      tokens.delete(accountId);
    },
  };
}
