import { describe, expect, test } from "@jest/globals";
import { join } from "node:path";
import { rootFolder } from "../../stack/addresses.ts";
import { countJestTests, describeOutcome, listFailures, summarize, type Outcome } from "./outcome.ts";

const lint: Outcome = {
  name: "lint",
  passed: 1,
  failed: 0,
  skipped: [],
  failures: [],
  durationMs: 1234,
  output: "quiet",
};
const unit: Outcome = {
  name: "unit",
  passed: 40,
  failed: 2,
  skipped: ["draws (no browser)"],
  failures: [],
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

  test("shows each test that failed with its message, instead of all that was printed", () => {
    const frames = [
      "    at own (/home/tests/a.test.ts:3:1)",
      "    at call (/home/node_modules/x/call.js:1:2)",
      "    at process (node:internal/y:1:2)",
    ];
    const message = ["", "expected 2", "received 3", "", ...frames].join("\n");
    const failures = [{ test: "a.test.ts › adds", message }];
    expect(describeOutcome({ ...unit, skipped: [], failures })).toEqual([
      "FAILED unit            0.1 s  40 passed, 2 failed",
      "[unit] a.test.ts › adds",
      "[unit] expected 2",
      "[unit] received 3",
      "[unit]     at own (/home/tests/a.test.ts:3:1)",
    ]);
  });

  test("lists every failure by name at the end", () => {
    const failures = [{ test: "a.test.ts › adds", message: "" }];
    const outcomes = [lint, { ...lint, name: "types", failed: 1 }, { ...unit, failures }];
    expect(listFailures(outcomes)).toEqual(["FAILED types", "FAILED unit: a.test.ts › adds"]);
  });

  test("counts and names the tests of a jest run; a file that cannot be loaded is a failure of its own", () => {
    const passed = { status: "passed", fullName: "a", failureMessages: [] };
    const pending = { status: "pending", fullName: "b", failureMessages: [] };
    const failed = { status: "failed", fullName: "c", failureMessages: ["no"] };
    const file = (name: string): string => join(rootFolder, "tests", name);
    const report = {
      numPassedTests: 1,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        {
          name: file("x.test.ts"),
          status: "failed",
          message: "all",
          assertionResults: [passed, pending, failed],
        },
        { name: file("y.test.ts"), status: "failed", message: "cannot load", assertionResults: [] },
        { name: file("z.test.ts"), status: "passed", message: "", assertionResults: [] },
      ],
    };
    expect(countJestTests(report)).toEqual({
      passed: 1,
      failed: 2,
      skipped: ["b"],
      failures: [
        { test: "tests/x.test.ts › c", message: "no" },
        { test: "tests/y.test.ts", message: "cannot load" },
      ],
    });
  });
});
