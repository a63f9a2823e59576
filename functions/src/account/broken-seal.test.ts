import { beforeEach, describe, expect, test } from "@jest/globals";
import type { DelegatedToken, RefreshedTokens, StoredCredential } from "../ports/credentials.port.ts";
import type { GoogleFailure } from "../model/google-failure.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { FakeCredentials } from "./credentials.fake.ts";
import { silentLog } from "./log.fake.ts";
import { resealTokens } from "./reseal-tokens.ts";
import { createTokenSeal, sealingKeyId, type KeyRing } from "./token-seal.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const hourMs = 3_600_000;
const account = "account-1";
const old: KeyRing = { active: "old", keys: { old: key(1) } };
const both: KeyRing = { active: "new", keys: { old: key(1), new: key(2) } };
const dropped: KeyRing = { active: "new", keys: { new: key(2) } };
/** Another key with the old key's name, as after a mistake when the keys were created again. */
const swapped: KeyRing = { active: "old", keys: { old: key(3) } };

let nowMs: number;
let ring: KeyRing;
let credentials: FakeCredentials;
let asked: string[];
let answer: RefreshedTokens | GoogleFailure | undefined;
let meanwhile: (() => Promise<void>) | undefined;
let alarms: (readonly [string, object | undefined])[];
let problems: unknown[];

const seal = createTokenSeal(() => ring);
const sealUnder = async (keys: KeyRing, use: "access" | "refresh", token: string, of = account) =>
  await createTokenSeal(() => keys).seal(of, use, token);
const log = {
  ...silentLog,
  warn: (message: string) => void problems.push(message),
  alarm: (event: string, fields?: object) => void alarms.push([event, fields]),
};
const instance = () =>
  createAccessTokens({
    credentials,
    seal,
    readKeys: () => ring,
    oauth: {
      refresh: async token => {
        asked.push(token);
        const happens = meanwhile;
        meanwhile = undefined;
        await happens?.();
        return (
          answer ?? {
            kind: "refreshed",
            accessToken: `access-${asked.length}`,
            accessTokenExpiresAtMs: nowMs + hourMs,
          }
        );
      },
    },
    delegation: {
      covers: () => true,
      impersonate: (): Promise<DelegatedToken> => {
        asked.push("delegation");
        return Promise.resolve({
          kind: "delegated",
          accessToken: "delegated access",
          accessTokenExpiresAtMs: nowMs + hourMs,
          identity: { subject: "sub", email: "ada@corp.example" },
        });
      },
    },
    clock: { now: () => nowMs, sleep: () => Promise.resolve() },
    log,
  });
const get = async () => await instance().get(account);

async function store(fields: Partial<StoredCredential> & { refreshToken?: string } = {}): Promise<void> {
  credentials.stored.set(account, {
    uid: "uid",
    subject: "sub",
    scopes: [],
    grantId: "grant",
    accessToken: await sealUnder(old, "access", "first access"),
    accessTokenExpiresAtMs: nowMs,
    refreshToken: await sealUnder(old, "refresh", "refresh"),
    ...fields,
  });
}
const stored = () => {
  const credential = credentials.stored.get(account);
  if (credential === undefined || !("refreshToken" in credential)) throw new Error("no consent is stored");
  return credential;
};

const ended = { kind: "failed", reason: "unauthorized", googleReason: "sealBroken", grantId: "grant" };
const waits = { kind: "failed", reason: "unavailable", googleReason: "sealBroken" };

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  ring = both;
  credentials = new FakeCredentials();
  asked = [];
  answer = undefined;
  meanwhile = undefined;
  alarms = [];
  problems = [];
  await store();
});

describe.each([
  ["is not in the ring", dropped, "credentials.keyMissing"],
  ["is another one by now", swapped, "credentials.keyWrong"],
] as const)("an account whose key %s", (_, without, event) => {
  beforeEach(() => {
    ring = without;
  });

  test("waits a day, while the operator hears which key it is, and is then asked to connect again", async () => {
    const since = nowMs;
    expect(await get()).toEqual(waits);
    nowMs += 24 * hourMs - 1;
    expect(await get()).toEqual(waits);
    nowMs += 1;
    expect(await get()).toEqual(ended);
    expect(await instance().replace(account, "another")).toEqual(ended);
    expect(asked).toEqual([]);
    const fields = { keyId: "old", accountId: account, sinceMs: since, graceMs: 24 * hourMs };
    expect(alarms).toEqual(Array(4).fill([event, fields]));
  });

  test("has lost nothing when the key is put back in time, and a whole day again the next time", async () => {
    await get();
    const { refreshToken } = stored();
    nowMs += 23 * hourMs;
    ring = old;
    expect(await get()).toMatchObject({ kind: "token", grantId: "grant" });
    expect(asked).toEqual(["refresh"]);
    expect(stored().refreshToken).toBe(refreshToken);
    ring = without;
    nowMs += 2 * hourMs;
    expect(await get()).toEqual(waits);
  });

  test("begins its day once, however often it is tried", async () => {
    for (let n = 0; n < 5; n++) await get();
    expect(credentials.notes).toBe(1);
  });

  test("goes on with an access token that is still good and can be opened", async () => {
    await store({
      accessToken: await seal.seal(account, "access", "good"),
      accessTokenExpiresAtMs: nowMs + hourMs,
    });
    expect(await get()).toMatchObject({ token: "good" });
    expect(alarms).toEqual([]);
  });

  test("that connects again meanwhile gets a token, even at the end of its day", async () => {
    await get();
    nowMs += 24 * hourMs;
    const load = credentials.load.bind(credentials);
    let reads = 0;
    credentials.load = async id => {
      if (++reads === 2) {
        await store({ grantId: "next", refreshToken: await seal.seal(account, "refresh", "new refresh") });
      }
      return await load(id);
    };
    expect(await get()).toMatchObject({ kind: "token", grantId: "next" });
    expect(asked).toEqual(["new refresh"]);
  });

  test("does not end because the beginning of its day could not be noted", async () => {
    credentials.noteSealBroken = () => Promise.reject(new Error("Firestore is away"));
    expect(await get()).toEqual(waits);
    nowMs += 48 * hourMs;
    expect(await get()).toEqual(waits);
    expect(problems).toEqual(["broken seal not noted", "broken seal not noted"]);
  });
});

describe("an account whose refresh token no ring would open", () => {
  test.each([
    ["another account's", async () => await sealUnder(both, "refresh", "token", "account-2")],
    ["an access token", async () => await sealUnder(both, "access", "token")],
    ["no sealed text", () => Promise.resolve("1//a refresh token as it is")],
    ["empty", () => Promise.resolve("")],
  ])("(%s) is asked to connect again at once", async (_, refreshToken) => {
    await store({ refreshToken: await refreshToken() });
    expect(await get()).toEqual(ended);
    expect(asked).toEqual([]);
    expect(alarms).toEqual([]);
  });
});

describe("an access token", () => {
  test.each([
    ["whose key is gone", async () => await sealUnder(swapped, "access", "token")],
    ["that is another account's", async () => await sealUnder(both, "access", "token", "account-2")],
    ["that is no sealed text", () => Promise.resolve("%%%")],
  ])("%s is replaced like one that has ended", async (_, accessToken) => {
    await store({ accessToken: await accessToken(), accessTokenExpiresAtMs: nowMs + hourMs });
    expect(await get()).toMatchObject({ kind: "token", token: "access-1" });
    expect(alarms).toEqual([]);
  });

  test("of a delegated account, too", async () => {
    const { refreshToken: _, ...rest } = stored();
    const accessTokenExpiresAtMs = nowMs + hourMs;
    credentials.stored.set(account, { ...rest, accessTokenExpiresAtMs, delegatedEmail: "ada@corp.example" });
    ring = dropped;
    expect(await get()).toMatchObject({ token: "delegated access" });
    expect(alarms).toEqual([]);
  });

  test("that has ended is not opened at all", async () => {
    const opened: string[] = [];
    const tokens = createAccessTokens({
      credentials,
      seal: {
        seal: async (...what) => await seal.seal(...what),
        open: async (accountId, use, sealed) => {
          opened.push(use);
          return await seal.open(accountId, use, sealed);
        },
      },
      readKeys: () => ring,
      oauth: { refresh: () => Promise.resolve(waits as GoogleFailure) },
      delegation: undefined,
      clock: { now: () => nowMs, sleep: () => Promise.resolve() },
      log,
    });
    await tokens.get(account);
    expect(opened).toEqual(["refresh"]);
  });
});

test("a credential that cannot be read ends nothing, and the operator hears of it", async () => {
  credentials.unreadable.add(account);
  expect(await get()).toEqual({
    kind: "failed",
    reason: "unavailable",
    googleReason: "credentialUnreadable",
  });
  expect(alarms).toEqual([["credentials.unreadable", { accountId: account, fields: ["subject"] }]]);
});

test("a ring that cannot be read is not an account's fault", async () => {
  const tokens = createTokenSeal(() => {
    throw new Error("The secret TOKEN_ENCRYPTION_KEYS is not usable");
  });
  await expect(tokens.open(account, "refresh", stored().refreshToken)).rejects.toThrow(
    /TOKEN_ENCRYPTION_KEYS/,
  );
});

describe("sealing anew while a refresh is under way", () => {
  const reseal = async () =>
    await resealTokens({ credentials, seal, readKeys: () => ring, log }, { limit: 10 });
  const rotated = (): RefreshedTokens => ({
    kind: "refreshed",
    accessToken: "access",
    accessTokenExpiresAtMs: nowMs + hourMs,
    refreshToken: "rotated",
  });
  const opened = async () => await seal.open(account, "refresh", stored().refreshToken);

  test("does not lose the token that Google has rotated meanwhile: the refresh comes last", async () => {
    answer = rotated();
    meanwhile = async () => {
      expect(await reseal()).toMatchObject({ resealed: 1 });
    };
    expect(await get()).toMatchObject({ kind: "token" });
    expect(await opened()).toBe("rotated");
  });

  test("does not lose it either when the sealing comes last", async () => {
    answer = rotated();
    credentials.meanwhile = async () => {
      await get();
    };
    expect(await reseal()).toMatchObject({ resealed: 0, changed: 1 });
    expect(await opened()).toBe("rotated");
    expect(sealingKeyId(stored().refreshToken)).toBe("new");
  });

  test("and another instance that refreshes and seals anew does not cost it", async () => {
    const other = instance();
    meanwhile = async () => {
      await other.get(account);
      answer = rotated();
    };
    await get();
    expect(await opened()).toBe("rotated");
  });

  test("a rotated token gives way to a new connection, and to a later rotation", async () => {
    for (const [grantId, token] of [
      ["next", "refresh"],
      ["grant", "rotated by another"],
    ] as const) {
      await store();
      answer = rotated();
      meanwhile = async () => {
        await store({ grantId, refreshToken: await seal.seal(account, "refresh", token) });
      };
      await get();
      expect([await opened(), stored().grantId]).toEqual([token, grantId]);
    }
  });
});
