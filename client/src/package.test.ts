import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const run = promisify(execFile);
const clientFolder = join(import.meta.dirname, "..");
const modules = join(clientFolder, "..", "node_modules");
const name = "@firestore-calendar-sync/client";

/** An app outside of the repository, in whose node_modules the package is built. */
let app: string;
let built: string;

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), "client-package-"));
  built = join(app, "node_modules", name);
  mkdirSync(dirname(built), { recursive: true });
  for (const dependency of ["zod", "firebase"]) {
    symlinkSync(join(modules, dependency), join(app, "node_modules", dependency));
  }
  await run(process.execPath, [join(clientFolder, "build.ts"), built]);
});
afterAll(() => {
  rmSync(app, { recursive: true, force: true });
});

const sources = readdirSync(join(clientFolder, "src"))
  .filter(file => !/\.(test|fixture)\.ts$/.test(file))
  .map(file => file.replace(/\.ts$/, ""));

/** Runs a script in the app with a Node that reads JavaScript only. Returns what it prints. */
async function runInApp(file: string, code: string): Promise<string> {
  writeFileSync(join(app, file), code);
  const { stdout } = await run(process.execPath, ["--no-strip-types", file], { cwd: app });
  return stdout.trim();
}

/**
 * The compiler's messages for files of the app, without those for declarations of zod and Firebase. ES2020 does not
 * have all that these need: zod's `URL`, and Firebase's `Temporal`.
 */
async function messagesFor(files: Readonly<Record<string, string>>): Promise<string[]> {
  const compilerOptions = { module: "NodeNext", lib: ["ES2020"], target: "ES2020", strict: true, types: [] };
  const tsconfig = {
    compilerOptions: { ...compilerOptions, noEmit: true, skipLibCheck: false },
    files: Object.keys(files),
  };
  const written = {
    ...files,
    "package.json": JSON.stringify({ type: "module" }),
    "tsconfig.json": JSON.stringify(tsconfig),
  };
  for (const [file, text] of Object.entries(written)) writeFileSync(join(app, file), text);
  const tsc = join(modules, "typescript", "bin", "tsc");
  const printed = await run(process.execPath, [tsc, "-p", "."], { cwd: app }).then(
    () => "",
    (error: unknown) => (error as { stdout: string }).stdout,
  );
  const others = /^[^(]*node_modules\/(zod|firebase|@firebase)\//;
  return printed.split("\n").filter(line => line !== "" && !others.test(line));
}

describe("the package that apps install", () => {
  test("contains the compiled sources, their declarations, and nothing else", async () => {
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--offline"], { cwd: built });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const expected = ["LICENSE", "README.md", "package.json"].concat(
      sources.flatMap(source => [`${source}.js`, `${source}.d.ts`]),
    );
    expect(packed?.files.map(({ path }) => path).sort()).toEqual(expected.sort());
  });

  test("names no TypeScript source, in no file", () => {
    const importsSource = /["']\.[^"']*(?<!\.d)\.ts["']/;
    const naming = readdirSync(built).filter(file =>
      importsSource.test(readFileSync(join(built, file), "utf8")),
    );
    expect(naming).toEqual([]);
  });

  test("lets a bundler leave out zod, if an app only computes with documents", () => {
    const loaded = new Set<string>();
    const load = (source: string): void => {
      if (loaded.has(source)) return;
      loaded.add(source);
      const code = existsSync(join(built, `${source}.js`))
        ? readFileSync(join(built, `${source}.js`), "utf8")
        : "";
      for (const [, next = ""] of code.matchAll(/ from "(?:\.\/)?([\w-]+)(?:\.js)?"/g)) load(next);
    };
    for (const source of ["agenda-filter", "busy-intervals", "free-slots", "same-meeting"]) load(source);
    expect([...loaded].sort()).toEqual([
      "agenda-filter",
      "busy",
      "busy-intervals",
      "free-slots",
      "freshness",
      "same-meeting",
      "time-range",
      "working-hours",
      "zoned-time",
    ]);
  });

  test("has a package.json whose entries exist, which is not private and brings only zod", () => {
    const manifest = JSON.parse(readFileSync(join(built, "package.json"), "utf8")) as {
      exports: Record<string, Record<string, string>>;
      dependencies: Record<string, string>;
    };
    const files = Object.values(manifest.exports).flatMap(entry => Object.values(entry));
    expect(Object.keys(manifest.exports)).toEqual([".", "./web-sdk"]);
    expect(files.filter(file => !existsSync(join(built, file)))).toEqual([]);
    expect(manifest).toMatchObject({
      type: "module",
      sideEffects: false,
      engines: { node: ">=20" },
      peerDependencies: { firebase: "^11.0.0 || ^12.0.0" },
      peerDependenciesMeta: { firebase: { optional: true } },
    });
    expect(Object.keys(manifest.dependencies)).toEqual(["zod"]);
    for (const field of ["private", "scripts", "devDependencies"]) expect(manifest).not.toHaveProperty(field);
  });

  test("is imported by plain Node, and required by CommonJS", async () => {
    const print = "console.log(accountsPath('ada'), typeof webListen, typeof calendarFunctions)";
    const esm = `import { accountsPath } from "${name}";
      import { calendarFunctions, webListen } from "${name}/web-sdk";`;
    const cjs = `const { accountsPath } = require("${name}");
      const { calendarFunctions, webListen } = require("${name}/web-sdk");`;
    const printed = await Promise.all([
      runInApp("app.mjs", `${esm}\n${print}`),
      runInApp("app.cjs", `${cjs}\n${print}`),
    ]);
    const expected = "users/ada/calendarAccounts function function";
    expect(printed).toEqual([expected, expected]);
  });

  test("type-checks in a NodeNext app that compiles for ES2020 and checks declarations", async () => {
    const mainEntry = `import { agendaQuery, eventDocument, type EventDocument } from "${name}";
      export const query = agendaQuery("ada", new Date(0), new Date(1));
      export const event: EventDocument = eventDocument.parse({});
      export const summary: string | undefined = event.summary;
      // @ts-expect-error An event has no colour. Without types, it would have one.
      event.colour;`;
    const webSdk = `import type { FirebaseApp } from "firebase/app";
      import { getFunctions } from "firebase/functions";
      import type { Firestore } from "firebase/firestore";
      import { calendarsQuery, calendarDocument, subscribe } from "${name}";
      import { calendarFunctions, webListen } from "${name}/web-sdk";
      export const stop = (db: Firestore) =>
        subscribe(webListen(db), calendarsQuery("ada"), calendarDocument, { next: () => {}, error: () => {} });
      export const callables = (app: FirebaseApp) =>
        calendarFunctions(getFunctions(app, "europe-west1"), { instance: "calendar" });
      export const sync = (app: FirebaseApp): Promise<void> => callables(app).syncNow({ calendarKey: "k" });
      // @ts-expect-error One sync cannot be full and only if stale.
      export const both = (app: FirebaseApp) => callables(app).syncNow({ calendarKey: "k", full: true, ifStale: true });`;
    expect(await messagesFor({ "main-entry.ts": mainEntry, "web-sdk.ts": webSdk })).toEqual([]);
  });
});
