/** The rows of the table whose first column has the heading `first`, and whose second column has `second`. */
export function tableRows(page: string, first: string, second: string): string[][] {
  const lines = page.split("\n").map(line =>
    line.startsWith("|")
      ? line
          .split("|")
          .slice(1, -1)
          .map(cell => cell.trim())
      : [],
  );
  const heading = lines.findIndex(cells => cells[0] === first && cells[1] === second);
  const rows = lines.slice(heading + 2);
  const end = rows.findIndex(cells => cells.length === 0);
  return rows.slice(0, end === -1 ? rows.length : end);
}

/**
 * What is wrong with a page's tables: rows that GitHub shows as text, because no heading and no line of dashes is above
 * them, and rows with more or fewer cells than their heading (GitHub Flavored Markdown, "Tables").
 */
export function tableFaults(page: string): string[] {
  const lines = withoutCode(page).split("\n");
  let columns = 0;
  return lines.flatMap((line, index) => {
    const cells = cellsOf(line);
    if (cells === undefined) return [];
    const isFirst = cellsOf(lines[index - 1] ?? "") === undefined;
    if (isFirst) columns = cells.length;
    if (isFirst && !isDashes(lines[index + 1] ?? "")) return [`line ${index + 1}: no heading above the row`];
    return cells.length === columns ? [] : [`line ${index + 1}: ${cells.length} cells, not ${columns}`];
  });
}

/** The page with every line of a fenced block empty, so that lines keep their numbers. */
export function withoutCode(page: string): string {
  return page.replace(/^( *)```[^\n]*\n[^]*?^\1```$/gm, block => block.replace(/[^\n]+/g, ""));
}

/** The cells of a row; undefined for a line that is not in a table. A bar after a backslash is part of its cell. */
function cellsOf(line: string): string[] | undefined {
  const row = line.trim();
  return row.startsWith("|") ? row.split(/(?<!\\)\|/).slice(1, -1) : undefined;
}

function isDashes(line: string): boolean {
  return cellsOf(line)?.every(cell => /^\s*:?-+:?\s*$/.test(cell)) === true;
}
