import { join } from "node:path";
import { buildSync } from "esbuild";

const workspace = join(import.meta.dirname, "..");

/**
 * Bundles the command line as it is published: `cli.mjs`, and `doctor.mjs` beside it, which main.ts loads if it is
 * asked for. `cli.mjs` reads rules and indexes from `files/` beside it.
 *
 * @returns the files in the bundles, relative to this workspace
 */
export function bundleCommand(folder: string): readonly string[] {
  const { metafile } = buildSync({
    entryPoints: {
      cli: join(workspace, "cli", "main.ts"),
      doctor: join(workspace, "..", "scripts", "doctor", "package-doctor.ts"),
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
    absWorkingDir: workspace,
  });
  return Object.keys(metafile.inputs);
}
