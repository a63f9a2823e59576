import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "./addresses.ts";
import { modifiedAtMs } from "./run-folder.ts";
import type { Program } from "./supervisor.ts";

/** A build that runs before the stack starts. */
type Build = {
  readonly workspace: string;
  /** The build is as old as this file. */
  readonly output: string;
  /** The files and folders that the build reads. */
  readonly inputs: readonly string[];
};

/** The functions' bundle, which is also deployed. */
export const functionsBundle = join(rootFolder, "functions", "dist", "index.cjs");

const builds: readonly Build[] = [
  {
    workspace: "functions",
    output: functionsBundle,
    inputs: [
      "functions/src",
      "functions/build.ts",
      "functions/packaging",
      "functions/package.json",
      "client/src",
      "package-lock.json",
    ],
  },
  {
    workspace: "web",
    output: join(rootFolder, "web", "dist", "index.html"),
    inputs: ["web", "client/src", "functions/src/params.ts", "package-lock.json"],
  },
];

/** The builds whose inputs are newer than their output, as programs that can be run. */
export function staleBuilds(): Program[] {
  return builds
    .filter(({ output, inputs }) => {
      const builtAtMs = modifiedAtMs(output);
      return inputs.some(input => newestMs(join(rootFolder, input)) > builtAtMs);
    })
    .map(({ workspace }) => ({
      name: `build-${workspace}`,
      command: "npm",
      args: ["run", "build", "--workspace", workspace],
      cwd: rootFolder,
    }));
}

const notInputs = new Set(["node_modules", "dist"]);

/**
 * The time of the newest change in a folder, in milliseconds since 1970. The folders' own times count too, because a
 * deletion changes only the folder.
 */
export function newestMs(path: string): number {
  const own = modifiedAtMs(path);
  if (own === 0 || !statSync(path).isDirectory()) return own;
  const names = readdirSync(path).filter(name => !notInputs.has(name));
  // If the folder contains dist/ or node_modules/, creating these also changes its own time, so only its entries count.
  const from = readdirSync(path).some(name => notInputs.has(name)) ? 0 : own;
  return Math.max(from, ...names.map(name => newestMs(join(path, name))));
}
