import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundle } from "./packaging/bundles.ts";
import { declarations } from "./packaging/declarations.ts";
import { thirdPartyLicenses } from "../../packaging/licenses.ts";
import { packageManifest, packageReadme, type WorkspaceManifest } from "./packaging/manifest.ts";

/**
 * Writes the package that npm publishes: `node build.ts [FOLDER]`, without a folder to dist/. The package needs
 * nothing but Node: what the emulator depends on is in its bundles.
 */
const here = import.meta.dirname;
const root = join(here, "..", "..");
const out = resolve(process.argv[2] ?? join(here, "dist"));
const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as WorkspaceManifest;

/** Empties the folder, if all that it contains is an earlier build. */
async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) return;
  const found = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  const { name } = JSON.parse(found) as { name?: string };
  if (name !== manifest.name || folder === here)
    throw new Error(`${folder} contains something else: empty it`);
  await rm(folder, { recursive: true });
  await mkdir(folder);
}

const types = declarations(here, join(root, "tsconfig.base.json"));
const { files, inputs } = await bundle(here);
const command = "google-calendar-emulator.cjs";
const texts = {
  ...files,
  "index.d.ts": types,
  "index.d.cts": types,
  [command]: await readFile(join(here, "packaging", "bin.cjs"), "utf8"),
  "package.json": `${JSON.stringify(packageManifest(manifest), null, 2)}\n`,
  "README.md": packageReadme(await readFile(join(here, "README.md"), "utf8")),
  LICENSE: await readFile(join(root, "LICENSE"), "utf8"),
  "THIRD-PARTY-LICENSES": await thirdPartyLicenses(here, inputs),
};

await empty(out);
for (const [name, text] of Object.entries(texts)) {
  await writeFile(join(out, name), text, { mode: name === command ? 0o755 : 0o644 });
}
await cp(join(here, "src", "page"), join(out, "page"), { recursive: true });
