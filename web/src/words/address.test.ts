import { describe, expect, test } from "@jest/globals";
import { callAddress, httpsUrl, safeUrl } from "./address.ts";

const hostile = [
  "javascript:alert(1)",
  "data:text/html,x",
  "JaVaScript:alert(1)",
  "file:///etc/passwd",
  "/x",
  "",
];

describe("an address becomes a link", () => {
  test("of a description if it is http(s)", () => {
    expect(safeUrl("http://example.com/a")).toBe("http://example.com/a");
    expect(safeUrl("https://example.com")).toBe("https://example.com/");
  });

  test("of a file only if it is https", () => {
    expect(httpsUrl("https://example.com/a")).toBe("https://example.com/a");
    expect(httpsUrl("http://example.com/a")).toBeUndefined();
  });

  test("of a meeting if one can join with it", () => {
    expect(callAddress("tel:+49-30-123456,,987#")).toBe("tel:+49-30-123456,,987#");
    expect(callAddress("sip:123@example.com")).toBe("sip:123@example.com");
    expect(callAddress("https://meet.example.com/abc")).toBe("https://meet.example.com/abc");
    expect(callAddress("http://meet.example.com/abc")).toBeUndefined();
    expect(callAddress('tel:1"onclick=x')).toBeUndefined();
  });

  test.each(hostile)("never if it is %j", address => {
    expect([safeUrl(address), httpsUrl(address), callAddress(address)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
