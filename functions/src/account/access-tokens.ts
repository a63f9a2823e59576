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
import { type OpenedSeal, openSealed, sealingKeyId, type KeyRing, type TokenSeal } from "./token-seal.ts";

/** A token that ends sooner than this is replaced before use, so that it outlives the call it is made for. */
const minLifeMs = 60_000;

/** Google is asked at most this often: a grant that is found dead may have been replaced meanwhile. */
const maxRounds = 3;

/**
 * So long the operator has to put back a key, or a delegated domain, that is missing by mistake, before users are asked
 * to connect again (docs/decisions/0202-a-key-that-is-gone.md).
 */
const graceMs = 24 * 3_600_000;

interface Dependencies {
  readonly credentials: CredentialStore;
  readonly oauth: Pick<OAuthProvider, "refresh">;
  /** Undefined where no domain is delegated. */
  readonly delegation: Pick<Delegation, "covers" | "impersonate"> | undefined;
  readonly seal: TokenSeal;
  readonly readKeys: () => KeyRing;
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
const passing = (googleReason: string): GoogleFailure => ({
  kind: "failed",
  reason: "unavailable",
  googleReason,
});

/** New tokens, and the refresh token that they were given for, if there is one. Holds tokens: never logged. */
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
  const { credentials, log } = dependencies;
  let dead: { readonly stored: StoredCredential; readonly failure: GoogleFailure } | undefined;
  for (let round = 0; ; round++) {
    const stored = await credentials.load(accountId);
    if (stored === undefined) return goneFailure;
    if ("kind" in stored) {
      // Perhaps another version of this code can read it: nobody has to connect again for that.
      log.alarm("credentials.unreadable", { accountId, fields: stored.fields });
      return passing("credentialUnreadable");
    }
    const entry = await openAccessToken(dependencies, accountId, stored);
    if (entry !== undefined && usable(entry)) return entry;
    // The grant we found dead is still the stored one: nobody has reconnected or rotated it meanwhile.
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
    // Ours is valid even if another writer was faster; what is stored is theirs, and both work.
    const { accessToken: token, accessTokenExpiresAtMs: expiresAtMs } = refreshed;
    return { kind: "token", token, grantId, expiresAtMs };
  }
}

/** A new access token from whichever source the account was connected through. */
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
  // The address is somebody else's by now.
  if (answer.identity.subject !== subject) return unauthorized("identityChanged");
  const { accessToken, accessTokenExpiresAtMs } = answer;
  return { kind: "refreshed", accessToken, accessTokenExpiresAtMs, usedRefreshToken: undefined };
}

/**
 * What a refresh token that cannot be opened means for its account. One that no ring would open is lost, and the user
 * must connect again. One whose key is missing, or is another key by now, may be everybody's at once and a mistake, as
 * may a domain that is not delegated any more: the operator hears of it now, and users only when the time of grace is
 * over.
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
    // The time of grace begins with the next attempt, then.
    log.warn("broken seal not noted", {
      accountId,
      error: error instanceof Error ? error.message : "unknown",
    });
  }
  return passing(word);
}

/** The stored access token; undefined if it has ended, which makes opening it pointless, or cannot be opened. */
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

/** Seals what came back. A refresh token is sealed anew when Google rotated it or when its key is an old one. */
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
    // Google may honour only the rotated token from now on. It gives way to another grant or a later rotation, and
    // not to the very token that it replaces, which somebody else has sealed anew meanwhile.
    const current = await credentials.load(accountId);
    if (current === undefined || "kind" in current || !("refreshToken" in current)) return outcome;
    if (current.grantId !== stored.grantId) return outcome;
    const theirs = await openSealed(seal, accountId, "refresh", current.refreshToken);
    if (theirs.kind === "broken" || theirs.token !== usedRefreshToken) return outcome;
    basedOn = current;
  }
}
