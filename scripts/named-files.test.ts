import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");
const skipped = new Set(["node_modules", "dist", ".git", ".stack"]);
const files = globSync("**/*", { cwd: root, exclude: name => skipped.has(name.split("/").at(-1) ?? "") });
const sources = files.filter(file => /\.(?:ts|mjs)$/.test(file));
const pages = files.filter(file => /\.md$|^scripts\/help\/.*\.txt$/.test(file));

/** Files of other projects, and files that the build writes. */
const elsewhere = [
  "functions/dist/index.cjs",
  "index.cjs",
  "all-functions.cjs",
  "google-client.cjs",
  "__/firebase/init.json",
  "npm-shrinkwrap.json",
  "google_event.py",
  "supplemental/windowsZones.json",
];

/** The file names in a text that match no path in the repository. Globs and templates are not names. */
function unknownNames(text: string, endings: string): string[] {
  const name = new RegExp(`(?<![\\w/.:*…>-])[\\w./-]*\\w\\.(?:${endings})(?![\\w(/-]|\\.\\w)`, "g");
  const paths = files.map(file => `/${file}`);
  return [...new Set(text.match(name))]
    .map(found => found.replace(/^(?:\.{0,2}\/)+/, ""))
    .filter(found => !elsewhere.includes(found) && !paths.some(path => path.endsWith(`/${found}`)));
}

describe("every file that is named exists", () => {
  test.each(pages)("in %s", page => {
    expect(unknownNames(readFileSync(join(root, page), "utf8"), "ts|mjs|cjs|md|json|py")).toEqual([]);
  });

  test("among the pages that comments name", () => {
    const unknown = sources.flatMap(source =>
      unknownNames(readFileSync(join(root, source), "utf8"), "md").map(name => `${source}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test("else it is reported", () => {
    const text = "`sync/sync-pass.ts`, `sync/no-such-file.ts`, [x](../no-such-file.mjs), `*.test.ts`";
    expect(unknownNames(text, "ts|mjs")).toEqual(["sync/no-such-file.ts", "no-such-file.mjs"]);
  });
});
