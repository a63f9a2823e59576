import { beforeEach, describe, expect, test } from "@jest/globals";
import type {
  DelegatedToken,
  Delegation,
  RefreshedTokens,
  StoredCredential,
} from "../ports/credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import { describeAccessTokens, type TokensUnderTest } from "./access-tokens-contract.fake.ts";
import { FakeAccessTokens } from "./access-tokens.fake.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { FakeCredentials } from "./credentials.fake.ts";
import { silentLog } from "./log.fake.ts";
import { createTokenSeal, sealingKeyId, type KeyRing } from "./token-seal.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const hourMs = 3_600_000;
const account = "account-1";
const email = "ada@corp.example";

let nowMs: number;
let ring: KeyRing;
let credentials: FakeCredentials;
let connections: number;
/** Requests to Google: the refresh tokens used, and the addresses to act for. */
let asked: string[];
let refusal: GoogleFailure | undefined;
let meanwhile: (() => Promise<void>) | undefined;
let rotates: boolean;
let domains: string[];
/** The Google account that the address belongs to. */
let subject: string;

const seal = createTokenSeal(() => ring);

async function google<T>(what: string, answer: () => T): Promise<T | GoogleFailure> {
  asked.push(what);
  const refused = refusal;
  const happens = meanwhile;
  meanwhile = undefined;
  await happens?.();
  return refused ?? answer();
}
const fresh = () => ({ accessToken: `access-${asked.length}`, accessTokenExpiresAtMs: nowMs + hourMs });

const lines: object[] = [];
const instance = (delegates = true) =>
  createAccessTokens({
    credentials,
    seal,
    readKeys: () => ring,
    oauth: {
      refresh: async token =>
        await google(token, (): RefreshedTokens => ({
          kind: "refreshed",
          ...fresh(),
          ...(rotates && { refreshToken: `rotated-${asked.length}` }),
        })),
    },
    delegation: delegates ? delegation : undefined,
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
    log: {
      ...silentLog,
      info: (_message, fields = {}) => {
        lines.push(fields);
      },
    },
  });
const delegation: Pick<Delegation, "covers" | "impersonate"> = {
  covers: address => domains.some(domain => address.endsWith(`@${domain}`)),
  impersonate: async address =>
    await google(address, (): DelegatedToken => ({
      kind: "delegated",
      ...fresh(),
      identity: { subject, email: address },
    })),
};

/** Stores the credential of a connection of the given kind. */
async function connect(kind: "consent" | "delegation"): Promise<void> {
  connections += 1;
  refusal = undefined;
  const stored = {
    uid: "uid",
    subject: "sub",
    scopes: [],
    grantId: `grant-${connections}`,
    accessToken: await seal.seal(account, "access", `first-${connections}`),
    accessTokenExpiresAtMs: nowMs + hourMs,
  };
  const refreshToken = await seal.seal(account, "refresh", `refresh-${connections}`);
  const credential: StoredCredential =
    kind === "consent" ? { ...stored, refreshToken } : { ...stored, delegatedEmail: email };
  credentials.stored.set(account, credential);
}

async function stack(kind: "consent" | "delegation"): Promise<TokensUnderTest> {
  await connect(kind);
  return {
    accountId: account,
    instance: () => instance(),
    advance: ms => {
      nowMs += ms;
    },
    asked: () => asked.length,
    refuse: failure => {
      refusal = failure;
    },
    meanwhile: happens => {
      meanwhile = happens;
    },
    reconnect: async () => {
      await connect(kind);
    },
    disconnect: () => {
      credentials.stored.delete(account);
    },
  };
}

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  ring = { active: "k1", keys: { k1: key(1), k2: key(2) } };
  credentials = new FakeCredentials();
  connections = 0;
  asked = [];
  lines.length = 0;
  refusal = undefined;
  meanwhile = undefined;
  rotates = false;
  domains = ["corp.example"];
  subject = "sub";
});

describeAccessTokens("a consent", async () => await stack("consent"));
describeAccessTokens("a delegation", async () => await stack("delegation"));
describeAccessTokens("the fake", () => {
  let now = nowMs;
  const fake = new FakeAccessTokens(() => now);
  return Promise.resolve({
    accountId: account,
    instance: () => fake,
    advance: ms => {
      now += ms;
    },
    asked: () => fake.asked,
    refuse: failure => {
      fake.refusal = failure;
    },
    meanwhile: happens => {
      fake.meanwhile = happens;
    },
    reconnect: () => {
      fake.reconnect();
      return Promise.resolve();
    },
    disconnect: () => {
      fake.disconnect();
    },
  });
});

describe("a consent", () => {
  beforeEach(async () => {
    await connect("consent");
    nowMs += hourMs;
  });
  const storedTokens = () => {
    const stored = credentials.stored.get(account);
    if (stored === undefined || !("refreshToken" in stored)) throw new Error("no consent is stored");
    return stored;
  };

  test("whose refresh token Google rotates goes on with the new one", async () => {
    rotates = true;
    await instance().get(account);
    nowMs += hourMs;
    await instance().get(account);
    expect(asked).toEqual(["refresh-1", "rotated-1"]);
    expect(lines).toEqual(Array(2).fill({ accountId: account, saved: "saved", rotated: true }));
  });

  test("that is replaced whenever it is found dead is given up after three", async () => {
    const refresh = async (): Promise<void> => {
      await connect("consent");
      nowMs += hourMs;
      refusal = { kind: "failed", reason: "unauthorized" };
      meanwhile = refresh;
    };
    await refresh();
    expect(await instance().get(account)).toMatchObject({ reason: "unauthorized", grantId: "grant-4" });
    expect(asked).toEqual(["refresh-2", "refresh-3", "refresh-4"]);
  });

  test("is never another account's", async () => {
    const other = {
      uid: "uid",
      subject: "sub",
      scopes: [],
      grantId: "other",
      accessTokenExpiresAtMs: nowMs + hourMs,
    };
    const [accessToken, refreshToken] = [
      await seal.seal("account-2", "access", "the other's"),
      await seal.seal("account-2", "refresh", ""),
    ];
    credentials.stored.set("account-2", { ...other, accessToken, refreshToken });
    const tokens = instance();
    expect(await Promise.all([tokens.get(account), tokens.get("account-2")])).toMatchObject([
      { token: "access-1" },
      { token: "the other's" },
    ]);
    expect(lines).toEqual([{ accountId: account, saved: "saved", rotated: false }]);
  });

  test("is read once, and stays as it is in memory", async () => {
    const tokens = instance();
    await tokens.get(account);
    const { loads } = credentials;
    await tokens.get(account);
    expect(credentials.loads).toBe(loads);
  });

  test("is sealed anew with the active key at the next refresh", async () => {
    ring = { ...ring, active: "k2" };
    await instance().get(account);
    const { accessToken, refreshToken } = storedTokens();
    expect([accessToken, refreshToken].map(sealingKeyId)).toEqual(["k2", "k2"]);
    expect(await seal.open(account, "refresh", refreshToken)).toBe("refresh-1");
  });

  test("is not sealed anew, and so does not look like another one, while its key is the active one", async () => {
    const { refreshToken } = storedTokens();
    await instance().get(account);
    expect(storedTokens().refreshToken).toBe(refreshToken);
  });
});

describe("a delegation", () => {
  beforeEach(async () => {
    await connect("delegation");
    nowMs += hourMs;
  });

  test("acts for the address it was connected for", async () => {
    await instance().get(account);
    expect(asked).toEqual([email]);
  });

  test("seals its access token with the active key", async () => {
    ring = { ...ring, active: "k2" };
    await instance().get(account);
    expect(sealingKeyId(credentials.stored.get(account)?.accessToken ?? "")).toBe("k2");
    expect(credentials.stored.get(account)).not.toHaveProperty("refreshToken");
  });

  test("ends when its address belongs to somebody else", async () => {
    subject = "the successor";
    expect(await instance().get(account)).toMatchObject({
      reason: "unauthorized",
      googleReason: "identityChanged",
      grantId: "grant-1",
    });
    expect(await seal.open(account, "access", credentials.stored.get(account)?.accessToken ?? "")).toBe(
      "first-1",
    );
  });

  test("ends a day after its domain was delegated for the last time, without asking Google", async () => {
    const ended = { reason: "unauthorized", googleReason: "notDelegated", grantId: "grant-1" };
    const waits = { reason: "unavailable", googleReason: "notDelegated" };
    expect(await instance(false).get(account)).toMatchObject(waits);
    const delegated = domains;
    domains = [];
    nowMs += 24 * 3_600_000 - 1;
    expect(await instance().get(account)).toMatchObject(waits);
    nowMs += 1;
    expect(await instance().get(account)).toMatchObject(ended);
    expect(asked).toEqual([]);

    domains = delegated;
    expect(await instance().get(account)).toMatchObject({ kind: "token" });
    domains = [];
    nowMs += 2 * 3_600_000;
    expect(await instance().get(account)).toMatchObject(waits);
  });
});
