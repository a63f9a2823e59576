import { relative } from "node:path";
import { rootFolder } from "../../stack/addresses.ts";

/** The result of a check. A check without tests of its own counts as one test. */
export type Outcome = {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** The names of the skipped tests. Each name contains the reason. */
  readonly skipped: readonly string[];
  /** The tests that failed, if the check reports individual tests. */
  readonly failures: readonly Failure[];
  readonly durationMs: number;
  /** Shown if the check failed and `failures` is empty. */
  readonly output: string;
};

/** The tests of a check that counts them itself. */
export type CountedTests = Pick<Outcome, "passed" | "failed" | "skipped" | "failures">;

/** A failed test with its message, or a test file that could not be run. */
type Failure = { readonly test: string; readonly message: string };

/** The last line of a test run. */
export function summarize(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  return `${sum(o => o.passed)} passed, ${sum(o => o.failed)} failed, ${sum(o => o.skipped.length)} skipped`;
}

const shownLines = 300;
const shownLinesOfTest = 25;

/** The lines before the totals of a run: each failure by name, so that they are easy to find. */
export function listFailures(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ name, failed, failures }) => {
    if (failures.length > 0) return failures.map(({ test }) => `FAILED ${name}: ${test}`);
    return failed > 0 ? [`FAILED ${name}`] : [];
  });
}

/** A message without empty lines and without stack frames of other packages and of Node. */
function condense(message: string): string[] {
  const told = message.split("\n").filter(line => line.trim() !== "");
  return told.filter(line => !/^\s+at .*(node_modules|node:)/.test(line)).slice(0, shownLinesOfTest);
}

/** Describes a failure: each test with its message, or the last output of the check. */
function explain({ name, failed, failures, output }: Outcome): string[] {
  if (failed === 0) return [];
  const lines =
    failures.length > 0
      ? failures.flatMap(({ test, message }) => [test, ...condense(message)])
      : output.trimEnd().split("\n").slice(-shownLines);
  return lines.map(text => `[${name}] ${text}`);
}

/** The report of a check: one line, and more if tests failed or were skipped. */
export function describeOutcome(outcome: Outcome): string[] {
  const { name, passed, failed, skipped, durationMs } = outcome;
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ];
  const line = `${failed > 0 ? "FAILED" : "ok    "} ${name.padEnd(12)} ${(durationMs / 1000).toFixed(1).padStart(6)} s  ${counts.join(", ")}`;
  return [line, ...explain(outcome), ...skipped.map(test => `SKIPPED ${name}: ${test}`)];
}

/** The part of jest's --json report that is used here. */
type JestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    /** The test file, as an absolute path. */
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

/** The failures of one test file: its failed tests, or the file itself if it failed without a failed test. */
function failuresOf({
  name,
  status,
  message,
  assertionResults,
}: JestReport["testResults"][number]): Failure[] {
  const file = relative(rootFolder, name);
  const tests = assertionResults
    .filter(test => test.status === "failed")
    .map(test => ({ test: `${file} › ${test.fullName}`, message: test.failureMessages.join("\n") }));
  return tests.length > 0 || status !== "failed" ? tests : [{ test: file, message }];
}

/** Counts the tests of a jest run. A test file that could not be run counts as one failure. */
export function countJestTests(report: JestReport): CountedTests {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests.filter(({ status }) => ["pending", "todo", "skipped", "disabled"].includes(status));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: skipped.map(({ fullName }) => fullName),
    failures: report.testResults.flatMap(failuresOf),
  };
}
