import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type windowsZones from "cldr-core/supplemental/windowsZones.json";
import { build, type BuildOptions, type Plugin } from "esbuild";
import {
  deployedLock,
  deployedPackage,
  type PackageJson,
  type PackageLock,
} from "./packaging/deployed-package.ts";

/**
 * Two files of code are deployed: our code with schema/, and the Google client, without the 400 other APIs of the
 * googleapis package, which only an instance that calls Google has to read. firebase-functions and firebase-admin stay
 * outside, because the Firebase CLI looks for them in package.json. dist/ has everything that is deployed: the
 * package.json beside the code names the packages that Cloud Build installs, and the lock file their tested versions.
 */
const googleClient = "googleapis/build/src/apis/calendar/index.js";

/** Leaves the client where it is; the bundle fetches it from the file beside it when it is first needed. */
const besideTheBundle: Plugin = {
  name: "google client beside the bundle",
  setup: bundling => {
    bundling.onResolve({ filter: /^googleapis\// }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./google-client.cjs", external: true } : undefined,
    );
  },
};

/**
 * Keeps only the rows for the whole world from CLDR's names of Windows zones, a tenth of the table. zone-names.ts reads
 * no others.
 */
const worldsZonesOnly: Plugin = {
  name: "windows zones of the world",
  setup: bundling => {
    bundling.onLoad({ filter: /windowsZones\.json$/ }, async ({ path }) => {
      const cldr = JSON.parse(await readFile(path, "utf8")) as typeof windowsZones;
      const { mapTimezones } = cldr.supplemental.windowsZones;
      const ofTheWorld = mapTimezones.filter(({ mapZone }) => mapZone._territory === "001");
      const contents = JSON.stringify({ supplemental: { windowsZones: { mapTimezones: ofTheWorld } } });
      return { contents, loader: "json" };
    });
  },
};

const options: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  sourcemap: true,
  external: ["firebase-functions", "firebase-functions/*", "firebase-admin", "firebase-admin/*"],
  logLevel: "warning",
  absWorkingDir: import.meta.dirname,
};

await build({
  ...options,
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.cjs",
  plugins: [besideTheBundle, worldsZonesOnly],
});
await build({
  ...options,
  stdin: { contents: `export { calendar } from "${googleClient}";`, resolveDir: import.meta.dirname },
  outfile: "dist/google-client.cjs",
});

const here = import.meta.dirname;
const dist = join(here, "dist");
const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as PackageJson;
const lock = JSON.parse(await readFile(join(here, "..", "package-lock.json"), "utf8")) as PackageLock;
const packaging = {
  "package.json": deployedPackage(manifest),
  "package-lock.json": deployedLock(manifest, lock, "functions"),
};
for (const [name, content] of Object.entries(packaging)) {
  await writeFile(join(dist, name), `${JSON.stringify(content, null, 2)}\n`);
}

// Whatever an earlier version of this build wrote would be deployed too.
const bundles = ["index.cjs", "google-client.cjs"].flatMap(name => [name, `${name}.map`]);
const written = new Set([...bundles, ...Object.keys(packaging)]);
for (const name of await readdir(dist)) {
  if (!written.has(name)) await rm(join(dist, name), { recursive: true });
}
