import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import ts from "typescript";
import { publishedPackage, type WorkspacePackage } from "./packaging/published-package.ts";

/**
 * Writes the package that apps install: `node build.ts [FOLDER]`, by default into dist/. Inside the repository the
 * sources are used instead, because Node, Vite and jest read TypeScript here; below node_modules none of them does.
 *
 * FOLDER must be empty or absent, because everything in it would be published.
 */
const here = import.meta.dirname;
const dist = join(here, "dist");
const folder = resolve(process.argv[2] ?? dist);
if (folder === dist) await rm(dist, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty`);

compile();
const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as WorkspacePackage;
await writeFile(join(folder, "package.json"), `${JSON.stringify(publishedPackage(manifest), null, 2)}\n`);
await copyFile(join(here, "README.md"), join(folder, "README.md"));
await copyFile(join(here, "..", "LICENSE"), join(folder, "LICENSE"));

/** The compiler changes the endings of relative imports in code only, so this changes them in the declarations. */
function withCompiledEndings(declarations: string): string {
  return declarations.replaceAll(/(\bfrom |\bimport\()"(\.\/[\w-]+)\.ts"/g, '$1"$2.js"');
}

/**
 * Writes the sources as ES modules with declarations. `import "./x.ts"` becomes `import "./x.js"` in both, so that
 * apps need no setting of TypeScript for them.
 *
 * @throws Error with the compiler's messages. Nothing is written then.
 */
function compile(): void {
  const { config } = ts.readConfigFile(join(here, "tsconfig.json"), path => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, here, {
    noEmit: false,
    noEmitOnError: true,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    outDir: folder,
  });
  const program = ts.createProgram(fileNames, options);
  const write: ts.WriteFileCallback = (path, text) => {
    ts.sys.writeFile(path, path.endsWith(".d.ts") ? withCompiledEndings(text) : text);
  };
  const emitted = program.emit(undefined, write);
  const messages = [...errors, ...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics];
  if (messages.length === 0) return;
  throw new Error(
    ts.formatDiagnostics(messages, {
      getCurrentDirectory: () => here,
      getCanonicalFileName: name => name,
      getNewLine: () => "\n",
    }),
  );
}
