import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** One of the three packages of this repository that npm publishes. */
export type PublishedPackage = {
  readonly name: string;
  /** The workspace, and the npm scripts that write the package. */
  readonly workspace: string;
  readonly scripts: readonly string[];
  /** The folder that is packed, relative to the repository. */
  readonly folder: string;
};

export const publishedPackages = {
  functions: {
    name: "firestore-calendar-sync",
    workspace: "functions",
    scripts: ["build", "package"],
    folder: join("functions", "package"),
  },
  client: {
    name: "@firestore-calendar-sync/client",
    workspace: "client",
    scripts: ["build"],
    folder: join("client", "dist"),
  },
  emulator: {
    name: "google-calendar-emulator",
    workspace: join("emulators", "google-calendar"),
    scripts: ["build"],
    folder: join("emulators", "google-calendar", "dist"),
  },
} as const satisfies Readonly<Record<string, PublishedPackage>>;

/** Runs npm in the repository, and returns what it prints. Throws if it fails. */
export type RunNpm = (args: readonly string[]) => Promise<string>;

/** The paths of the packed files. */
export type Tarballs = Readonly<Record<keyof typeof publishedPackages, string>>;

/** Builds the three packages and packs them into `folder`, exactly as `npm publish` would. */
export async function packAll(npm: RunNpm, folder: string): Promise<Tarballs> {
  mkdirSync(folder, { recursive: true });
  const packed: [string, string][] = [];
  for (const [key, { workspace, scripts, folder: content }] of Object.entries(publishedPackages)) {
    for (const script of scripts) await npm(["run", script, "--silent", "--workspace", workspace]);
    const printed = await npm(["pack", `./${content}`, "--json", "--pack-destination", folder]);
    const [tarball] = JSON.parse(printed.slice(printed.indexOf("["))) as { filename: string }[];
    if (tarball === undefined) throw new Error(`npm pack printed no file for ${content}`);
    packed.push([key, join(folder, tarball.filename)]);
  }
  return Object.fromEntries(packed) as Tarballs;
}

/** The packed files of a folder, by npm's names for them. Throws if one is missing or there are several. */
export function tarballsIn(folder: string): Tarballs {
  const pathOf = (start: RegExp): string => {
    const [file, ...others] = readdirSync(folder).filter(name => start.test(name));
    if (file === undefined || others.length > 0) throw new Error(`not one file ${start.source} in ${folder}`);
    return join(resolve(folder), file);
  };
  return {
    functions: pathOf(/^firestore-calendar-sync-\d.*\.tgz$/),
    client: pathOf(/^firestore-calendar-sync-client-.*\.tgz$/),
    emulator: pathOf(/^google-calendar-emulator-.*\.tgz$/),
  };
}
