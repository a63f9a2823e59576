/**
 * Prints the names of the functions that a bundle deploys, as a JSON array on a line of its own.
 *
 * Usage: node list-functions.ts BUNDLE
 */
import { createRequire } from "node:module";
import { argv, exit } from "node:process";

function collectNames(exported: object, prefix: string): string[] {
  return Object.entries(exported).flatMap(([name, value]: [string, unknown]) => {
    // firebase-functions describes every deployable function in its __endpoint; a plain object is a group.
    if (typeof value === "function") return "__endpoint" in value ? [`${prefix}${name}`] : [];
    return typeof value === "object" && value !== null ? collectNames(value, `${prefix}${name}-`) : [];
  });
}

const bundle = argv[2];
if (bundle === undefined) exit(2);
const loaded: unknown = createRequire(import.meta.url)(bundle);
if (typeof loaded !== "object" || loaded === null) exit(1);
process.stdout.write(`\n${JSON.stringify(collectNames(loaded, ""))}\n`, () => {
  exit(0);
});
