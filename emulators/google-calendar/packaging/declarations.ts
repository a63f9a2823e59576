import { relative, sep } from "node:path";
import ts from "typescript";
import { rollUp } from "./roll-up.ts";

/**
 * The declaration file of the package. The sources are checked with the library of ES2023, so that what Node 20 lacks
 * fails the build.
 *
 * @param folder the workspace
 * @param base the path of the tsconfig that all workspaces extend
 * @throws with TypeScript's messages if the sources have errors
 */
export function declarations(folder: string, base: string): string {
  const src = `${folder}/src`;
  const config = {
    extends: base,
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rewriteRelativeImportExtensions: true,
      lib: ["ES2023"],
      types: ["node"],
      rootDir: src,
    },
    files: [`${src}/index.ts`, `${src}/main.ts`],
  };
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(parsed.fileNames, parsed.options);
  const files = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (path, text) => {
    files.set(relative(src, path).replaceAll(sep, "/"), text);
  });
  const errors = [...parsed.errors, ...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (errors.length > 0) {
    throw new Error(
      ts.formatDiagnostics(errors, {
        getCanonicalFileName: name => name,
        getCurrentDirectory: () => folder,
        getNewLine: () => "\n",
      }),
    );
  }
  return rollUp("index.d.ts", files);
}
