import { createAccessTokens } from "../account/access-tokens.ts";
import { FakeCredentials } from "../account/credentials.fake.ts";
import { createTokenSeal } from "../account/token-seal.ts";
import { createCalendarCaller } from "../google/calendar-client.ts";
import { createDelegation } from "../google/delegation.adapter.ts";
import { createOAuthProvider } from "../google/oauth.adapter.ts";
import { needsConsent } from "../model/google-failure.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import { seededRandom } from "../sync/testing/schedule.fake.ts";
import { AnswerChanges, type AnswerKind, type Change } from "./answer-changes.fake.ts";
import { isContainer } from "./answer-mutations.fake.ts";
import type { PlayedCase, Violation } from "./run-seeds.fake.ts";
import { whyNotStorable } from "./storable.fake.ts";

const nowMs = 1_800_000_000_000;
const email = "me@corp.example";
const subject = "123";

/** Another plausible subject means that the address was given to another user, which is a real change. */
const isOtherSubject = (before: unknown, after: unknown): boolean =>
  isContainer(before) &&
  isContainer(after) &&
  before["sub"] !== after["sub"] &&
  typeof after["sub"] === "string" &&
  /^[\x20-\x7e]{1,255}$/.test(after["sub"]);

const tokenAnswers: AnswerKind = {
  stopsAt: path => (path.length === 0 ? 0.15 : 1),
  decisive: [],
  fields: [],
  isOtherEnvelope: isOtherSubject,
  isOtherItem: () => false,
  refused: 0.3,
};

/**
 * Refreshes tokens (of a consent or a delegation) and redeems a consent, with changed answers. The answers arrive
 * through `fetch`, which the caller replaces by `answer`.
 */
export class TokenCase {
  violation: Violation | undefined;
  readonly changes: AnswerChanges;
  readonly #random: () => number;
  #step = 0;

  constructor(seed: number, given: readonly Change[] | undefined) {
    this.#random = seededRandom(seed);
    this.changes = new AnswerChanges(tokenAnswers, seed, given);
  }

  /** The answer of a Google endpoint. */
  answer(url: string): Response {
    const changed = this.changes.change(bodyFor(url));
    if (changed.kind === "answer")
      return new Response(changed.body === undefined ? "" : JSON.stringify(changed.body), { status: 200 });
    const { response } = changed.thrown as { response?: { status: number; data: unknown } };
    if (response === undefined) throw new TypeError("fetch failed", { cause: changed.thrown });
    const status = response.status < 600 ? response.status : 599;
    return new Response(typeof response.data === "string" ? response.data : JSON.stringify(response.data), {
      status,
    });
  }

  async play(): Promise<PlayedCase> {
    const clock = { now: () => nowMs, sleep: () => Promise.resolve() };
    const keys = { active: "k1", keys: { k1: Buffer.alloc(32, 1).toString("base64url") } };
    const seal = createTokenSeal(() => keys);
    const oauth = createOAuthProvider({
      clientId: "client",
      clientSecret: () => "secret",
      redirectUrl: "https://app.example/callback",
      writeAccess: false,
      emulatorUrl: undefined,
      clock,
    });
    const delegation = createDelegation({
      domains: ["corp.example"],
      serviceAccount: "robot@corp.example",
      ownToken: () => Promise.resolve("own"),
      emulatorUrl: undefined,
      clock,
    });
    const credentials = new FakeCredentials();
    const silent = {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
      alarm: () => undefined,
    };
    const stored = {
      uid: "user",
      subject,
      scopes: [],
      grantId: "grant",
      accessToken: await seal.seal("account", "access", "old"),
      accessTokenExpiresAtMs: nowMs - 1,
    };
    const source =
      this.#random() < 0.5
        ? { delegatedEmail: email }
        : { refreshToken: await seal.seal("account", "refresh", "refresh token") };
    credentials.stored.set("account", { ...stored, ...source });
    const dependencies = { credentials, oauth, delegation, seal, readKeys: () => keys, clock, log: silent };

    this.changes.on = true;
    await this.#try("a token is not got", async () => {
      const tokens = createAccessTokens(dependencies);
      const token = await tokens.get("account");
      if (token.kind === "failed") {
        if (needsConsent(token.reason)) this.#violate("I2", "the account is ended", token.googleReason ?? "");
        return;
      }
      // The client library first puts the token into a header. A token that is not usable in a header would make every
      // later call fail.
      await createCalendarCaller(
        tokens,
        undefined,
        new CountedCalls(),
      )("account", (_, { headers }) => {
        new Headers(headers);
        return Promise.resolve({ data: {} });
      });
    });
    const problem = whyNotStorable(credentials.stored.get("account"));
    if (problem !== undefined) this.#violate("I1", "a credential that Firestore refuses", problem);
    await this.#try("a consent is not redeemed", async () => {
      const grant = await oauth.exchange("code", "verifier");
      const unstorable = grant.kind === "grant" ? whyNotStorable(grant) : undefined;
      if (unstorable !== undefined) this.#violate("I1", "a grant that Firestore refuses", unstorable);
    });
    this.changes.on = false;
    await this.#try("a token is not got", async () => {
      const token = await createAccessTokens(dependencies).get("account");
      if (token.kind === "failed")
        this.#violate("I4", "a clean answer gives no token", token.googleReason ?? token.reason);
    });
    return { violation: this.violation, changes: this.changes.done };
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    this.#step += 1;
    try {
      await work();
    } catch (error) {
      this.#violate("I1", `${what}: thrown`, String(error).slice(0, 300));
    }
  }

  #violate(invariant: Violation["invariant"], what: string, detail: string): void {
    this.violation ??= { invariant, what, detail, step: this.#step };
  }
}

function bodyFor(url: string): unknown {
  if (url.endsWith(":signJwt")) return { keyId: "1", signedJwt: "a.b.c" };
  if (url.endsWith("/userinfo")) return { sub: subject, email, email_verified: true, name: "Me" };
  if (url.endsWith("/certs")) return { keys: [{ kty: "RSA", kid: "1", alg: "RS256", n: "AQAB", e: "AQAB" }] };
  const header = Buffer.from('{"alg":"RS256","kid":"1"}').toString("base64url");
  return {
    access_token: "new",
    expires_in: 3599,
    refresh_token: "rotated",
    scope: "openid https://www.googleapis.com/auth/calendar.readonly",
    token_type: "Bearer",
    id_token: `${header}.e30.AAAA`,
  };
}
