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
