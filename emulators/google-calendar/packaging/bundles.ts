import { build, type BuildOptions, type Plugin } from "esbuild";

/** The bundles of the package, and the source files that they contain. */
export interface Bundles {
  /** The text of each file, by its name. */
  files: Readonly<Record<string, string>>;
  /** Paths relative to the workspace. */
  inputs: readonly string[];
}

/** The command's bundle uses the library's, which is beside it. */
const libraryBeside: Plugin = {
  name: "library beside the command",
  setup: bundling => {
    bundling.onResolve({ filter: /^\.\/index\.ts$/ }, () => ({ path: "./index.js", external: true }));
  },
};

/**
 * Bundles the library for `import` and for `require`, and the command.
 *
 * @param folder the workspace
 */
export async function bundle(folder: string): Promise<Bundles> {
  const options = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    charset: "utf8",
    absWorkingDir: folder,
    metafile: true,
    write: false,
    logLevel: "warning",
  } as const satisfies BuildOptions;
  const library = { ...options, entryPoints: ["src/index.ts"] };
  const made = await Promise.all([
    build({ ...library, outfile: "dist/index.js" }),
    build({
      ...library,
      format: "cjs",
      outfile: "dist/index.cjs",
      // CommonJS has no import.meta.
      define: { "import.meta.url": "moduleUrl" },
      banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    }),
    build({
      ...options,
      entryPoints: ["src/main.ts"],
      outfile: "dist/main.js",
      plugins: [libraryBeside],
    }),
  ]);
  const [esm, cjs, main] = made.map(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return {
    files: { "index.js": esm ?? "", "index.cjs": cjs ?? "", "main.js": main ?? "" },
    inputs: [...new Set(made.flatMap(({ metafile }) => Object.keys(metafile.inputs)))],
  };
}
