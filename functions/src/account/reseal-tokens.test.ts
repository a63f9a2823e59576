import { beforeEach, describe, expect, test } from "@jest/globals";
import { FakeCredentials } from "./credentials.fake.ts";
import { silentLog } from "./log.fake.ts";
import { resealTokens } from "./reseal-tokens.ts";
import { createTokenSeal, sealingKeyId, type KeyRing } from "./token-seal.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const all: KeyRing = { active: "k2", keys: { k0: key(9), k1: key(1), k2: key(2) } };
let ring: KeyRing;
let credentials: FakeCredentials;
let alarms: unknown[];
let lines: unknown[];
const seal = createTokenSeal(() => ring);

async function store(accountId: string, active: string, delegated = false): Promise<void> {
  const refreshToken = await createTokenSeal(() => ({ ...all, active })).seal(
    accountId,
    "refresh",
    `token of ${accountId}`,
  );
  credentials.stored.set(accountId, {
    uid: "uid",
    subject: "sub",
    scopes: [],
    grantId: "grant",
    accessToken: "sealed",
    accessTokenExpiresAtMs: 0,
    ...(delegated ? { delegatedEmail: "ada@corp.example" } : { refreshToken }),
  });
}
const run = async (limit = 100) =>
  await resealTokens(
    {
      credentials,
      seal,
      readKeys: () => ring,
      log: {
        ...silentLog,
        info: (message, fields) => lines.push([message, fields]),
        alarm: (event, fields) => alarms.push([event, fields]),
      },
    },
    { limit },
  );
const keys = () => [...credentials.stored.keys()].map(accountId => credentials.keyId(accountId));

beforeEach(() => {
  ring = all;
  credentials = new FakeCredentials();
  alarms = [];
  lines = [];
});

describe("the daily sealing anew", () => {
  test("takes what is not sealed with the active key, opens it and seals it with that", async () => {
    await store("a", "k1");
    await store("b", "k2");
    await store("c", "k0");
    const before = credentials.stored.get("b");
    expect(await run()).toMatchObject({ found: 2, resealed: 2, failed: 0 });
    expect(keys()).toEqual(["k2", "k2", "k2"]);
    expect(credentials.stored.get("b")).toBe(before);
    const sealed = credentials.stored.get("a");
    const token = sealed !== undefined && "refreshToken" in sealed ? sealed.refreshToken : "";
    expect([sealingKeyId(token), await seal.open("a", "refresh", token)]).toEqual(["k2", "token of a"]);
    expect(await run()).toMatchObject({ found: 0 });
    expect(lines).toHaveLength(1);
  });

  test("takes those, too, that were stored before key ids were", async () => {
    await store("a", "k1");
    await store("d", "k2", true);
    credentials.withoutKeyId.add("a").add("d");
    expect(await run()).toMatchObject({ found: 2, resealed: 2 });
    expect(keys()).toEqual(["k2", null]);
  });

  test("does so many a round, and the rest in the next ones", async () => {
    for (let n = 0; n < 70; n++) await store(`account-${n}`, "k1");
    expect(await run(30)).toMatchObject({ found: 70, resealed: 30 });
    expect(await run(30)).toMatchObject({ found: 40, resealed: 30 });
    expect(await run(30)).toMatchObject({ found: 10, resealed: 10 });
    expect(await run(30)).toMatchObject({ found: 0 });
  });

  test("is not held up by accounts whose key is gone, and names them and the key", async () => {
    for (let n = 0; n < 50; n++) await store(`a${String(n).padStart(2, "0")}`, "k0");
    await store("z", "k1");
    ring = { active: "k2", keys: { k1: key(1), k2: key(2) } };
    expect(await run(10)).toMatchObject({ found: 51, resealed: 1, broken: 50 });
    expect(credentials.keyId("z")).toBe("k2");
    expect(alarms).toEqual([
      [
        "credentials.cannotReseal",
        {
          keyId: "k0",
          accounts: 50,
          some: Array.from({ length: 20 }, (_, n) => `a${String(n).padStart(2, "0")}`),
        },
      ],
    ]);
  });

  test("leaves one that cannot be read, or not be written now, and does the others", async () => {
    for (const accountId of ["a", "b", "c"]) await store(accountId, "k1");
    credentials.unreadable.add("a");
    const reseal = credentials.reseal.bind(credentials);
    credentials.reseal = async (accountId, how) => {
      if (accountId === "b") throw new Error("Firestore is away");
      return await reseal(accountId, how);
    };
    expect(await run()).toMatchObject({ found: 3, resealed: 1, unreadable: 1, failed: 1 });
    expect(keys()).toEqual(["k1", "k1", "k2"]);
  });
});
