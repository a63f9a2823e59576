import type { Cell } from "./cell.ts";

/** How a cell ended. `detail`: the versions that were found, or why it is not available or has failed. */
export type Result = {
  readonly cell: Cell;
  readonly outcome: "ok" | "FAILED" | "n/a";
  readonly detail: string;
  readonly seconds: number;
};

const [from, to] = ["<!-- results -->", "<!-- /results -->"];
/** The headings of the first two columns. */
export const columns = ["package", "environment"] as const;

/**
 * The page with a new table between its two comments.
 *
 * @param date for example 2026-11-30
 * @throws Error if the page has no place for the table
 */
export function withResults(page: string, results: readonly Result[], date: string): string {
  const [before, rest] = page.split(from);
  const after = rest?.split(to)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no ${from} … ${to}`);
  const rows = results.map(({ cell, outcome, detail }) => [
    cell.package,
    cell.environment,
    { ok: "works", FAILED: "**fails**", "n/a": "not available" }[outcome],
    firstLine(detail),
  ]);
  const table = [[...columns, "result", "with"], ["---", "---", "---", "---"], ...rows]
    .map(cells => `| ${cells.join(" | ")} |`)
    .join("\n");
  return `${before}${from}\n\n_${date}, \`npm run compat -- --write\`_\n\n${table}\n\n${to}${after}`;
}

/** What ends the program: a failure, or that nothing could be tried. */
export function exitCodeOf(results: readonly Result[]): 0 | 1 {
  const failed = results.some(({ outcome }) => outcome === "FAILED");
  return failed || !results.some(({ outcome }) => outcome === "ok") ? 1 : 0;
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replaceAll("|", "\\|");
}
