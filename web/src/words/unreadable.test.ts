import { expect, test } from "@jest/globals";
import { unreadableWords } from "./unreadable.ts";

test("what could not be read is counted in words", () => {
  expect(unreadableWords(1, "en")).toBe("1 event could not be read.");
  expect(unreadableWords(2, "en")).toBe("2 events could not be read.");
  expect(unreadableWords(1_500, "en")).toBe("1,500 events could not be read.");
});
