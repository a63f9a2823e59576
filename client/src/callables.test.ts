import { describe, expect, test } from "@jest/globals";
import { callableName, callableNames } from "./callables.ts";

describe("callableName", () => {
  test("is the name in the code, if the functions are a codebase", () => {
    expect(callableNames.map(name => callableName(name))).toEqual([...callableNames]);
    expect(callableName("syncNow", { instance: undefined })).toBe("syncNow");
  });

  test("has the prefix that the Firebase CLI gives the functions of a kit", () => {
    expect(callableName("syncNow", { instance: "calendar" })).toBe("kit-calendar-syncNow");
  });

  test("is refused for what cannot be an instance, because it would call another address", () => {
    for (const instance of ["", "Calendar", "-a", "a-", "a/b", "a".repeat(41)]) {
      expect(() => callableName("syncNow", { instance })).toThrow(RangeError);
    }
    expect(callableName("syncNow", { instance: "a".repeat(40) })).toContain("aaaa-syncNow");
    expect(callableName("syncNow", { instance: "a" })).toBe("kit-a-syncNow");
  });
});
