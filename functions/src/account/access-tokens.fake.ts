import type { AccessToken, AccessTokens } from "../ports/credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";

const lifeMs = 3_600_000;

/**
 * The tokens of one account, without a store, for tests of code that uses tokens. Fulfils the same contract as the real
 * implementation.
 */
export class FakeAccessTokens implements AccessTokens {
  /** Returned instead of a new token. */
  refusal: GoogleFailure | undefined;
  /** Runs once, before Google answers. */
  meanwhile: (() => Promise<void>) | undefined;
  #connected = true;
  asked = 0;
  #connections = 1;
  #token = "token-0";
  #expiresAtMs: number;
  #flight: Promise<AccessToken | GoogleFailure> | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#expiresAtMs = now() + lifeMs;
  }

  disconnect(): void {
    this.#connected = false;
  }

  reconnect(): void {
    this.#connections += 1;
    this.refusal = undefined;
    this.#renew();
  }

  get(): Promise<AccessToken | GoogleFailure> {
    const good = this.#connected && this.#expiresAtMs - this.#now() >= 60_000;
    return good ? Promise.resolve(this.#current()) : this.#shared();
  }

  replace(_accountId: string, rejected: string): Promise<AccessToken | GoogleFailure> {
    return rejected === this.#token ? this.#shared() : this.get();
  }

  #shared(): Promise<AccessToken | GoogleFailure> {
    this.#flight ??= this.#ask().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #ask(): Promise<AccessToken | GoogleFailure> {
    const { grantId } = this.#current();
    const gone = { kind: "failed", reason: "unauthorized", googleReason: "accountGone" } as const;
    if (this.#isGone()) return gone;
    this.asked += 1;
    const refused = this.refusal;
    const { meanwhile } = this;
    this.meanwhile = undefined;
    await meanwhile?.();
    if (this.#isGone()) return gone;
    const superseded = this.#current().grantId !== grantId;
    if (refused !== undefined) {
      if (superseded) return this.#current();
      return refused.reason === "unauthorized" ? { ...refused, grantId } : refused;
    }
    if (superseded) return { kind: "token", token: "token of the old connection", grantId };
    this.#renew();
    return this.#current();
  }

  #isGone(): boolean {
    return !this.#connected;
  }

  #renew(): void {
    this.#token = `token-${this.#connections}-${this.asked}`;
    this.#expiresAtMs = this.#now() + lifeMs;
  }

  #current(): AccessToken {
    return { kind: "token", token: this.#token, grantId: `connection-${this.#connections}` };
  }
}
