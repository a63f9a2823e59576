import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of an installed package in the path of one of its files. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * The licences of all packages that are part of the bundles: each demands that copies contain its text.
 *
 * @param folder the workspace
 * @param inputs the files in the bundles, relative to the workspace
 * @throws if a package has no text of its licence
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
  const names = await readdir(place);
  const read = async (name: string): Promise<string> => await readFile(join(place, name), "utf8");
  const own = await Promise.all(names.filter(name => /^(licen[sc]e|copying|notice)/i.test(name)).map(read));
  const readme = names.find(name => /^readme/i.test(name));
  const text = own.length > 0 ? own.join("\n\n") : licenceIn(readme === undefined ? "" : await read(readme));
  if (text === undefined) throw new Error(`${manifest.name} has no text of its licence`);
  return `${manifest.name} ${manifest.version} (${manifest.license ?? "see below"})\n\n${text.trim()}\n`;
}

/** Some packages have their licence in the README only, as its last section. */
function licenceIn(readme: string): string | undefined {
  return /\n(?:#+ *licen[sc]e|licen[sc]e *\n-+)\W[\s\S]*$/i.exec(readme)?.[0];
}
