import {
  type AccessToken,
  type AccessTokens,
  type CredentialStore,
  type Delegation,
  isSameGrant,
  type OAuthProvider,
  type RefreshedTokens,
  type StoredCredential,
} from "../ports/credentials.port.ts";
import type { Clock, Log } from "../ports/runtime.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import { type CachedToken, createTokenCache } from "./token-cache.ts";
import { type OpenedSeal, openSealed, sealingKeyId, type KeyRing, type TokenSeal } from "./token-seal.ts";

/**
 * A token that expires sooner than this is replaced before use, so that it stays valid during the call that needs it.
 */
const minLifeMs = 60_000;

/**
 * Google is asked for a token at most this often per call: a refused grant may have been replaced since it was read.
 */
const maxRounds = 3;

/**
 * How long the operator has to restore a missing key or a missing delegated domain before users are asked to connect
 * again (docs/decisions/0202-a-key-that-is-gone.md).
 */
const graceMs = 24 * 3_600_000;

interface Dependencies {
  readonly credentials: CredentialStore;
  readonly oauth: Pick<OAuthProvider, "refresh">;
  /** Undefined if no domain is delegated. */
  readonly delegation: Pick<Delegation, "covers" | "impersonate"> | undefined;
  readonly seal: TokenSeal;
  readonly readKeys: () => KeyRing;
  readonly clock: Clock;
  readonly log: Log;
}

const unauthorized = (googleReason: string): GoogleFailure => ({
  kind: "failed",
  reason: "unauthorized",
  googleReason,
});
const goneFailure = unauthorized("accountGone");
const passing = (googleReason: string): GoogleFailure => ({
  kind: "failed",
  reason: "unavailable",
  googleReason,
});

/**
 * New tokens, and the refresh token that was exchanged for them. `usedRefreshToken` is undefined for a delegated
 * account. Contains tokens: never log it.
 */
interface Renewed extends RefreshedTokens {
  readonly usedRefreshToken: string | undefined;
}
/** The stored access cannot be used with the settings of this deployment. */
type Broken =
  | Extract<OpenedSeal, { kind: "broken" }>
  | { readonly kind: "broken"; readonly because: "notDelegated"; readonly keyId?: undefined };

const graceAlarms = {
  keyMissing: "credentials.keyMissing",
  keyWrong: "credentials.keyWrong",
  notDelegated: "delegation.domainMissing",
} as const;

/**
 * Bearer tokens from three places, the cheapest first: the memory of this instance, the sealed token in Firestore, a
 * new token from Google (with the refresh token or by delegation).
 *
 * Callers of one instance share a refresh. Two instances may refresh at the same time: both access tokens are valid,
 * and each instance uses its own. If Google refuses the slower refresh because the grant was replaced, the credential
 * is read again and the new grant is used.
 */
export function createAccessTokens(dependencies: Dependencies): AccessTokens {
  const { clock } = dependencies;
  const cache = createTokenCache(clock);
  // One for each call that waits: each removes itself.
  const flights = new Map<string, Promise<AccessToken | GoogleFailure>>();

  const usable = (entry: CachedToken | undefined, rejected: string | undefined): entry is CachedToken =>
    entry !== undefined && entry.token !== rejected && entry.expiresAtMs - clock.now() >= minLifeMs;

  const obtain = async (
    accountId: string,
    rejected: string | undefined,
  ): Promise<AccessToken | GoogleFailure> => {
    const cached = cache.get(accountId);
    if (usable(cached, rejected)) return cached;
    // Callers that ask for the same thing share one request. The rejected token is part of the key, because `replace`
    // must not get the rejected token back from a request that `get` began.
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
  const { credentials, log } = dependencies;
  let dead: { readonly stored: StoredCredential; readonly failure: GoogleFailure } | undefined;
  for (let round = 0; ; round++) {
    const stored = await credentials.load(accountId);
    if (stored === undefined) return goneFailure;
    if ("kind" in stored) {
      // Another version of this code may be able to read the document, so the user does not have to connect again.
      log.alarm("credentials.unreadable", { accountId, fields: stored.fields });
      return passing("credentialUnreadable");
    }
    const entry = await openAccessToken(dependencies, accountId, stored);
    if (entry !== undefined && usable(entry)) return entry;
    // The grant that Google refused is still the stored grant, so no reconnect and no rotation has replaced it; or the
    // rounds are used up.
    if (dead !== undefined && (round === maxRounds || isSameGrant(dead.stored, stored))) return dead.failure;

    const { grantId } = stored;
    const answer = await renew(dependencies, accountId, stored);
    const refreshed =
      answer.kind === "broken" ? await judge(dependencies, accountId, stored, answer) : answer;
    if (refreshed.kind === "failed") {
      if (refreshed.reason !== "unauthorized") return refreshed;
      dead = { stored, failure: { ...refreshed, grantId } };
      continue;
    }
    const saved = await save(dependencies, accountId, stored, refreshed);
    if (saved === "gone") return goneFailure;
    log.info("access token refreshed", { accountId, saved, rotated: refreshed.refreshToken !== undefined });
    // Our token is valid even if another writer was faster and `saved` is `changed`.
    const { accessToken: token, accessTokenExpiresAtMs: expiresAtMs } = refreshed;
    return { kind: "token", token, grantId, expiresAtMs };
  }
}

/** A new access token, by refresh token or by delegation, as the account was connected. */
async function renew(
  { oauth, delegation, seal }: Dependencies,
  accountId: string,
  stored: StoredCredential,
): Promise<Renewed | GoogleFailure | Broken> {
  if ("refreshToken" in stored) {
    const opened = await openSealed(seal, accountId, "refresh", stored.refreshToken);
    if (opened.kind === "broken") return opened;
    const answer = await oauth.refresh(opened.token);
    return answer.kind === "failed" ? answer : { ...answer, usedRefreshToken: opened.token };
  }
  const { delegatedEmail, subject } = stored;
  if (delegation?.covers(delegatedEmail) !== true) return { kind: "broken", because: "notDelegated" };
  const answer = await delegation.impersonate(delegatedEmail);
  if (answer.kind === "failed") return answer;
  // The address now belongs to another Google account.
  if (answer.identity.subject !== subject) return unauthorized("identityChanged");
  const { accessToken, accessTokenExpiresAtMs } = answer;
  return { kind: "refreshed", accessToken, accessTokenExpiresAtMs, usedRefreshToken: undefined };
}

/**
 * Decides the failure for an account whose stored access cannot be used.
 *
 * - `foreign`: no key can ever open the token, so the user must connect again.
 * - `keyMissing`, `keyWrong`, `notDelegated`: this may be a mistake in the settings and may affect every account. An
 *   alarm is raised at once; the user must connect again only after `graceMs`.
 */
async function judge(
  { credentials, clock, log }: Dependencies,
  accountId: string,
  stored: StoredCredential,
  { because, keyId }: Broken,
): Promise<GoogleFailure> {
  if (because === "foreign") {
    log.error("refresh token cannot be opened by any key", { accountId, keyId });
    return unauthorized("sealBroken");
  }
  const nowMs = clock.now();
  const word = because === "notDelegated" ? because : "sealBroken";
  try {
    const since = stored.sealBrokenSinceMs;
    log.alarm(graceAlarms[because], { keyId, accountId, sinceMs: since ?? nowMs, graceMs });
    if (since !== undefined && nowMs - since >= graceMs) return unauthorized(word);
    if (since === undefined) await credentials.noteSealBroken(accountId, stored, nowMs);
  } catch (error) {
    // The grace period then begins with the next attempt.
    log.warn("broken seal not noted", {
      accountId,
      error: error instanceof Error ? error.message : "unknown",
    });
  }
  return passing(word);
}

/** The stored access token; undefined if it has expired or cannot be opened. */
async function openAccessToken(
  { seal, clock }: Dependencies,
  accountId: string,
  stored: StoredCredential,
): Promise<CachedToken | undefined> {
  const { accessToken, accessTokenExpiresAtMs: expiresAtMs, grantId } = stored;
  if (expiresAtMs - clock.now() < minLifeMs) return undefined;
  const opened = await openSealed(seal, accountId, "access", accessToken);
  return opened.kind === "opened" ? { kind: "token", token: opened.token, grantId, expiresAtMs } : undefined;
}

/**
 * Seals and stores the new tokens. The refresh token is sealed again if Google rotated it, or if it was sealed with a
 * key that is no longer active.
 */
async function save(
  { credentials, seal, readKeys }: Dependencies,
  accountId: string,
  stored: StoredCredential,
  { accessToken, accessTokenExpiresAtMs, refreshToken: rotated, usedRefreshToken }: Renewed,
): Promise<"saved" | "changed" | "gone"> {
  const isOld = "refreshToken" in stored && sealingKeyId(stored.refreshToken) !== readKeys().active;
  const refreshToken = rotated ?? (isOld ? usedRefreshToken : undefined);
  const tokens = {
    accessToken: await seal.seal(accountId, "access", accessToken),
    accessTokenExpiresAtMs,
    ...(refreshToken !== undefined && {
      refreshToken: await seal.seal(accountId, "refresh", refreshToken),
    }),
  };
  let basedOn = stored;
  for (let round = 0; ; round++) {
    const outcome = await credentials.saveRefreshed(accountId, basedOn, tokens);
    if (outcome !== "changed" || rotated === undefined || round === maxRounds) return outcome;
    // From now on Google may accept only the rotated token, so it must be stored. It is not stored if the account has
    // been connected again or if a later rotation is stored. It is stored if another writer has only sealed the
    // replaced token again.
    const current = await credentials.load(accountId);
    if (current === undefined || "kind" in current || !("refreshToken" in current)) return outcome;
    if (current.grantId !== stored.grantId) return outcome;
    const theirs = await openSealed(seal, accountId, "refresh", current.refreshToken);
    if (theirs.kind === "broken" || theirs.token !== usedRefreshToken) return outcome;
    basedOn = current;
  }
}
