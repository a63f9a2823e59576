import { describe, expect, test } from "@jest/globals";
import { readRing, reportKeys, withNewKey } from "./key-ring.ts";

const key = (letter: string) => letter.repeat(43);
const ring = { active: "k1", keys: { k1: key("a") } };

describe("a key ring", () => {
  test("is read, or it is none", () => {
    expect(readRing(JSON.stringify(ring))).toEqual(ring);
    for (const text of [
      "",
      "{",
      "[]",
      '{"active":"k2","keys":{"k1":"x"}}',
      JSON.stringify({ ...ring, active: "k2" }),
    ])
      expect(readRing(text)).toBeUndefined();
  });

  test("gets a new key that is active, and keeps the old ones", () => {
    expect(withNewKey(ring, undefined, key("b"))).toEqual({
      active: "k2",
      keys: { k1: key("a"), k2: key("b") },
    });
    expect(withNewKey(undefined, undefined, key("b"))).toEqual({ active: "k1", keys: { k1: key("b") } });
    expect(withNewKey(ring, "spring", key("b"))?.active).toBe("spring");
  });

  test("gets no key under a name that is taken, or is none", () => {
    for (const id of ["k1", "", "a b", "../x"]) expect(withNewKey(ring, id, key("b"))).toBeUndefined();
  });
});

describe("the check", () => {
  const accounts = [
    { accountId: "one", keyId: "k1" },
    { accountId: "two", keyId: "k2" },
    { accountId: "three", keyId: undefined },
    { accountId: "four", keyId: null },
  ];

  test("names who still needs another key than the active one", () => {
    const { lines, exitCode } = reportKeys(accounts, "k2", false);
    expect(exitCode).toBe(1);
    expect(lines).toContain('1 account needs "k1"');
    expect(lines.slice(-2)).toEqual(['  one  "k1"', "  three  a key that is not noted yet"]);
  });

  test("names fifty of them, or all", () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ accountId: `account ${n}`, keyId: "k1" }));
    expect(reportKeys(many, "k2", false).lines.at(-1)).toBe("  and 10 more (--all names them)");
    expect(reportKeys(many, "k2", true).lines).toHaveLength(62);
  });

  test("says when the others may be dropped, and when there is nothing at all", () => {
    const sealed = accounts.filter(({ keyId }) => keyId === "k2" || keyId === null);
    expect(reportKeys(sealed, "k2", false)).toMatchObject({ exitCode: 0 });
    expect(reportKeys(sealed, "k2", false).lines.at(-1)).toBe('Every key but "k2" may be dropped.');
    expect(reportKeys([], undefined, false)).toMatchObject({ exitCode: 0 });
  });

  test("cannot tell without the active key", () => {
    expect(reportKeys(accounts, undefined, false)).toMatchObject({ exitCode: 2 });
  });
});
