import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import type { Tarballs } from "../../packaging/pack.ts";
import { rootFolder, type StackAddresses } from "../../stack/addresses.ts";
import { emulatorSettings } from "../../stack/project-folder.ts";

/** Runs npm in a folder, and returns what it prints. Throws if it fails. */
export type NpmIn = (folder: string, args: readonly string[]) => Promise<string>;

/** A copy of examples/existing-app with the kit, and the tools that its developer installs. */
export type AppFolder = {
  readonly app: string;
  /** The calendar emulator's command. */
  readonly emulatorCommand: string;
};

/** What the kit's functions are called in this app. */
export const kitPrefix = "kit-calendar-";

const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"] as const;
const clientId = "demo-client.apps.googleusercontent.com";

/** Creates the app in `folder`, and adds the kit from the packed file with its own command, twice. */
export async function createApp(npm: NpmIn, folder: string, tarballs: Tarballs): Promise<AppFolder> {
  const app = join(folder, "app");
  cpSync(join(rootFolder, "examples", "existing-app"), app, { recursive: true });
  await npm(join(app, "functions"), install);
  const before = filesOf(app);

  const command = async (where: string, ...words: string[]): Promise<string> =>
    await npm(where, [
      ...["exec", "--yes", `--package=${tarballs.functions}`, "--", "firestore-calendar-sync", ...words],
    ]);
  const add = async (...flags: string[]): Promise<string> =>
    await command(app, "add", "--package", tarballs.functions, "--client-id", clientId, ...flags);
  await add("--dry-run");
  requireSame(before, filesOf(app), "--dry-run changed files");
  await add("--yes");
  const added = filesOf(app);
  requireHostUntouched(before, added);
  await add("--yes");
  requireSame(added, filesOf(app), "a second add changed files");
  const copy = join(folder, "copy");
  cpSync(app, copy, { recursive: true, filter: path => !path.endsWith("/node_modules") });
  await command(copy, "remove", "--yes");
  requireSame(before, filesOf(copy), "remove did not restore");

  const tools = join(folder, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "package.json"), '{ "private": true }\n');
  await npm(tools, [...install, tarballs.emulator]);
  const emulatorCommand = join(tools, "node_modules", ".bin", "google-calendar-emulator");
  return { app, emulatorCommand };
}

/** The app's firebase.json with the ports of the local stack. Returns its path, which is inside of the app's folder. */
export function writeLocalConfig(app: string, addresses: StackAddresses): string {
  const parsed = ts.parseConfigFileTextToJson(
    "firebase.json",
    readFileSync(join(app, "firebase.json"), "utf8"),
  );
  if (parsed.error !== undefined) throw new Error("the app's firebase.json is not JSON");
  const config = { ...(parsed.config as object), emulators: emulatorSettings(addresses, true) };
  const file = join(app, "firebase.local.json");
  writeFileSync(file, JSON.stringify(config, null, 2));
  return file;
}

/** Every file of the app, except for installed and built ones. */
function filesOf(app: string): Map<string, string> {
  const entries = readdirSync(app, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !/\/(node_modules|lib)\//.test(path));
  return new Map(files.map(path => [relative(app, path), readFileSync(path, "utf8")]));
}

function requireSame(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  problem: string,
): void {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    path => before.get(path) !== after.get(path),
  );
  if (changed.length > 0) throw new Error(`${problem}: ${changed.join(", ")}`);
}

type Indexes = {
  readonly indexes: readonly { readonly collectionGroup: string }[];
  readonly fieldOverrides: readonly { readonly collectionGroup: string }[];
};

/**
 * The app's own files are as before, except for the four files into which the kit is merged. The index file keeps the
 * app's entries and takes no automatic index away from its collections: an override holds for every collection of its
 * id.
 */
function requireHostUntouched(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  const merged = ["firebase.json", "firestore.rules", "firestore.indexes.json", ".gitignore"];
  for (const [path, text] of before) {
    if (!merged.includes(path) && after.get(path) !== text) throw new Error(`add changed ${path}`);
  }
  const [own, both] = [before, after].map(
    files => JSON.parse(files.get("firestore.indexes.json") ?? "{}") as Indexes,
  );
  const kept = own?.indexes.every(index =>
    both?.indexes.some(one => JSON.stringify(one) === JSON.stringify(index)),
  );
  if (kept !== true) throw new Error("an index of the app is missing");
  const taken = both?.fieldOverrides.filter(({ collectionGroup }) =>
    ["events", "users", "tickets"].includes(collectionGroup),
  );
  if (taken?.length !== 0) throw new Error("the automatic indexes of an app's own collection are changed");
}
