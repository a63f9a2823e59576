/** How a check went. A check without tests of its own counts one. */
export type Outcome = {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** One name for each skipped test; the name says why. */
  readonly skipped: readonly string[];
  readonly durationMs: number;
  /** Shown when something failed. */
  readonly output: string;
};

/** The last line of a test run. */
export function summarize(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  return `${sum(o => o.passed)} passed, ${sum(o => o.failed)} failed, ${sum(o => o.skipped.length)} skipped`;
}

const shownLines = 300;

/** The lines that tell how a check went: one, and what it printed when it failed. */
export function describeOutcome({ name, passed, failed, skipped, durationMs, output }: Outcome): string[] {
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ];
  const line = `${failed > 0 ? "FAILED" : "ok    "} ${name.padEnd(12)} ${(durationMs / 1000).toFixed(1).padStart(6)} s  ${counts.join(", ")}`;
  const details = failed > 0 ? output.trimEnd().split("\n").slice(-shownLines) : [];
  return [
    line,
    ...details.map(text => `[${name}] ${text}`),
    ...skipped.map(test => `SKIPPED ${name}: ${test}`),
  ];
}

/** The part of jest's --json report that is used here. */
type JestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

/** Counts the tests of a jest run. A test file that could not be run counts as one failure. */
export function countJestTests(report: JestReport): Pick<Outcome, "passed" | "failed" | "skipped"> {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests.filter(({ status }) => ["pending", "todo", "skipped", "disabled"].includes(status));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: skipped.map(({ fullName }) => fullName),
  };
}
