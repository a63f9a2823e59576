import type { AccessToken, AccessTokens } from "../ports/access-tokens.port.ts";
import type { Clock } from "../ports/clock.port.ts";
import { type CredentialStore, isSameGrant, type StoredCredential } from "../ports/credential-store.port.ts";
import type { Delegation } from "../ports/delegation.port.ts";
import type { GoogleFailure } from "../ports/google-failure.port.ts";
import type { Log } from "../ports/log.port.ts";
import type { OAuthProvider, RefreshedTokens } from "../ports/oauth.port.ts";
import { sealingKeyId, type SealingKeys, type TokenSeal } from "./token-seal.ts";

/** A token that ends sooner than this is replaced before use, so that it outlives the call it is made for. */
const minLifeMs = 60_000;

/** Google is asked at most this often: a grant that is found dead may have been replaced meanwhile. */
const maxRounds = 3;

interface Dependencies {
  readonly credentials: CredentialStore;
  readonly oauth: Pick<OAuthProvider, "refresh">;
  /** Undefined where no domain is delegated. */
  readonly delegation: Pick<Delegation, "covers" | "impersonate"> | undefined;
  readonly seal: TokenSeal;
  readonly readKeys: () => SealingKeys;
  readonly clock: Clock;
  readonly log: Log;
}

interface CachedToken extends AccessToken {
  readonly expiresAtMs: number;
}

const unauthorized = (googleReason: string): GoogleFailure => ({
  kind: "failed",
  reason: "unauthorized",
  googleReason,
});
const goneFailure = unauthorized("accountGone");

/**
 * Bearer tokens from three places, cheapest first: this instance's memory, the sealed one in Firestore, a new one
 * from Google, by the refresh token or by delegation. Within an instance concurrent callers share one refresh. Across
 * instances two may refresh at once: both tokens are valid, and the slower one finds the credential changed and uses
 * what the faster one stored.
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
    if (usable(cached, rejected)) return cached;
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
    const token = await loadOrRefresh(dependencies, accountId, entry => usable(entry, rejected));
    if (token.kind === "failed") cache.delete(accountId);
    else cache.set(accountId, token);
    return token;
  };

  return {
    get: async accountId => await obtain(accountId, undefined),
    replace: async (accountId, rejected) => await obtain(accountId, rejected),
  };
}

async function loadOrRefresh(
  dependencies: Dependencies,
  accountId: string,
  usable: (entry: CachedToken) => boolean,
): Promise<CachedToken | GoogleFailure> {
  const { credentials, seal, log } = dependencies;
  let dead: { readonly stored: StoredCredential; readonly failure: GoogleFailure } | undefined;
  for (let round = 0; ; round++) {
    const stored = await credentials.load(accountId);
    if (stored === undefined) return goneFailure;
    const entry = await openAccessToken(seal, accountId, stored);
    if (usable(entry)) return entry;
    // The grant we found dead is still the stored one: nobody has reconnected or rotated it meanwhile.
    if (dead !== undefined && (round === maxRounds || isSameGrant(dead.stored, stored))) return dead.failure;

    const { grantId } = stored;
    const refreshed = await refresh(dependencies, accountId, stored);
    if (refreshed.kind === "failed") {
      if (refreshed.reason !== "unauthorized") return refreshed;
      dead = { stored, failure: { ...refreshed, grantId } };
      continue;
    }
    const saved = await save(dependencies, accountId, stored, refreshed);
    if (saved === "gone") return goneFailure;
    log.info("access token refreshed", { accountId, saved, rotated: refreshed.refreshToken !== undefined });
    // Ours is valid even if another writer was faster; what is stored is theirs, and both work.
    const { accessToken: token, accessTokenExpiresAtMs: expiresAtMs } = refreshed;
    return { kind: "token", token, grantId, expiresAtMs };
  }
}

/** A new access token from whichever source the account was connected through. */
async function refresh(
  { oauth, delegation, seal }: Dependencies,
  accountId: string,
  stored: StoredCredential,
): Promise<RefreshedTokens | GoogleFailure> {
  if ("refreshToken" in stored) {
    return await oauth.refresh(await seal.open(accountId, "refresh", stored.refreshToken));
  }
  const { delegatedEmail, subject } = stored;
  if (delegation?.covers(delegatedEmail) !== true) return unauthorized("notDelegated");
  const answer = await delegation.impersonate(delegatedEmail);
  if (answer.kind === "failed") return answer;
  // The address is somebody else's by now.
  if (answer.identity.subject !== subject) return unauthorized("identityChanged");
  const { accessToken, accessTokenExpiresAtMs } = answer;
  return { kind: "refreshed", accessToken, accessTokenExpiresAtMs };
}

async function openAccessToken(
  seal: TokenSeal,
  accountId: string,
  stored: StoredCredential,
): Promise<CachedToken> {
  return {
    kind: "token",
    token: await seal.open(accountId, "access", stored.accessToken),
    grantId: stored.grantId,
    expiresAtMs: stored.accessTokenExpiresAtMs,
  };
}

/** Seals what came back. A refresh token is sealed anew when Google rotated it or when its key is an old one. */
async function save(
  { credentials, seal, readKeys }: Dependencies,
  accountId: string,
  stored: StoredCredential,
  refreshed: RefreshedTokens,
): Promise<"saved" | "changed" | "gone"> {
  let refreshToken = refreshed.refreshToken;
  if ("refreshToken" in stored && sealingKeyId(stored.refreshToken) !== readKeys().active) {
    refreshToken ??= await seal.open(accountId, "refresh", stored.refreshToken);
  }
  return await credentials.saveRefreshed(accountId, stored, {
    accessToken: await seal.seal(accountId, "access", refreshed.accessToken),
    accessTokenExpiresAtMs: refreshed.accessTokenExpiresAtMs,
    ...(refreshToken !== undefined && {
      refreshToken: await seal.seal(accountId, "refresh", refreshToken),
    }),
  });
}
