import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "./addresses.ts";
import { modifiedAtMs } from "./run-folder.ts";
import type { Program } from "./supervisor.ts";

/** Something that is built before the stack starts. */
type Build = {
  readonly workspace: string;
  /** Its age is the age of the build. */
  readonly output: string;
  /** Files and folders that it is made from. */
  readonly inputs: readonly string[];
};

/** What is deployed: the functions' bundle. */
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
      "schema/src",
      "package-lock.json",
    ],
  },
  {
    workspace: "web",
    output: join(rootFolder, "web", "dist", "index.html"),
    inputs: ["web", "schema/src", "package-lock.json"],
  },
];

/** The builds whose inputs are newer than their output, as programs to run. */
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

/** When the newest file in a folder was changed, in milliseconds; folders count, for what was deleted in them. */
export function newestMs(path: string): number {
  const own = modifiedAtMs(path);
  if (own === 0 || !statSync(path).isDirectory()) return own;
  const names = readdirSync(path).filter(name => !notInputs.has(name));
  // The top folder's own time also changes when dist/ is made in it: then the files alone decide.
  const from = readdirSync(path).some(name => notInputs.has(name)) ? 0 : own;
  return Math.max(from, ...names.map(name => newestMs(join(path, name))));
}
