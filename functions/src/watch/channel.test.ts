import { expect, test } from "@jest/globals";
import { hashChannelToken, newChannelId, newChannelToken } from "./channel.ts";

const newId = (length: number): string => "n".repeat(length);

test("a channel names its calendar, in the 64 characters that Google allows", () => {
  const id = newChannelId("k".repeat(22), newId);
  expect(id).toBe(`${"k".repeat(22)}-${"n".repeat(22)}`);
  expect(id.length).toBeLessThanOrEqual(64);
});

test("of a token, long enough that nobody guesses it, only the SHA-256 is stored", () => {
  expect(newChannelToken(newId)).toHaveLength(43);
  // The first test vector of FIPS 180-2, in base64url.
  expect(hashChannelToken("abc")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
});
