import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";

type Entry = {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, Entry>>;
};

/** The paths where Node looks for a dependency of the package at `path`, inner folders first. */
function placesOf(name: string, path: string): string[] {
  const places: string[] = [];
  for (let folder = path; folder !== "."; folder = dirname(folder)) {
    if (!folder.endsWith("node_modules")) places.push(join(folder, "node_modules", name));
  }
  return [...places, join("node_modules", name)];
}

describe("package-lock.json", () => {
  test("has the packages of every platform: npm ci refuses it otherwise", () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        name => !placesOf(name, path).some(place => place in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  test("names no registry: the one that the machine is set up for is used", () => {
    const addresses = Object.entries(lock.packages).filter(
      ([, { link, resolved }]) => link !== true && resolved !== undefined,
    );
    expect(addresses.map(([path]) => path)).toEqual([]);
  });
});
