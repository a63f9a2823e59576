import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of an installed package in the path of one of its files. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * The licences of all packages that are part of the bundles: each demands that copies contain its text.
 *
 * @param folder the workspace
 * @param inputs the files in the bundles, relative to the workspace
 * @throws if a package has no file with its licence
 */
export async function thirdPartyLicenses(folder: string, inputs: readonly string[]): Promise<string> {
  const places = new Set(inputs.flatMap(input => PACKAGE_FOLDER.exec(input)?.[0] ?? []));
  const sections = await Promise.all([...places].map(async place => await section(join(folder, place))));
  return ["This package contains code of these packages.", ...sections.sort()].join(
    `\n\n${"-".repeat(80)}\n\n`,
  );
}

async function section(place: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(place, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = (await readdir(place)).find(name => /^licen[sc]e(\.\w+)?$/i.test(name));
  if (file === undefined) throw new Error(`${manifest.name} has no file with its licence`);
  const text = await readFile(join(place, file), "utf8");
  return `${manifest.name} ${manifest.version} (${manifest.license ?? "see below"})\n\n${text.trim()}\n`;
}
