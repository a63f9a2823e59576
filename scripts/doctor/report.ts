import type { Result } from "./run-checks.ts";

const marks: Readonly<Record<Result["level"], string>> = {
  ok: "ok",
  warning: "warning",
  wrong: "WRONG",
  unknown: "unknown",
  skipped: "skipped",
};

/** The lines for one result: a line for the check, and one for each remedy. */
export function linesOf(result: Result): string[] {
  const text = result.level === "skipped" ? result.because : result.text;
  const line = `${marks[result.level].padEnd(8)}${result.title}: ${text}`;
  if (result.level === "skipped") return [line];
  return [line, ...result.remedies.map(remedy => `${" ".repeat(8)}→ ${remedy}`)];
}

/** The last line: how many checks ended in which way. */
export function summaryOf(results: readonly Result[]): string {
  const levels = ["wrong", "warning", "unknown", "skipped", "ok"] as const;
  const counts = levels
    .map(level => ({ level, count: results.filter(result => result.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => `${count} ${level}`);
  return counts.join(", ");
}

/** The document of `--json`. Its fields are stable. */
export function jsonOf(about: { readonly project: string }, results: readonly Result[], exitCode: number) {
  return {
    project: about.project,
    healthy: exitCode === 0,
    checks: results.map(result =>
      result.level === "skipped"
        ? { id: result.id, title: result.title, level: result.level, text: result.because, remedies: [] }
        : result,
    ),
  };
}
