import { describe, expect, test } from "@jest/globals";
import { accountIdOf, calendarKeyOf } from "./keys.ts";

describe("keys", () => {
  test("are 22 characters that fit a document id, a task name and a channel id", () => {
    for (const id of ["primary", "a@example.com", "ä/…#holiday@group.v.calendar.google.com"]) {
      expect(calendarKeyOf("account", id)).toMatch(/^[A-Za-z0-9_-]{22}$/);
    }
  });

  test("are the first characters of base64url(SHA-256(owner, line feed, name))", () => {
    // printf 'uid\nsub' | sha256sum | xxd -r -p | base64, made URL-safe by hand.
    expect(accountIdOf("uid", "sub")).toBe("Qs_BPWZFRJI2uP7FcFM0QT");
  });

  test("differ for two users of one Google account", () => {
    expect(accountIdOf("ada", "1234")).not.toBe(accountIdOf("bob", "1234"));
  });

  test("do not confuse where the owner ends and the name begins", () => {
    expect(accountIdOf("ab", "c")).not.toBe(accountIdOf("a", "bc"));
  });
});
