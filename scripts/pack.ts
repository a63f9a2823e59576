/** `npm run pack`: the packages as npm publishes them. See help/pack.txt. */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { packAll } from "../packaging/pack.ts";
import { runIn } from "../packaging/run-in.ts";
import { rootFolder } from "../stack/addresses.ts";

const [folder, ...others] = process.argv.slice(2);
if (others.length > 0 || folder?.startsWith("-") === true) {
  console.error("usage: npm run pack [-- FOLDER]");
  process.exit(2);
}
const tarballs = await packAll(
  async args => await runIn(rootFolder, "npm", args),
  resolve(folder ?? join(rootFolder, "tarballs")),
);
for (const path of Object.values(tarballs)) {
  console.log(`${(statSync(path).size / 1000).toFixed(0).padStart(6)} kB  ${path}`);
}
