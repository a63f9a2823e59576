import { describe, expect, test } from "@jest/globals";
import { reportKeys } from "./report-keys.ts";

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
