import { describe, expect, test } from "@jest/globals";
import { createTokenSeal, sealingKeyId } from "./token-seal.ts";

const header = (value: unknown): string =>
  `${Buffer.from(JSON.stringify(value)).toString("base64url")}.rest.of.the.text`;

describe("the key that a text was sealed with", () => {
  test("is named in it", async () => {
    const seal = createTokenSeal(() => ({
      active: "k1",
      keys: { k1: Buffer.alloc(32).toString("base64url") },
    }));
    expect(sealingKeyId(await seal.seal("account", "access", "token"))).toBe("k1");
  });

  test.each([
    ["nothing at all", ""],
    ["no JSON", "%%%.rest.of.the.text"],
    ["no object", header("k1")],
    ["null", header(null)],
    ["no key id", header({ alg: "dir" })],
  ])("is not known of %s", (_, text) => {
    expect(sealingKeyId(text)).toBeUndefined();
  });
});

test("a text that cannot be opened says which, by name, and why", async () => {
  const seal = createTokenSeal(() => ({
    active: "k1",
    keys: { k1: Buffer.alloc(32).toString("base64url") },
  }));
  const sealed = await seal.seal("account", "access", "token");
  await expect(seal.open("account", "refresh", sealed)).rejects.toMatchObject({
    name: "SealBroken",
    message: expect.stringMatching(/refresh token of account account .* another account or use$/),
  });
});
