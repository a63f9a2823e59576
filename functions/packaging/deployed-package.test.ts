import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { deployedLock, deployedPackage, type PackageJson, type PackageLock } from "./deployed-package.ts";

const manifest = { name: "ours", version: "1.0.0", dependencies: { a: "1.0.0" } };
const a = "node_modules/a";
const b = "node_modules/b";

/** The deployed lock file of a workspace `w` that needs `a`, in a repository with these packages. */
function lockOf(packages: PackageLock["packages"]) {
  return deployedLock(manifest, { packages: { w: manifest, ...packages } }, "w").packages;
}

describe("the deployed package.json", () => {
  test("has the dependencies, and not what is in the bundle", () => {
    const whole = { ...manifest, type: "module", main: "dist/index.cjs", devDependencies: { zod: "^4" } };
    expect(deployedPackage(whole)).toMatchObject({ main: "index.cjs", dependencies: { a: "1.0.0" } });
    expect(deployedPackage(whole)).not.toHaveProperty("devDependencies");
    expect(deployedPackage(whole)).not.toHaveProperty("type");
  });
});

describe("the deployed lock file", () => {
  test("has what is needed, also by what is needed, and nothing else", () => {
    const packages = lockOf({
      [a]: { version: "1.0.0", integrity: "sha512-a", dependencies: { b: "^2.0.0" } },
      [b]: { version: "2.1.0", integrity: "sha512-b" },
      "node_modules/other": { version: "1.0.0" },
    });
    expect(Object.keys(packages)).toEqual(["", a, b]);
    expect(packages).toMatchObject({
      "": { name: "ours", dependencies: { a: "1.0.0" } },
      [b]: { version: "2.1.0", integrity: "sha512-b" },
    });
  });

  test("keeps a version that is installed for one package only", () => {
    const nested = `${a}/${b}`;
    const packages = lockOf({
      [a]: { version: "1.0.0", dependencies: { b: "^1.0.0" } },
      [nested]: { version: "1.9.0", dependencies: { c: "1" } },
      [b]: { version: "2.1.0" },
      "node_modules/c": { version: "1.0.0" },
    });
    expect(Object.keys(packages)).toEqual(["", a, nested, "node_modules/c"]);
  });

  test("has at the top what is installed for the workspace only", () => {
    const packages = lockOf({ [`w/${a}`]: { version: "1.0.0" }, [a]: { version: "3.0.0" } });
    expect(packages).toMatchObject({ [a]: { version: "1.0.0" } });
  });

  test("marks what may be absent, unless something else needs it", () => {
    const packages = lockOf({
      [a]: { version: "1.0.0", dependencies: { b: "1", c: "1" } },
      [b]: { version: "1.0.0", optionalDependencies: { c: "1", d: "1", absent: "1" } },
      "node_modules/c": { version: "1.0.0", dependencies: { e: "1" } },
      "node_modules/d": { version: "1.0.0", dependencies: { f: "1" } },
      "node_modules/e": { version: "1.0.0" },
      "node_modules/f": { version: "1.0.0" },
    });
    const optional = Object.entries(packages).filter(([, locked]) => locked.optional === true);
    expect(Object.keys(packages)).toHaveLength(7);
    expect(optional.map(([place]) => place)).toEqual(["node_modules/d", "node_modules/f"]);
  });

  test("has peers, unless they are optional", () => {
    const packages = lockOf({
      [a]: {
        version: "1.0.0",
        peerDependencies: { b: "1", c: "1" },
        peerDependenciesMeta: { c: { optional: true } },
      },
      [b]: { version: "1.0.0" },
      "node_modules/c": { version: "1.0.0" },
    });
    expect(Object.keys(packages)).toEqual(["", a, b]);
  });

  test("does not have the flags of the repository, or the address of a registry", () => {
    const flagged = { version: "1.0.0", dev: true, peer: true, resolved: "https://registry.example/a.tgz" };
    expect(lockOf({ [a]: flagged })[a]).toEqual({ version: "1.0.0" });
  });

  test.each<[string, PackageLock["packages"], RegExp]>([
    ["a package that is not locked", {}, /^a, which w needs, is not in/],
    ["a package of this repository", { [a]: { link: true } }, /^a, which w needs, is in no registry/],
    [
      "two versions for one place",
      {
        [`w/${a}`]: { version: "1.0.0", dependencies: { b: "1" } },
        [b]: { version: "1.0.0", dependencies: { a: "3" } },
        [a]: { version: "3.0.0" },
      },
      /would both be installed at node_modules\/a/,
    ],
  ])("is refused with %s", (_what, packages, message) => {
    expect(() => lockOf(packages)).toThrow(message);
  });
});

describe("the lock file of the functions", () => {
  const root = join(import.meta.dirname, "..", "..");
  const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), "utf8"));
  const functions = read("functions", "package.json") as PackageJson;
  const whole = read("package-lock.json") as PackageLock;
  const { "": top, ...installed } = deployedLock(functions, whole, "functions").packages;

  test("satisfies their package.json", () => {
    expect(top?.dependencies).toEqual(functions.dependencies);
    for (const [name, version] of Object.entries(functions.dependencies ?? {})) {
      expect(installed[`node_modules/${name}`]?.version).toBe(version);
    }
  });

  test("has the versions and hashes that the tests ran with", () => {
    for (const [path, { version, integrity }] of Object.entries(installed)) {
      expect(integrity).toMatch(/^sha512-/);
      expect({ version, integrity }).toEqual({
        version: whole.packages[path]?.version,
        integrity: whole.packages[path]?.integrity,
      });
    }
  });

  test("has everything that they need", () => {
    const missing = Object.entries(installed).flatMap(([path, { dependencies = {} }]) =>
      Object.keys(dependencies).filter(name => {
        const parts = path.split("/node_modules/");
        const places = parts.map((_, depth) => [...parts.slice(0, depth + 1), name].join("/node_modules/"));
        return ![`node_modules/${name}`, ...places].some(place => place in installed);
      }),
    );
    expect(missing).toEqual([]);
  });

  test("has no folders of this repository, and no address of a registry", () => {
    const other = Object.entries(installed).filter(
      ([path, locked]) => !path.startsWith("node_modules/") || "link" in locked || "resolved" in locked,
    );
    expect(other).toEqual([]);
  });
});
