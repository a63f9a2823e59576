import { describe, expect, test } from "@jest/globals";
import { CompactEncrypt } from "jose";
import { createTokenSeal, openSealed, SealBroken, sealingKeyId } from "./token-seal.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const first = { active: "k1", keys: { k1: key(1) } };
const both = { active: "k2", keys: { k1: key(1), k2: key(2) } };
const onlySecond = { active: "k2", keys: { k2: key(2) } };
const refreshToken = "1//a-refresh-token-with-some-length";

describe("sealed tokens", () => {
  test("open for the account and use they were sealed for", async () => {
    const seal = createTokenSeal(() => first);
    const sealed = await seal.seal("account-a", "refresh", refreshToken);
    expect(await seal.open("account-a", "refresh", sealed)).toBe(refreshToken);
  });

  test("do not open for another account", async () => {
    const seal = createTokenSeal(() => first);
    const sealed = await seal.seal("account-a", "refresh", refreshToken);
    await expect(seal.open("account-b", "refresh", sealed)).rejects.toThrow(SealBroken);
  });

  test("do not open for another use", async () => {
    const seal = createTokenSeal(() => first);
    const sealed = await seal.seal("account-a", "access", "ya29.token");
    await expect(seal.open("account-a", "refresh", sealed)).rejects.toThrow(SealBroken);
  });

  test("do not open when the header was rewritten to name another account", async () => {
    const seal = createTokenSeal(() => first);
    const sealed = await seal.seal("account-a", "refresh", refreshToken);
    const [header = "", ...rest] = sealed.split(".");
    const forged = Buffer.from(header, "base64url").toString().replace("account-a", "account-b");
    const text = [Buffer.from(forged).toString("base64url"), ...rest].join(".");
    await expect(seal.open("account-b", "refresh", text)).rejects.toThrow(SealBroken);
  });

  test("do not open when the key was used in another way", async () => {
    const seal = createTokenSeal(() => first);
    const weaker = await new CompactEncrypt(new TextEncoder().encode(refreshToken))
      .setProtectedHeader({ alg: "A256KW", enc: "A256GCM", kid: "k1", account: "account-a", use: "refresh" })
      .encrypt(Buffer.alloc(32, 1));
    const other = await new CompactEncrypt(new TextEncoder().encode(refreshToken))
      .setProtectedHeader({
        alg: "dir",
        enc: "A128CBC-HS256",
        kid: "k1",
        account: "account-a",
        use: "refresh",
      })
      .encrypt(Buffer.alloc(32, 1));
    for (const text of [weaker, other])
      await expect(seal.open("account-a", "refresh", text)).rejects.toThrow(/not allowed/);
  });

  test("contain no part of the token, and two seals of one token differ", async () => {
    const seal = createTokenSeal(() => first);
    const [one, two] = [
      await seal.seal("a", "refresh", refreshToken),
      await seal.seal("a", "refresh", refreshToken),
    ];
    expect(one).not.toBe(two);
    for (let at = 0; at + 6 <= refreshToken.length; at++) {
      expect(one).not.toContain(refreshToken.slice(at, at + 6));
    }
  });

  test("are opened by an old key while it is in the ring, and sealed by the active one", async () => {
    const old = await createTokenSeal(() => first).seal("a", "refresh", refreshToken);
    expect(await createTokenSeal(() => both).open("a", "refresh", old)).toBe(refreshToken);
    expect(sealingKeyId(old)).toBe("k1");
    expect(sealingKeyId(await createTokenSeal(() => both).seal("a", "refresh", refreshToken))).toBe("k2");
    await expect(createTokenSeal(() => onlySecond).open("a", "refresh", old)).rejects.toThrow(/no key "k1"/);
  });

  test("say nothing of the token when they cannot be opened", async () => {
    const sealed = await createTokenSeal(() => first).seal("a", "refresh", refreshToken);
    const error: unknown = await createTokenSeal(() => onlySecond)
      .open("a", "refresh", sealed)
      .catch((e: unknown) => e);
    expect(String(error)).not.toContain(sealed.slice(-20));
    expect(String(error)).toContain("account a");
  });

  test("that cannot be opened say whether the ring could help", async () => {
    const sealed = await createTokenSeal(() => first).seal("a", "refresh", refreshToken);
    const swapped = createTokenSeal(() => ({ active: "k1", keys: { k1: key(3) } }));
    const open = async (
      seal = createTokenSeal(() => first),
      use: "access" | "refresh" = "refresh",
      text = sealed,
    ) => await openSealed(seal, "a", use, text);
    expect(await open()).toEqual({ kind: "opened", token: refreshToken });
    const onlyNew = createTokenSeal(() => onlySecond);
    expect(await open(onlyNew)).toEqual({ kind: "broken", because: "keyMissing", keyId: "k1" });
    expect(await open(swapped)).toEqual({ kind: "broken", because: "keyWrong", keyId: "k1" });
    expect(await open(undefined, "access")).toEqual({ kind: "broken", because: "foreign", keyId: "k1" });
    expect(await open(undefined, "refresh", "a token as it is")).toEqual({
      kind: "broken",
      because: "foreign",
    });
    expect(
      await open(undefined, "refresh", `${sealed.split(".")[0] ?? ""}.with.other.parts.behind`),
    ).toMatchObject({
      because: "keyWrong",
    });
  });
});
