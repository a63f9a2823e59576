import type { PackageJson } from "./deployed-package.ts";

/** The part of the workspace's package.json from which the published one is made. */
export type WorkspaceManifest = PackageJson & {
  readonly description: string;
  readonly keywords: readonly string[];
};

/** What npm calls the package. */
const publishedName = "firestore-calendar-sync";

/** The host project chooses the versions of these packages, because its own code shares them with the functions. */
const peers = ["firebase-admin", "firebase-functions"] as const;

/**
 * The package.json that is published. The code is the code that this repository deploys (deployed-package.ts); only the
 * Firebase packages are the host's.
 *
 * @throws Error if the functions do not depend on a peer
 */
export function publishedPackage({
  version,
  description,
  keywords,
  license,
  dependencies = {},
}: WorkspaceManifest) {
  const peerDependencies = Object.fromEntries(
    peers.map(name => {
      const tested = dependencies[name];
      if (tested === undefined) throw new Error(`the functions do not depend on ${name}`);
      return [name, `^${tested}`];
    }),
  );
  return {
    name: publishedName,
    version,
    description,
    keywords,
    license,
    main: "functions/index.cjs",
    types: "functions/index.d.cts",
    exports: {
      ".": { types: "./functions/index.d.cts", default: "./functions/index.cjs" },
      "./package.json": "./package.json",
    },
    bin: { [publishedName]: "cli.mjs" },
    engines: { node: ">=20" },
    peerDependencies,
    // The Firebase CLI installs them beside a kit (firebase-tools, functions/kits/install.js), and `npx` needs none.
    peerDependenciesMeta: Object.fromEntries(peers.map(name => [name, { optional: true }])),
  };
}

/**
 * The npm-shrinkwrap.json that is published. The Firebase CLI warns about a function kit without one
 * (firebase-tools, functions/kits/install.js). It locks nothing, because all code is in the package; with the peers in
 * it, npm would install second copies of them below the package.
 */
export function shrinkwrap(published: ReturnType<typeof publishedPackage>) {
  const { name, version, license, bin, engines, peerDependencies, peerDependenciesMeta } = published;
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { "": { name, version, license, bin, engines, peerDependencies, peerDependenciesMeta } },
  };
}
