import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { requestedScopes } from "../functions/src/account/scopes.ts";
import { rootFolder } from "../stack/addresses.ts";
import { tableFaults, tableRows, withoutCode } from "./markdown-table.fixture.ts";

const skipped = new Set(["node_modules", "dist", "package", ".git", ".stack"]);
const pages = globSync("**/*.md", {
  cwd: rootFolder,
  exclude: name => skipped.has(name.split("/").at(-1) ?? ""),
});

const read = (page: string) => readFileSync(join(rootFolder, page), "utf8");

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...withoutCode(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The links of a page to files and headings of this repository that lead nowhere. */
function deadLinks(page: string, text: string): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter(target => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : relative(rootFolder, join(rootFolder, dirname(page), path));
    if (!existsSync(join(rootFolder, file))) return true;
    return anchor !== undefined && !anchorsOf(file === page ? text : read(file)).includes(anchor);
  });
}

describe("the pages", () => {
  test.each(pages)("%s has tables that GitHub shows, and links that lead somewhere", page => {
    expect(tableFaults(read(page))).toEqual([]);
    expect(deadLinks(page, read(page))).toEqual([]);
  });

  test("are reported if a blank line cuts a table in two, or a row has too few cells", () => {
    const table = ["| a | b |", "| - | - |", "| 1 | `2 \\| 3` |"];
    expect(tableFaults(table.join("\n"))).toEqual([]);
    expect(tableFaults([...table, "", "| 4 | 5 |"].join("\n"))).toEqual(["line 5: no heading above the row"]);
    expect(tableFaults([...table, "| 4 |"].join("\n"))).toEqual(["line 4: 1 cells, not 2"]);
    expect(tableFaults(["```", "| 4 |", "```"].join("\n"))).toEqual([]);
  });

  test("are reported if a linked file or heading does not exist", () => {
    const text = "# One *two*: 3\n[a](#one-two-3) [b](#four) [c](no-such-file.mjs) [d](https://d.example)";
    expect(deadLinks("README.md", text)).toEqual(["#four", "no-such-file.mjs"]);
  });
});

test("the page about Google's verification names the scopes that users are asked for, and no others", () => {
  const rows = tableRows(read("docs/verification.md"), "scope", "class");
  const named = rows.flatMap(([scopes = ""]) => [...scopes.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope));
  expect(named).toEqual([...new Set([...requestedScopes(false), ...requestedScopes(true)])]);
});
