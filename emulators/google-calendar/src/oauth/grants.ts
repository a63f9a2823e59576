import type { VirtualClock } from "../clock.ts";
import type { SeededRandom } from "../random.ts";

/** Lifetime of an access token, in s. Google usually answers 3599 [O]. */
export const ACCESS_TOKEN_LIFE_S = 3_599;
/** Lifetime of an authorization code, in ms [I]. */
const CODE_LIFE_MS = 600_000;
/** A refresh token ends if it is not used for six months [D]. */
const UNUSED_LIFE_MS = 183 * 86_400_000;
/** The most refresh tokens per account and client. Above it, the oldest token ends without notice [D]. */
const MOST_REFRESH_TOKENS = 100;

/** The scopes that one user has granted to one client. */
export interface Grant {
  readonly email: string;
  readonly clientId: string;
  scopes: Set<string>;
  revoked: boolean;
  refreshTokens: string[];
}

/** An access token. */
export interface AccessToken {
  readonly token: string;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

interface RefreshToken {
  readonly grant: Grant;
  readonly scopes: readonly string[];
  lastUsedMs: number;
  /** End of the token's lifetime, in ms, even if it is used (Testing apps: seven days). Default: Infinity. */
  readonly diesAtMs: number;
}

/** An authorization code that has not been exchanged yet. */
export interface AuthorizationCode {
  readonly email: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly challengeMethod: string | undefined;
  readonly offline: boolean;
  readonly forceConsent: boolean;
  readonly nonce: string | undefined;
  readonly expiresAtMs: number;
}

/** All grants, codes and tokens. */
export class Grants {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #refreshLifeMs: number;
  readonly #grants = new Map<string, Grant>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();

  constructor(clock: VirtualClock, random: SeededRandom, refreshLifeMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#refreshLifeMs = refreshLifeMs;
  }

  /** Virtual time, in ms since the epoch. */
  nowMs(): number {
    return this.#clock.now();
  }

  /** The grant of a user to a client, or undefined if there is none or it is revoked. */
  find(email: string, clientId: string): Grant | undefined {
    const grant = this.#grants.get(`${email}\n${clientId}`);
    return grant?.revoked === false ? grant : undefined;
  }

  /** Adds scopes to the grant of a user to a client. Creates the grant if necessary. */
  grant(email: string, clientId: string, scopes: readonly string[]): Grant {
    const existing = this.find(email, clientId);
    const grant = existing ?? {
      email,
      clientId,
      scopes: new Set<string>(),
      revoked: false,
      refreshTokens: [],
    };
    for (const scope of scopes) grant.scopes.add(scope);
    this.#grants.set(`${email}\n${clientId}`, grant);
    return grant;
  }

  issueCode(code: Omit<AuthorizationCode, "expiresAtMs">): string {
    const text = `4/0A${this.#random.opaque(70)}`;
    this.#codes.set(text, { ...code, expiresAtMs: this.#clock.now() + CODE_LIFE_MS });
    return text;
  }

  /** Returns an authorization code and deletes it, because a code works once. Undefined if it is unknown or expired. */
  takeCode(text: string): AuthorizationCode | undefined {
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    return code !== undefined && code.expiresAtMs > this.#clock.now() ? code : undefined;
  }

  issueAccess(grant: Grant, scopes: readonly string[]): AccessToken {
    const token: AccessToken = {
      token: `ya29.a0${this.#random.opaque(100)}`,
      grant,
      scopes,
      expiresAtMs: this.#clock.now() + ACCESS_TOKEN_LIFE_S * 1000,
    };
    this.#access.set(token.token, token);
    if (this.#access.size > 20_000) this.#pruneAccess();
    return token;
  }

  issueRefresh(grant: Grant, scopes: readonly string[]): string {
    const now = this.#clock.now();
    const token = `1//0${this.#random.opaque(80)}`;
    this.#refresh.set(token, { grant, scopes, lastUsedMs: now, diesAtMs: now + this.#refreshLifeMs });
    grant.refreshTokens.push(token);
    if (grant.refreshTokens.length > MOST_REFRESH_TOKENS)
      this.#refresh.delete(grant.refreshTokens.shift() ?? "");
    return token;
  }

  /** The access token, or undefined if it is unknown, expired or revoked. */
  access(token: string): AccessToken | undefined {
    const known = this.#access.get(token);
    if (known === undefined || known.grant.revoked || known.expiresAtMs <= this.#clock.now())
      return undefined;
    return known;
  }

  /**
   * The refresh token, or undefined if it is unknown, expired or revoked. The call counts as a use, which keeps the
   * token alive.
   */
  refresh(token: string): RefreshToken | undefined {
    const known = this.#refresh.get(token);
    const now = this.#clock.now();
    if (known === undefined || known.grant.revoked) return undefined;
    if (known.lastUsedMs + UNUSED_LIFE_MS <= now || known.diesAtMs <= now) return undefined;
    known.lastUsedMs = now;
    return known;
  }

  /** Ends one refresh token, after a rotation. */
  forgetRefresh(token: string): void {
    const known = this.#refresh.get(token);
    this.#refresh.delete(token);
    if (known !== undefined)
      known.grant.refreshTokens = known.grant.refreshTokens.filter(other => other !== token);
  }

  /** Revokes the grant of an access or refresh token. Returns false if the token is not valid. */
  revokeToken(token: string): boolean {
    const grant = this.access(token)?.grant ?? this.refresh(token)?.grant;
    if (grant === undefined) return false;
    grant.revoked = true;
    return true;
  }

  /** Revokes all grants of a user, as the user can do at myaccount.google.com. Returns the number of revoked grants. */
  revokeUser(email: string): number {
    let revoked = 0;
    for (const grant of this.#grants.values()) {
      if (grant.email !== email || grant.revoked) continue;
      grant.revoked = true;
      revoked += 1;
    }
    return revoked;
  }

  clear(): void {
    this.#grants.clear();
    this.#codes.clear();
    this.#access.clear();
    this.#refresh.clear();
  }

  #pruneAccess(): void {
    const now = this.#clock.now();
    for (const [text, token] of this.#access)
      if (token.expiresAtMs <= now || token.grant.revoked) this.#access.delete(text);
  }
}
