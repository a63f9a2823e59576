import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { rootFolder } from "../stack/addresses.ts";

/** The blocks of TypeScript in a page of this repository. */
export function snippetsOf(page: string): string[] {
  const text = readFileSync(join(rootFolder, page), "utf8");
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
}

/** The code of one recipe in a page. Throws if the page has no recipe of that name. */
export function recipeOf(page: string, name: string): string {
  const code = recipesOf(page).get(name);
  if (code === undefined) throw new Error(`${page} has no recipe ${name}`);
  return code;
}

/** The code of the recipes in a page, by the names in the comments before them. */
export function recipesOf(page: string): Map<string, string> {
  const text = readFileSync(join(rootFolder, page), "utf8");
  const recipes = text.matchAll(/^<!-- recipe: ([\w-]+) -->\n+```\w+\n([^]*?)^```$/gm);
  return new Map([...recipes].map(([, name = "", code = ""]) => [name, code]));
}

/**
 * The compiler's messages for each snippet. A snippet is a module in the repository's folder, for a browser. All are
 * compiled together, because reading the packages takes longest.
 */
export function typeFaults(snippets: readonly string[]): string[][] {
  const { options } = ts.parseJsonConfigFileContent(
    {
      extends: "./tsconfig.base.json",
      // A reader continues the snippet, so that what it declares may be unused in it.
      compilerOptions: { lib: ["ES2024", "DOM"], types: [], noUnusedLocals: false },
      files: [],
    },
    ts.sys,
    rootFolder,
  );
  const modules = new Map(snippets.map((code, index) => [join(rootFolder, `snippet-${index}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const stored = { exists: host.fileExists.bind(host), source: host.getSourceFile.bind(host) };
  host.fileExists = path => modules.has(path) || stored.exists(path);
  host.getSourceFile = (path, language, ...rest) => {
    const code = modules.get(path);
    return code === undefined
      ? stored.source(path, language, ...rest)
      : ts.createSourceFile(path, code, language);
  };
  const program = ts.createProgram([...modules.keys()], options, host);
  return [...modules.keys()].map(path => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
  });
}
