import type { AccessToken, AccessTokens } from "../ports/access-tokens.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import type { CredentialStore, StoredCredential } from "../ports/credential-store.port.ts";
import type { GoogleFailure } from "../ports/google-failure.port.ts";
import type { Log } from "../ports/log.port.ts";
import type { OAuthProvider, RefreshedTokens } from "../ports/oauth.port.ts";
import { sealingKeyId, type SealingKeys, type TokenSeal } from "./token-seal.ts";

/** A token that ends sooner than this is replaced before use, so that it outlives the call it is made for. */
const minLifeMs = 60_000;

/** A refresh that loses against another writer reads again, at most this often. */
const maxRounds = 3;

interface Dependencies {
  readonly credentials: CredentialStore;
  readonly oauth: Pick<OAuthProvider, "refresh">;
  readonly seal: TokenSeal;
  readonly readKeys: () => SealingKeys;
  readonly clock: Clock;
  readonly log: Log;
}

interface CachedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

const goneFailure: GoogleFailure = { kind: "failed", reason: "unauthorized", googleReason: "accountGone" };

/**
 * Bearer tokens from three places, cheapest first: this instance's memory, the sealed one in Firestore, a refresh at
 * Google. Within an instance concurrent callers share one refresh. Across instances two may refresh at once: both
 * tokens are valid, and the slower one finds the credential changed and uses what the faster one stored.
 */
export function createAccessTokens(dependencies: Dependencies): AccessTokens {
  const { clock } = dependencies;
  const cache = new Map<string, CachedToken>();
  const flights = new Map<string, Promise<AccessToken | GoogleFailure>>();

  const usable = (entry: CachedToken | undefined, rejected: string | undefined): entry is CachedToken =>
    entry !== undefined && entry.token !== rejected && entry.expiresAtMs - clock.now() >= minLifeMs;

  const obtain = async (
    accountId: string,
    rejected: string | undefined,
  ): Promise<AccessToken | GoogleFailure> => {
    const cached = cache.get(accountId);
    if (usable(cached, rejected)) return { kind: "token", token: cached.token };
    // Callers with the same wish share a flight; one that merely wants a token must not get the refused one back.
    const wish = `${accountId} ${rejected ?? ""}`;
    const flying = flights.get(wish);
    if (flying !== undefined) return await flying;
    const flight = fetchToken(accountId, rejected).finally(() => flights.delete(wish));
    flights.set(wish, flight);
    return await flight;
  };

  const fetchToken = async (
    accountId: string,
    rejected: string | undefined,
  ): Promise<AccessToken | GoogleFailure> => {
    const result = await loadOrRefresh(dependencies, accountId, entry => usable(entry, rejected));
    if (result.kind === "failed") {
      cache.delete(accountId);
      return result;
    }
    cache.set(accountId, result.entry);
    return { kind: "token", token: result.entry.token };
  };

  return {
    get: async accountId => await obtain(accountId, undefined),
    replace: async (accountId, rejected) => await obtain(accountId, rejected),
  };
}

type Obtained = { readonly kind: "obtained"; readonly entry: CachedToken } | GoogleFailure;

async function loadOrRefresh(
  dependencies: Dependencies,
  accountId: string,
  usable: (entry: CachedToken) => boolean,
): Promise<Obtained> {
  const { credentials, oauth, seal, log } = dependencies;
  let deadGrant: { readonly refreshToken: string; readonly failure: GoogleFailure } | undefined;
  for (let round = 0; round < maxRounds; round++) {
    const stored = await credentials.load(accountId);
    if (stored === undefined) return goneFailure;
    const entry = await openAccessToken(seal, accountId, stored);
    if (usable(entry)) return { kind: "obtained", entry };
    // The grant we found dead is still the stored one: nobody has reconnected or rotated it meanwhile.
    if (deadGrant?.refreshToken === stored.refreshToken) return deadGrant.failure;

    const refreshed = await oauth.refresh(await seal.open(accountId, "refresh", stored.refreshToken));
    if (refreshed.kind === "failed") {
      if (refreshed.reason !== "unauthorized") return refreshed;
      deadGrant = { refreshToken: stored.refreshToken, failure: refreshed };
      continue;
    }
    const saved = await save(dependencies, accountId, stored, refreshed);
    if (saved === "gone") return goneFailure;
    log.info("access token refreshed", { accountId, saved, rotated: refreshed.refreshToken !== undefined });
    // Ours is valid even if another writer was faster; what is stored is theirs, and both work.
    const fresh = { token: refreshed.accessToken, expiresAtMs: refreshed.accessTokenExpiresAtMs };
    return { kind: "obtained", entry: fresh };
  }
  return deadGrant?.failure ?? { kind: "failed", reason: "unavailable", googleReason: "credentialContended" };
}

async function openAccessToken(
  seal: TokenSeal,
  accountId: string,
  stored: StoredCredential,
): Promise<CachedToken> {
  return {
    token: await seal.open(accountId, "access", stored.accessToken),
    expiresAtMs: stored.accessTokenExpiresAtMs,
  };
}

/** Seals what came back. The refresh token is sealed anew when Google rotated it or when its key is an old one. */
async function save(
  { credentials, seal, readKeys }: Dependencies,
  accountId: string,
  stored: StoredCredential,
  refreshed: RefreshedTokens,
): Promise<"saved" | "changed" | "gone"> {
  const oldKey = sealingKeyId(stored.refreshToken) !== readKeys().active;
  const refreshToken =
    refreshed.refreshToken ??
    (oldKey ? await seal.open(accountId, "refresh", stored.refreshToken) : undefined);
  return await credentials.saveRefreshed(accountId, stored.refreshToken, {
    refreshToken:
      refreshToken === undefined ? stored.refreshToken : await seal.seal(accountId, "refresh", refreshToken),
    accessToken: await seal.seal(accountId, "access", refreshed.accessToken),
    accessTokenExpiresAtMs: refreshed.accessTokenExpiresAtMs,
  });
}
