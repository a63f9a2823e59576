/** The part of a package.json that is read here. */
export type PackageJson = {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly engines?: Names;
  readonly dependencies?: Names;
};

/** Names of packages, and the versions that are asked for. */
type Names = Readonly<Record<string, string>>;

/** One package of a package-lock.json (docs.npmjs.com/cli/configuring-npm/package-lock-json, `packages`). */
type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
};

/** The part of a package-lock.json (version 3) that is read here. A key is a folder, below the folder of the file. */
export type PackageLock = { readonly packages: Readonly<Record<string, LockedPackage>> };

/** The package.json that is deployed: Cloud Build installs nothing but the dependencies that are not in the bundle. */
export function deployedPackage({ name, version, license, engines, dependencies }: PackageJson) {
  return { name, version, private: true, license, main: "index.cjs", engines, dependencies };
}

/** A package of the deployed lock file. */
type DeployedPackage = Omit<LockedPackage, "link"> & { readonly optional?: true };

/**
 * The package-lock.json that is deployed beside the package.json: the packages that the workspace's dependencies need,
 * with the versions and hashes of the repository's lock file, in the places where `npm ci` puts them without the
 * workspace.
 *
 * @param workspace the workspace's folder
 * @throws Error if the lock file lacks a package, or if two versions would be installed in one place
 */
export function deployedLock(manifest: PackageJson, lock: PackageLock, workspace: string) {
  const found = neededPackages(lock, workspace);
  const placed = new Map<string, string>();
  for (const path of found.keys()) {
    const place = placeOf(path, workspace);
    const other = placed.get(place);
    if (other !== undefined) throw new Error(`${path} and ${other} would both be installed at ${place}`);
    placed.set(place, path);
  }
  const packages = [...placed].map(([place, path]): [string, DeployedPackage] => {
    // The flags are about the whole repository; a registry's address, if there was one, about one machine.
    const { dev, devOptional, optional, peer, extraneous, resolved, ...kept } = (lock.packages[path] ??
      {}) as Record<string, unknown>;
    return [place, { ...kept, ...(found.get(path) === "optional" && { optional: true }) }];
  });
  packages.sort(([a], [b]) => a.localeCompare(b, "en"));
  const { private: _private, main: _main, ...root } = deployedPackage(manifest);
  return {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: 3,
    requires: true,
    packages: { "": root, ...Object.fromEntries(packages) } as Readonly<Record<string, DeployedPackage>>,
  };
}

/** Whether a package is needed, or may be absent. */
type Need = "required" | "optional";

/** The paths of all packages that the workspace needs. */
function neededPackages(lock: PackageLock, workspace: string): Map<string, Need> {
  const found = new Map<string, Need>();
  const visit = (path: string, inherited: Need): void => {
    for (const { name, need } of needsOf(lock.packages[path] ?? {})) {
      const needed = need === "required" && inherited === "required" ? "required" : "optional";
      const target = resolve(lock, name, path);
      if (target === undefined) {
        if (need === "optional") continue;
        throw new Error(`${name}, which ${path} needs, is not in package-lock.json`);
      }
      if (lock.packages[target]?.link === true)
        throw new Error(`${name}, which ${path} needs, is in no registry`);
      const known = found.get(target);
      if (known === "required" || known === needed) continue;
      found.set(target, needed);
      visit(target, needed);
    }
  };
  visit(workspace, "required");
  return found;
}

/** What a package needs at run time. npm installs peers too, unless they are optional. */
function needsOf(locked: LockedPackage): { readonly name: string; readonly need: Need }[] {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta,
  } = locked;
  return [
    ...Object.keys(dependencies).map(name => ({ name, need: "required" as const })),
    ...Object.keys(optionalDependencies).map(name => ({ name, need: "optional" as const })),
    ...Object.keys(peerDependencies)
      .filter(name => peerDependenciesMeta?.[name]?.optional !== true)
      .map(name => ({ name, need: "required" as const })),
  ];
}

/** Where Node finds a package for the one at `path`: inner folders first. */
function resolve(lock: PackageLock, name: string, path: string): string | undefined {
  return foldersOf(path)
    .map(folder => `${folder}node_modules/${name}`)
    .find(place => place in lock.packages);
}

/** The folders from `path` up to the root, as prefixes: `a/node_modules/b` → `a/node_modules/b/`, `a/`, ``. */
function foldersOf(path: string): string[] {
  if (path === "") return [""];
  const parts = path.split("/");
  const folders = parts.map((_, index) => `${parts.slice(0, parts.length - index).join("/")}/`);
  return [...folders.filter(folder => !folder.endsWith("node_modules/")), ""];
}

/** Without the workspace, what was in the workspace's own node_modules is at the top. */
function placeOf(path: string, workspace: string): string {
  return path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path;
}
