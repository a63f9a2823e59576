import { expect, test } from "@jest/globals";
import { agoWords } from "./ago.ts";

test.each([
  [-5_000, "just now"],
  [4_000, "just now"],
  [42_000, "42 seconds ago"],
  [90_000, "2 minutes ago"],
  [2 * 3_600_000, "2 hours ago"],
  [24 * 3_600_000, "yesterday"],
  [9 * 86_400_000, "9 days ago"],
])("%d ms is %s", (ms, words) => {
  expect(agoWords(1_000_000_000_000 - ms, 1_000_000_000_000, "en")).toBe(words);
});
