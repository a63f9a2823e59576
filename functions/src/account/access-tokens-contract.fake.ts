import { beforeEach, describe, expect, test } from "@jest/globals";
import type { AccessTokens } from "../ports/credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";

/** An account with a token that is valid for an hour, and controls for the tests. */
export interface TokensUnderTest {
  readonly accountId: string;
  /** Another instance of the functions, with an empty memory. */
  instance(): AccessTokens;
  advance(ms: number): void;
  /** How often Google was asked for a token. */
  asked(): number;
  /** The failure that Google returns from now on; undefined: Google issues tokens. */
  refuse(failure: GoogleFailure | undefined): void;
  /** Runs once, during the next request to Google. */
  meanwhile(happens: () => Promise<void>): void;
  /** The user connects again. */
  reconnect(): Promise<void>;
  disconnect(): void;
}

const hourMs = 3_600_000;
const dead: GoogleFailure = { kind: "failed", reason: "unauthorized", googleReason: "invalid_grant" };
const away: GoogleFailure = { kind: "failed", reason: "unavailable", status: 503 };

/** The contract of all implementations of `AccessTokens`: for both kinds of connection, and for the fake. */
export function describeAccessTokens(name: string, open: () => Promise<TokensUnderTest>): void {
  describe(`access tokens of ${name}`, () => {
    let under: TokensUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    const get = async (tokens = under.instance()) => await tokens.get(under.accountId);
    const tokenOf = async (tokens?: AccessTokens) => {
      const got = await get(tokens);
      if (got.kind === "failed") throw new Error(`no token: ${got.reason}`);
      return got.token;
    };
    const replace = async (rejected: string, tokens = under.instance()) =>
      await tokens.replace(under.accountId, rejected);

    test("one that is still good is used without asking Google", async () => {
      const tokens = under.instance();
      expect(await tokenOf(tokens)).toBe(await tokenOf(tokens));
      expect(await tokenOf()).toBe(await tokenOf(tokens));
      expect(under.asked()).toBe(0);
    });

    test("one with less than a minute to live is replaced, for other instances too", async () => {
      const old = await tokenOf();
      under.advance(hourMs - 59_000);
      const fresh = await tokenOf();
      expect(fresh).not.toBe(old);
      expect(await tokenOf()).toBe(fresh);
      expect(under.asked()).toBe(1);
    });

    test("fifty callers at once ask Google once", async () => {
      under.advance(hourMs);
      const tokens = under.instance();
      const got = await Promise.all(Array.from({ length: 50 }, async () => await tokenOf(tokens)));
      expect(new Set(got).size).toBe(1);
      expect(under.asked()).toBe(1);
    });

    test("fifty callers whose token was refused ask Google once, late ones included", async () => {
      const tokens = under.instance();
      const old = await tokenOf(tokens);
      const got = await Promise.all(Array.from({ length: 50 }, async () => await replace(old, tokens)));
      expect(new Set(got.map(answer => answer.kind === "token" && answer.token)).size).toBe(1);
      expect(got).not.toContainEqual(expect.objectContaining({ token: old }));
      expect(await replace(old, tokens)).toEqual(got[0]);
      expect(under.asked()).toBe(1);
    });

    test("a refused one is not replaced again when another instance has done so", async () => {
      const [one, two] = [under.instance(), under.instance()];
      const old = await tokenOf(one);
      await tokenOf(two);
      expect(await replace(old, one)).toEqual(await replace(old, two));
      expect(under.asked()).toBe(1);
    });

    test("a dead grant is unauthorized, says which connection it was, and Google is asked once", async () => {
      const before = await get();
      under.advance(hourMs);
      under.refuse(dead);
      const grantId = before.kind === "token" ? before.grantId : "";
      expect(grantId).not.toBe("");
      expect(await get()).toEqual({ ...dead, grantId });
      expect(under.asked()).toBe(1);
    });

    test("a connection has one name for its life, and the next one another", async () => {
      const one = await get();
      under.advance(hourMs);
      const two = await get();
      expect(two.grantId).toBe(one.grantId);
      await under.reconnect();
      expect((await get()).grantId).not.toBe(one.grantId);
    });

    test("a grant found dead while the user reconnects is not reported dead", async () => {
      under.advance(hourMs);
      under.refuse(dead);
      under.meanwhile(async () => {
        await under.reconnect();
      });
      expect(await get()).toMatchObject({ kind: "token" });
    });

    test("an answer that comes after a reconnect does not overwrite the new connection", async () => {
      const before = await get();
      under.advance(hourMs);
      under.meanwhile(async () => {
        await under.reconnect();
      });
      expect(await get()).toMatchObject({ kind: "token", grantId: before.grantId });
      expect((await get()).grantId).not.toBe(before.grantId);
    });

    test("an account that is disconnected meanwhile gets none", async () => {
      under.advance(hourMs);
      under.meanwhile(() => {
        under.disconnect();
        return Promise.resolve();
      });
      const gone: GoogleFailure = { kind: "failed", reason: "unauthorized", googleReason: "accountGone" };
      expect(await get()).toEqual(gone);
      expect(await get()).toEqual(gone);
      expect(under.asked()).toBe(1);
    });

    test("once a replacement was refused, the one in memory is not used any more", async () => {
      const tokens = under.instance();
      const old = await tokenOf(tokens);
      under.disconnect();
      expect(await replace(old, tokens)).toMatchObject({ googleReason: "accountGone" });
      expect(await get(tokens)).toMatchObject({ googleReason: "accountGone" });
    });

    test("whoever replaces a refused one does not get it back from somebody who merely wants one", async () => {
      const old = await tokenOf();
      const tokens = under.instance();
      const [, replaced] = await Promise.all([get(tokens), replace(old, tokens)]);
      expect(replaced).toMatchObject({ kind: "token" });
      expect(replaced).not.toMatchObject({ token: old });
    });

    test("a failure that passes is not remembered", async () => {
      const tokens = under.instance();
      const old = await tokenOf(tokens);
      under.refuse(away);
      expect(await replace(old, tokens)).toEqual(away);
      under.refuse(undefined);
      expect(await replace(old, tokens)).toMatchObject({ kind: "token" });
    });
  });
}
