import { existsSync, readFileSync } from "node:fs";
import type { Ours } from "./plan/add-kit.ts";
import type { Params } from "./plan/env-text.ts";
import { isObject, parseJson, textOf, type Json } from "./plan/json-text.ts";
import { kitId } from "./plan/kit-layout.ts";

/**
 * The files of this product that the command writes into a project: in the published package they are in `files/`
 * beside the command, in the repository in its root.
 *
 * @param module the address of the command's own file
 */
export function readOurFiles(module: string | URL, params: Params): Ours & { readonly version: string } {
  const published = new URL("./files/", module);
  const folder = existsSync(published) ? published : new URL("../../", module);
  const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
  const manifest = nearestManifest(module);
  const version = textOf(manifest["version"]) ?? "0.0.0";
  return {
    version,
    rules: read("firestore.rules"),
    indexes: read("firestore.indexes.json"),
    params,
    dependency: { name: kitId, spec: `^${version}` },
    sdks: ["firebase-admin", "firebase-functions"].map(name => ({ name, spec: savedSpec(manifest, name) })),
  };
}

/** What npm saves for a package that our manifest names: `^` and the version, where it names one version. */
function savedSpec(manifest: Json, name: string): string {
  const declared = [manifest["peerDependencies"], manifest["dependencies"]]
    .filter(isObject)
    .map(list => textOf(list[name]))
    .find(spec => spec !== undefined);
  if (declared === undefined) throw new Error(`our package.json does not name ${name}`);
  return /^\d+\.\d+\.\d+$/.test(declared) ? `^${declared}` : declared;
}

/** The package.json of the package that the module belongs to. */
function nearestManifest(module: string | URL): Json {
  for (const path of ["./package.json", "../package.json", "../../package.json"]) {
    const url = new URL(path, module);
    if (!existsSync(url)) continue;
    const manifest = parseJson("package.json", readFileSync(url, "utf8"));
    if (isObject(manifest)) return manifest;
  }
  throw new Error("the command's package has no package.json");
}
