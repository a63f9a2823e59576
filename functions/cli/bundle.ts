import { join } from "node:path";
import type { BuildOptions } from "esbuild";

/**
 * How the published command line is bundled: `cli.mjs`, and `doctor.mjs` beside it, which main.ts loads if it is asked
 * for. `cli.mjs` reads rules and indexes from `files/` beside it.
 */
export function commandBundle(folder: string) {
  return {
    entryPoints: {
      cli: join(import.meta.dirname, "main.ts"),
      doctor: join(import.meta.dirname, "..", "..", "scripts", "doctor", "package-doctor.ts"),
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    // The CommonJS form of jsonc-parser loads files that a bundle does not have.
    mainFields: ["module", "main"],
    // A CommonJS module in the bundle calls `require`, which an ES module does not have. The name must be another one
    // than that of an import in the bundle.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);',
    },
    metafile: true,
    logLevel: "warning",
  } as const satisfies BuildOptions;
}
