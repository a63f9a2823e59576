import { beforeEach, describe, expect, test } from "@jest/globals";
import type { StoredCredential } from "../ports/credential-store.port.ts";
import type { GoogleFailure } from "../ports/google-failure.port.ts";
import type { RefreshedTokens } from "../ports/oauth.port.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { FakeCredentials } from "./credentials.fake.ts";
import { silentLog } from "./log.fake.ts";
import { createTokenSeal, sealingKeyId, type SealingKeys } from "./token-seal.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const hourMs = 3_600_000;
const account = "account-1";
const dead: GoogleFailure = { kind: "failed", reason: "unauthorized", googleReason: "invalid_grant" };

let nowMs: number;
let ring: SealingKeys;
let credentials: FakeCredentials;
/** What Google answers to each refresh; receives the refresh token. */
let refresh: (refreshToken: string) => Promise<RefreshedTokens | GoogleFailure>;
let refreshes: string[];

const seal = createTokenSeal(() => ring);
const instance = () =>
  createAccessTokens({
    credentials,
    seal,
    readKeys: () => ring,
    oauth: {
      refresh: async token => {
        refreshes.push(token);
        return await refresh(token);
      },
    },
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
    log: silentLog,
  });

const fresh = (n: number, refreshToken?: string): RefreshedTokens => ({
  kind: "refreshed",
  accessToken: `access-${n}`,
  accessTokenExpiresAtMs: nowMs + hourMs,
  ...(refreshToken !== undefined && { refreshToken }),
});

async function credential(
  access: string,
  refreshToken: string,
  expiresAtMs: number,
): Promise<StoredCredential> {
  return {
    uid: "uid",
    subject: "sub",
    scopes: [],
    accessToken: await seal.seal(account, "access", access),
    refreshToken: await seal.seal(account, "refresh", refreshToken),
    accessTokenExpiresAtMs: expiresAtMs,
  };
}

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  ring = { active: "k1", keys: { k1: key(1), k2: key(2) } };
  credentials = new FakeCredentials();
  credentials.stored.set(account, await credential("access-0", "refresh-0", nowMs + hourMs));
  refreshes = [];
  refresh = () => Promise.resolve(fresh(refreshes.length));
});

describe("access tokens", () => {
  test("a stored token that is still good is used without asking Google, and read once", async () => {
    const tokens = instance();
    expect(await tokens.get(account)).toEqual({ kind: "token", token: "access-0" });
    expect(await tokens.get(account)).toEqual({ kind: "token", token: "access-0" });
    expect(refreshes).toEqual([]);
    expect(credentials.loads).toBe(1);
  });

  test("a token with less than a minute to live is refreshed, and the new one is stored for other instances", async () => {
    nowMs += hourMs - 59_000;
    expect(await instance().get(account)).toEqual({ kind: "token", token: "access-1" });
    expect(await instance().get(account)).toEqual({ kind: "token", token: "access-1" });
    expect(refreshes).toEqual(["refresh-0"]);
  });

  test("fifty callers at once make one refresh", async () => {
    nowMs += hourMs;
    const tokens = instance();
    const got = await Promise.all(Array.from({ length: 50 }, async () => await tokens.get(account)));
    expect(new Set(got.map(result => result.kind === "token" && result.token))).toEqual(
      new Set(["access-1"]),
    );
    expect(refreshes).toHaveLength(1);
  });

  test("fifty callers whose token was refused make one refresh, late ones included", async () => {
    const tokens = instance();
    await tokens.get(account);
    const got = await Promise.all(
      Array.from({ length: 50 }, async () => await tokens.replace(account, "access-0")),
    );
    expect(got.every(result => result.kind === "token" && result.token === "access-1")).toBe(true);
    expect(await tokens.replace(account, "access-0")).toEqual({ kind: "token", token: "access-1" });
    expect(refreshes).toHaveLength(1);
  });

  test("a refused token is not refreshed again when another instance has stored a newer one", async () => {
    const [one, two] = [instance(), instance()];
    await one.get(account);
    await two.get(account);
    await one.replace(account, "access-0");
    expect(await two.replace(account, "access-0")).toEqual({ kind: "token", token: "access-1" });
    expect(refreshes).toHaveLength(1);
  });

  test("a rotated refresh token replaces the old one", async () => {
    refresh = () => Promise.resolve(fresh(refreshes.length, `refresh-${refreshes.length}`));
    await instance().replace(account, "access-0");
    await instance().replace(account, "access-1");
    expect(refreshes).toEqual(["refresh-0", "refresh-1"]);
  });

  test("a dead grant is unauthorized, and Google is asked once", async () => {
    refresh = () => Promise.resolve(dead);
    expect(await instance().replace(account, "access-0")).toEqual(dead);
    expect(refreshes).toHaveLength(1);
  });

  test("a grant found dead while the user reconnects is not reported dead", async () => {
    refresh = async token => {
      if (token !== "refresh-0") return fresh(9);
      credentials.stored.set(account, await credential("access-new", "refresh-new", nowMs + hourMs));
      return dead;
    };
    expect(await instance().replace(account, "access-0")).toEqual({ kind: "token", token: "access-new" });
  });

  test("a refresh that ends after a reconnect does not overwrite the new credential", async () => {
    const reconnected = await credential("access-new", "refresh-new", nowMs + hourMs);
    refresh = () => {
      credentials.stored.set(account, reconnected);
      return Promise.resolve(fresh(1, "refresh-rotated"));
    };
    expect(await instance().replace(account, "access-0")).toEqual({ kind: "token", token: "access-1" });
    expect(credentials.stored.get(account)).toEqual(reconnected);
  });

  test("an account that was disconnected during the refresh gets no token and no document", async () => {
    refresh = () => {
      credentials.stored.delete(account);
      return Promise.resolve(fresh(1));
    };
    expect(await instance().replace(account, "access-0")).toMatchObject({ reason: "unauthorized" });
    expect(credentials.stored.size).toBe(0);
  });

  test("a failure that passes is not remembered", async () => {
    const tokens = instance();
    refresh = () => Promise.resolve({ kind: "failed", reason: "unavailable", status: 503 });
    expect(await tokens.replace(account, "access-0")).toMatchObject({ reason: "unavailable" });
    refresh = () => Promise.resolve(fresh(1));
    expect(await tokens.replace(account, "access-0")).toEqual({ kind: "token", token: "access-1" });
  });

  test("a refresh seals both tokens with the active key", async () => {
    ring = { ...ring, active: "k2" };
    await instance().replace(account, "access-0");
    const stored = credentials.stored.get(account);
    expect([stored?.accessToken, stored?.refreshToken].map(text => sealingKeyId(text ?? ""))).toEqual([
      "k2",
      "k2",
    ]);
    expect(await seal.open(account, "refresh", stored?.refreshToken ?? "")).toBe("refresh-0");
  });
});
