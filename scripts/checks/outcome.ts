import { relative } from "node:path";
import { rootFolder } from "../../stack/addresses.ts";

/** How a check went. A check without tests of its own counts one. */
export type Outcome = {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** One name for each skipped test; the name says why. */
  readonly skipped: readonly string[];
  /** The tests that failed, where they can be told apart. */
  readonly failures: readonly Failure[];
  readonly durationMs: number;
  /** Shown when something failed and no test can be named. */
  readonly output: string;
};

/** A test that failed, and why; or a test file that could not be run. */
type Failure = { readonly test: string; readonly message: string };

/** The last line of a test run. */
export function summarize(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  return `${sum(o => o.passed)} passed, ${sum(o => o.failed)} failed, ${sum(o => o.skipped.length)} skipped`;
}

const shownLines = 300;
const shownLinesOfTest = 25;

/** The last lines of a run before its sums: each failure by name, so that nobody has to look for it further up. */
export function listFailures(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ name, failed, failures }) => {
    if (failures.length > 0) return failures.map(({ test }) => `FAILED ${name}: ${test}`);
    return failed > 0 ? [`FAILED ${name}`] : [];
  });
}

/** A message without empty lines and without the frames of other people's code, so that many fit on a page. */
function condense(message: string): string[] {
  const told = message.split("\n").filter(line => line.trim() !== "");
  return told.filter(line => !/^\s+at .*(node_modules|node:)/.test(line)).slice(0, shownLinesOfTest);
}

/** Why a check failed: each test with its message, or what the check printed last. */
function explain({ name, failed, failures, output }: Outcome): string[] {
  if (failed === 0) return [];
  const lines =
    failures.length > 0
      ? failures.flatMap(({ test, message }) => [test, ...condense(message)])
      : output.trimEnd().split("\n").slice(-shownLines);
  return lines.map(text => `[${name}] ${text}`);
}

/** The lines that tell how a check went: one, and more when something failed or was skipped. */
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

/** The failures of one test file: its tests, or the file itself when none of them failed. */
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
export function countJestTests(
  report: JestReport,
): Pick<Outcome, "passed" | "failed" | "skipped" | "failures"> {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests.filter(({ status }) => ["pending", "todo", "skipped", "disabled"].includes(status));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: skipped.map(({ fullName }) => fullName),
    failures: report.testResults.flatMap(failuresOf),
  };
}
