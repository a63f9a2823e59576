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
import { allFunctions, mainFile } from "./packaging/main-file.ts";

/**
 * Each function has a file of its own, which contains only the code that this function can reach; index.cjs loads the
 * file of the function that an instance serves (packaging/main-file.ts). all-functions.cjs contains all functions and
 * what they need (src/requirements.ts), for the Firebase CLI and for processes that serve several. google-client.cjs is
 * the Google client without the 400 other APIs of the googleapis package; only an instance that calls Google has to
 * read it.
 *
 * firebase-functions and firebase-admin stay outside, because the Firebase CLI looks for them in package.json. dist/
 * has everything that is deployed: the package.json beside the code names the packages that Cloud Build installs, and
 * the lock file their tested versions.
 */
const googleClient = "googleapis/build/src/apis/calendar/index.js";

/** The Google client is loaded from the file beside the function's file when it is first needed. */
const clientBeside: Plugin = {
  name: "google client beside the function",
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

/**
 * Leaves the Firebase packages outside. Without `sideEffects: false`, a function would also load the modules that only
 * left-out code uses.
 */
const firebaseOutside: Plugin = {
  name: "firebase outside",
  setup: bundling => {
    bundling.onResolve({ filter: /^firebase-(functions|admin)(\/|$)/ }, ({ path }) => ({
      path,
      external: true,
      sideEffects: false,
    }));
  },
};

/** The names of the functions: what index.ts exports. */
async function functionNames(): Promise<readonly string[]> {
  const { metafile } = await build({
    ...options,
    entryPoints: [index],
    bundle: false,
    format: "esm",
    write: false,
    metafile: true,
    outfile: "names.mjs",
  });
  return Object.values(metafile.outputs).flatMap(output => output.exports);
}

/** The entry point of one function. "sideEffects" in package.json lets esbuild leave out the other triggers. */
const oneFunction: Plugin = {
  name: "one function",
  setup: bundling => {
    const namespace = "function";
    bundling.onResolve({ filter: /^function:/ }, ({ path }) => ({
      path: path.slice("function:".length),
      namespace,
    }));
    bundling.onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({
      contents: `export { ${name} } from "./${index}";`,
      resolveDir: here,
    }));
  },
};

const here = import.meta.dirname;
const dist = join(here, "dist");
const index = "src/index.ts";
const options = {
  bundle: true,
  platform: "node",
  // This repository deploys on Node 24. A project that installs the package may be older.
  target: "node20",
  format: "cjs",
  sourcemap: true,
  // Node maps a stack trace without the sources. With them, dist/ would be three times as large.
  sourcesContent: false,
  logLevel: "warning",
  absWorkingDir: here,
} as const satisfies BuildOptions;

const names = await functionNames();
const entryPoints = Object.fromEntries(names.map(name => [name, `function:${name}`]));
await build({
  ...options,
  entryPoints: { ...entryPoints, [allFunctions]: "src/all-functions.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  plugins: [oneFunction, firebaseOutside, clientBeside, worldsZonesOnly],
});
await build({
  ...options,
  stdin: { contents: `export { calendar } from "${googleClient}";`, resolveDir: here },
  outfile: "dist/google-client.cjs",
});

const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as PackageJson;
const lock = JSON.parse(await readFile(join(here, "..", "package-lock.json"), "utf8")) as PackageLock;
const json = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;
const texts = {
  "package.json": json(deployedPackage(manifest)),
  "package-lock.json": json(deployedLock(manifest, lock, "functions")),
  // The last one: its age is the age of the build (stack/build.ts).
  "index.cjs": mainFile(names),
};
for (const [name, text] of Object.entries(texts)) await writeFile(join(dist, name), text);

// Whatever an earlier version of this build wrote would be deployed too.
const bundles = [...names, allFunctions, "google-client"].flatMap(name => [`${name}.cjs`, `${name}.cjs.map`]);
const written = new Set([...bundles, ...Object.keys(texts)]);
for (const name of await readdir(dist)) {
  if (!written.has(name)) await rm(join(dist, name), { recursive: true });
}
