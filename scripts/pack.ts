/** `npm run pack`: the packages as npm publishes them. See help/pack.txt. */
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { packAll } from "../packaging/pack.ts";
import { rootFolder } from "../stack/addresses.ts";

const run = promisify(execFile);

async function npm(args: readonly string[]): Promise<string> {
  const { stdout } = await run("npm", args, { cwd: rootFolder, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

const [folder, ...others] = process.argv.slice(2);
if (others.length > 0 || folder?.startsWith("-") === true) {
  console.error("usage: npm run pack [-- FOLDER]");
  process.exit(2);
}
const tarballs = await packAll(npm, resolve(folder ?? join(rootFolder, "tarballs")));
for (const path of Object.values(tarballs)) {
  console.log(`${(statSync(path).size / 1000).toFixed(0).padStart(6)} kB  ${path}`);
}
