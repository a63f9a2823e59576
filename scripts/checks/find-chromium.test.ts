import { describe, expect, test } from "@jest/globals";
import { findChromium } from "./find-chromium.ts";

describe("the browser for the tests", () => {
  test("is the one that was chosen, even if it is not there: a wrong choice must not go unnoticed", () => {
    expect(findChromium({ CHROMIUM_PATH: "/no/such/browser", PATH: "/usr/bin" }, () => true)).toBe(
      "/no/such/browser",
    );
  });

  test("is otherwise the first on PATH", () => {
    const installed = ["/opt/bin/google-chrome", "/usr/bin/chromium"];
    expect(findChromium({ PATH: "/opt/bin:/usr/bin" }, path => installed.includes(path))).toBe(
      "/opt/bin/google-chrome",
    );
  });

  test("may be missing", () => {
    expect(findChromium({ PATH: "/usr/bin" }, () => false)).toBeUndefined();
  });
});
