import { describe, expect, test } from "@jest/globals";
import { readConnectReturn } from "./connect-return.ts";

describe("the address that the app comes back to", () => {
  test.each([
    ["https://app.example/?connected=acc", { kind: "connected", accountId: "acc" }, "https://app.example/"],
    [
      "https://app.example/a?x=1&connect_error=access_denied#top",
      { kind: "refused", reason: "access_denied" },
      "https://app.example/a?x=1#top",
    ],
    [
      "https://app.example/#connect_confirm=A-b_9",
      { kind: "confirm", confirmation: "A-b_9" },
      "https://app.example/",
    ],
    [
      "https://app.example/?x=1#/week&connect_confirm=Ab",
      { kind: "confirm", confirmation: "Ab" },
      "https://app.example/?x=1#/week",
    ],
  ])("%s", (address, outcome, rest) => {
    expect(readConnectReturn(address)).toEqual({ outcome, rest });
  });

  test.each([
    "https://app.example/",
    "https://app.example/?x=1#connect",
    "https://app.example/#connect_confirm=",
  ])("%s says nothing", address => {
    expect(readConnectReturn(address)).toEqual({ outcome: undefined, rest: address });
  });
});
