import { describe, expect, test } from "@jest/globals";
import { returnAddress, withOutcome } from "./return-address.ts";

const origins = ["https://app.example", "http://127.0.0.1:5000"];

describe("the address to return to", () => {
  test("is the first origin when none is asked for", () => {
    expect(returnAddress(undefined, origins)).toBe("https://app.example/");
  });

  test.each(["https://app.example/settings?tab=2#accounts", "http://127.0.0.1:5000/"])(
    "may be any page of the app: %s",
    address => {
      expect(returnAddress(address, origins)).toBe(address);
    },
  );

  test.each([
    "https://app.example.evil.com/",
    "https://app.example@evil.com/",
    "https://user:pass@app.example/",
    "https://evil.com/?https://app.example/",
    "//evil.com",
    "/relative",
    "javascript:alert(1)",
    "data:text/html,hi",
    "http://app.example/",
    "https://app.example:8443/",
    "https://app.example\\@evil.com/x",
    "https:evil.com",
    "",
    "http://127.0.0.1:50001/",
  ])("is refused elsewhere: %j", address => {
    // However the parser reads the address, its origin must belong to the app.
    const accepted = returnAddress(address, origins);
    expect(accepted === undefined || origins.includes(new URL(accepted).origin)).toBe(true);
  });

  test.each([
    "https://app.example.evil.com/",
    "https://app.example@evil.com/",
    "https://:pass@app.example/",
    "/relative",
    "http://app.example/",
  ])("is not quietly replaced by another one: %j", address => {
    expect(returnAddress(address, origins)).toBeUndefined();
  });

  test("gets the outcome, in place of an older one", () => {
    const page = "https://app.example/a?x=1&connect_error=access_denied#top";
    expect(withOutcome(page, { connected: "acc" })).toBe("https://app.example/a?x=1&connected=acc#top");
    expect(withOutcome("https://app.example/?connected=old", { connectError: "try_again" })).toBe(
      "https://app.example/?connect_error=try_again",
    );
  });

  test("gets a confirmation at the end of its fragment, where no server sees it", () => {
    const confirmation = { confirmation: "secret" };
    expect(withOutcome("https://app.example/?connect_error=x", confirmation)).toBe(
      "https://app.example/#connect_confirm=secret",
    );
    expect(withOutcome("https://app.example/#/day", confirmation)).toBe(
      "https://app.example/#/day&connect_confirm=secret",
    );
    expect(withOutcome("https://app.example/#/day&connect_confirm=old", confirmation)).toBe(
      "https://app.example/#/day&connect_confirm=secret",
    );
    expect(withOutcome("https://app.example/#connect_confirm=old", { connected: "acc" })).toBe(
      "https://app.example/?connected=acc",
    );
  });
});
