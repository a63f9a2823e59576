import { describe, expect, test } from "@jest/globals";
import { countJestTests, describeOutcome, summarize, type Outcome } from "./outcome.ts";

const lint: Outcome = { name: "lint", passed: 1, failed: 0, skipped: [], durationMs: 1234, output: "quiet" };
const unit: Outcome = {
  name: "unit",
  passed: 40,
  failed: 2,
  skipped: ["draws (no browser)"],
  durationMs: 60,
  output: "a\nb\n",
};

describe("the outcome of a test run", () => {
  test("ends with the sums", () => {
    expect(summarize([lint, unit])).toBe("41 passed, 2 failed, 1 skipped");
  });

  test("shows the output of what failed, and of nothing else", () => {
    expect(describeOutcome(lint)).toEqual(["ok     lint            1.2 s  1 passed"]);
    expect(describeOutcome(unit)).toEqual([
      "FAILED unit            0.1 s  40 passed, 2 failed, 1 skipped",
      "[unit] a",
      "[unit] b",
      "SKIPPED unit: draws (no browser)",
    ]);
  });

  test("a test file that cannot be loaded is a failure, though no test of it failed", () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        {
          assertionResults: [
            { status: "passed", fullName: "a" },
            { status: "pending", fullName: "b" },
          ],
        },
        { assertionResults: [] },
      ],
    };
    expect(countJestTests(report)).toEqual({ passed: 1, failed: 1, skipped: ["b"] });
  });
});
