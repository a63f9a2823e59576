import { describe, expect, test } from "@jest/globals";
import { readRing, withNewKey } from "./key-ring.ts";

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
