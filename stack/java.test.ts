import { describe, expect, test } from "@jest/globals";
import { parseJavaMajor } from "./java.ts";

describe("the version of Java", () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['openjdk version "26-ea" 2026-03-17', 26],
    ['java version "1.8.0_392"', 8],
    ["bash: java: command not found", undefined],
  ])("%s", (output, major) => {
    expect(parseJavaMajor(output)).toBe(major);
  });
});
