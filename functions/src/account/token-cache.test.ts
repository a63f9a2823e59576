import { beforeEach, expect, test } from "@jest/globals";
import { createTokenCache, type TokenCache } from "./token-cache.ts";

let nowMs: number;
let cache: TokenCache;
const set = (accountId: string, expiresAtMs: number) => {
  cache.set(accountId, { kind: "token", token: `token of ${accountId}`, grantId: "grant", expiresAtMs });
};
const fill = (count: number) => {
  for (let n = 0; n < count; n++) set(`account-${n}`, nowMs + 3_600_000);
};
const kept = (...accountIds: string[]) => accountIds.filter(id => cache.get(id) !== undefined);

beforeEach(() => {
  nowMs = 1_000_000;
  cache = createTokenCache({ now: () => nowMs, sleep: () => Promise.resolve() });
});

test("keeps five thousand tokens; the next one costs the oldest its place", () => {
  set("first", nowMs + 3_600_000);
  set("second", nowMs + 3_600_000);
  fill(4_998);
  expect(kept("first", "second")).toEqual(["first", "second"]);
  // A renewed token is a new one.
  set("first", nowMs + 7_200_000);
  set("one more", nowMs + 3_600_000);
  expect(kept("first", "second", "account-0", "one more")).toEqual(["first", "account-0", "one more"]);
});

test("drops expired tokens before any other", () => {
  set("oldest", nowMs + 7_200_000);
  set("short", nowMs + 60_000);
  fill(4_998);
  nowMs += 60_000;
  set("one more", nowMs + 3_600_000);
  expect(kept("oldest", "short", "account-0", "one more")).toEqual(["oldest", "account-0", "one more"]);
});

test("forgets what it is told to forget", () => {
  set("ada", nowMs + 3_600_000);
  cache.delete("ada");
  expect(cache.get("ada")).toBeUndefined();
});
