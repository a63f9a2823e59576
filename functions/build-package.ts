import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundleCommand } from "./cli/bundle.ts";
import { publishedPackage, shrinkwrap, type WorkspaceManifest } from "./packaging/published-package.ts";
import { thirdPartyLicenses } from "../packaging/licenses.ts";

/**
 * Writes the package that npm publishes: `node build-package.ts [FOLDER]`, by default into package/. Its functions/ are
 * the files of dist/ that this repository deploys, so build.ts must have run.
 */
const here = import.meta.dirname;
const root = join(here, "..");
const dist = join(here, "dist");
const byDefault = join(here, "package");
const folder = resolve(process.argv[2] ?? byDefault);
if (folder === byDefault) await rm(folder, { recursive: true, force: true });
await mkdir(join(folder, "functions"), { recursive: true });
if ((await readdir(folder)).length > 1) throw new Error(`${folder} is not empty`);

const code = (await readdir(dist)).filter(name => /\.cjs(\.map)?$/.test(name));
if (!code.includes("index.cjs")) throw new Error("functions/dist has no index.cjs: npm run build first");
for (const name of code) await copyFile(join(dist, name), join(folder, "functions", name));
await copyFile(join(here, "packaging", "functions.d.ts"), join(folder, "functions", "index.d.cts"));

const commandFiles = bundleCommand(folder);
await mkdir(join(folder, "files"));
for (const name of ["firestore.rules", "firestore.indexes.json"]) {
  await copyFile(join(root, name), join(folder, "files", name));
}

/** The files in the functions' code, by the source maps. Paths are relative to this folder. */
async function bundledFiles(): Promise<string[]> {
  const maps = code.filter(name => name.endsWith(".map"));
  const sources = maps.map(async name => {
    const map = JSON.parse(await readFile(join(dist, name), "utf8")) as { sources: string[] };
    return map.sources.map(source => join("dist", source));
  });
  return (await Promise.all(sources)).flat();
}

const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as WorkspaceManifest;
const published = publishedPackage(manifest);
const json = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;
const texts = {
  "package.json": json(published),
  "npm-shrinkwrap.json": json(shrinkwrap(published)),
  "THIRD-PARTY-LICENSES": await thirdPartyLicenses(here, [
    ...(await bundledFiles()),
    ...commandFiles,
    // The command contains the Firebase CLI's templates of a kit (cli/plan/kit-layout.ts).
    "../node_modules/firebase-tools/package.json",
  ]),
};
for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
await copyFile(join(here, "README.md"), join(folder, "README.md"));
await copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
