import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { rootFolder } from "../../stack/addresses.ts";
import { tableRows } from "../../scripts/markdown-table.fixture.ts";
import { cells } from "./cells.ts";
import { columns, exitCodeOf, withResults, type Result } from "./page.ts";

const page = readFileSync(join(rootFolder, "docs", "compatibility.md"), "utf8");
const titles = cells.map(cell => [cell.package, cell.environment]);

function result(outcome: Result["outcome"], detail = "Node 20.20.2", index = 0): Result {
  const cell = cells[index];
  if (cell === undefined) throw new Error("there are not so many cells");
  return { cell, outcome, detail, seconds: 1 };
}

describe("docs/compatibility.md", () => {
  test("lists every cell, in order, with a result", () => {
    const rows = tableRows(page, ...columns);
    expect(rows.map(row => row.slice(0, 2))).toEqual(titles);
    const results = new Set(rows.map(row => row[2]));
    expect([...results].filter(one => !["works", "**fails**", "not available"].includes(one ?? ""))).toEqual(
      [],
    );
  });

  test("names no cell twice", () => {
    expect(new Set(titles.map(title => title.join(": "))).size).toBe(titles.length);
  });

  test("takes new results in place of the old ones, and says why a cell is not ok", () => {
    const results = [
      result("ok"),
      result("FAILED", "tsc: exit code 2\nindex.ts(1,1): a | b", 1),
      result("n/a", "the registry | did not answer", 2),
    ];
    const written = withResults(page, results, "2026-11-30");
    expect(withResults(written, results, "2026-11-30")).toBe(written);
    expect(written).toContain("_2026-11-30,");
    const shown = written.split("\n").filter(line => line.startsWith(`| ${cells[0]?.package ?? ""} |`));
    expect(shown.map(line => line.slice(line.indexOf("|", line.indexOf(",") + 1)))).toEqual([
      "| works | Node 20.20.2 |",
      "| **fails** | tsc: exit code 2 |",
      "| not available | the registry \\| did not answer |",
    ]);
  });

  test("is refused without a place for the results", () => {
    expect(() => withResults("# Compatibility", [], "2026-11-30")).toThrow("has no <!-- results -->");
  });
});

test.each<[readonly Result["outcome"][], number]>([
  [["ok", "ok"], 0],
  [["ok", "n/a"], 0],
  [["ok", "FAILED"], 1],
  [["n/a", "n/a"], 1],
  [[], 1],
])("the exit code after %j is %d", (outcomes, code) => {
  expect(exitCodeOf(outcomes.map(outcome => result(outcome)))).toBe(code);
});

test("the quick part tries each package", () => {
  const quick = cells.filter(cell => cell.quick).map(cell => cell.package);
  expect(new Set(quick)).toEqual(new Set(cells.map(cell => cell.package)));
});
