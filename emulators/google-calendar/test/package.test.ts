import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packageReadme } from "../packaging/manifest.ts";
import { rollUp } from "../packaging/roll-up.ts";
import { until } from "./harness.ts";

const execute = promisify(execFile);
/** Runs a program to its end. What does not end by itself is ended, and the call rejects. */
const run = async (file: string, args: readonly string[], cwd = workspace): Promise<{ stdout: string }> =>
  await execute(file, args, { cwd, timeout: 30_000 });
const workspace = join(__dirname, "..");
const modules = join(workspace, "..", "..", "node_modules");

const FILES = [
  "LICENSE",
  "README.md",
  "THIRD-PARTY-LICENSES",
  "google-calendar-emulator.cjs",
  "index.cjs",
  "index.d.cts",
  "index.d.ts",
  "index.js",
  "main.js",
  "package.json",
  "page/app.js",
  "page/index.html",
  "page/style.css",
  "page/week.js",
];

describe("the package as npm packs it", () => {
  // Outside of the repository, so that nothing but the package itself can be found.
  const temporary = mkdtempSync(join(tmpdir(), "emulator-package-"));
  const consumer = join(temporary, "consumer");
  const installed = join(consumer, "node_modules", "google-calendar-emulator");
  const read = (name: string): string => readFileSync(join(installed, name), "utf8");
  let packed: { filename: string; files: { path: string; mode: number }[] };

  beforeAll(async () => {
    const built = join(temporary, "built");
    await run(process.execPath, [join(workspace, "build.ts"), built]);
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", temporary], built);
    [packed = { filename: "", files: [] }] = JSON.parse(stdout) as (typeof packed)[];
    mkdirSync(join(consumer, "node_modules"), { recursive: true });
    await run("tar", ["-xzf", join(temporary, packed.filename), "-C", temporary]);
    cpSync(join(temporary, "package"), installed, { recursive: true });
    writeFileSync(join(consumer, "package.json"), '{"private": true}');
  }, 60_000);
  afterAll(() => {
    rmSync(temporary, { recursive: true });
  });

  test("has exactly these files, and the command may be run", () => {
    expect(packed.files.map(({ path }) => path).sort()).toEqual(FILES);
    const command = packed.files.find(({ path }) => path.endsWith("emulator.cjs"));
    expect((command?.mode ?? 0) & 0o111).toBe(0o111);
  });

  test("needs nothing but Node, and names whose code it contains", () => {
    const manifest = JSON.parse(read("package.json")) as object;
    expect(manifest).toMatchObject({ name: "google-calendar-emulator", engines: { node: ">=20" } });
    for (const field of ["dependencies", "private", "scripts", "devDependencies", "repository"]) {
      expect(manifest).not.toHaveProperty(field);
    }
    expect(read("THIRD-PARTY-LICENSES").match(/^\S+ \S+ \(MIT\)$/gm)).toEqual([
      expect.stringMatching(/^jose /),
      expect.stringMatching(/^zod /),
    ]);
  });

  test("has a README whose links work everywhere", () => {
    const targets = [...read("README.md").matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target ?? "");
    expect(targets).toContain("#habits-and-faults");
    expect(targets.filter(target => !/^(#|https:)/.test(target))).toEqual([]);
  });

  const use = `const emulator = await createGoogleCalendarEmulator({ port: 0 });
    emulator.load({ users: [{ email: "ada@example.com" }] });
    const state = await (await fetch(emulator.url + "/_emulator/state")).json();
    const page = await Promise.all(["/", "/_page/app.js", "/_page/week.js", "/_page/style.css"].map(async path => {
      const answer = await fetch(emulator.url + path);
      return [answer.status, (await answer.text()).length > 1000];
    }));
    await emulator.close();
    console.log(JSON.stringify({ users: state.users.map(user => user.email), page }));`;

  test.each([
    ["import", "use.mjs", `import { createGoogleCalendarEmulator } from "google-calendar-emulator";\n${use}`],
    [
      "require",
      "use.cjs",
      `const { createGoogleCalendarEmulator } = require("google-calendar-emulator");\n(async () => { ${use} })();`,
    ],
  ])("%s starts an emulator that answers and has its page", async (_how, name, code) => {
    writeFileSync(join(consumer, name), code);
    const { stdout } = await run(process.execPath, [name], consumer);
    expect(JSON.parse(stdout)).toEqual({ users: ["ada@example.com"], page: Array(4).fill([200, true]) });
  });

  test("the command starts and ends with SIGTERM", async () => {
    const command = spawn(process.execPath, [join(installed, "google-calendar-emulator.cjs"), "--port", "0"]);
    let output = "";
    let code: number | null | undefined;
    command.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    command.on("close", status => (code = status));
    try {
      const url = await until("the ready line", () => /ready at (\S+)/.exec(output)?.[1]);
      expect((await fetch(`${url}/_emulator/state`)).status).toBe(200);
      command.kill("SIGTERM");
      await until("the end", () => (code === undefined ? undefined : true));
      expect(code).toBe(0);
    } finally {
      command.kill("SIGKILL");
    }
  });

  test("the command says which Node it needs", async () => {
    const older = `Object.defineProperty(process, "versions", { value: { node: "18.20.0" } });
      require(${JSON.stringify(join(installed, "google-calendar-emulator.cjs"))});`;
    await expect(run(process.execPath, ["-e", older])).rejects.toMatchObject({
      code: 1,
      stderr: "google-calendar-emulator needs Node 20 or newer, and this is Node 18.20.0.\n",
    });
  });

  test("its types serve ESM and CommonJS without any setting", async () => {
    const code = `import { createGoogleCalendarEmulator } from "google-calendar-emulator";
      import type { GoogleCalendarEmulator, GoogleCalendarEmulatorOptions } from "google-calendar-emulator";
      const options: GoogleCalendarEmulatorOptions = { habits: { syncTokenExpiry: "400" }, quotas: { status: 429 } };
      export const emulator: Promise<GoogleCalendarEmulator> = createGoogleCalendarEmulator(options);
      // @ts-expect-error a port is a number
      void createGoogleCalendarEmulator({ port: "9190" });`;
    writeFileSync(join(consumer, "use-types.mts"), code);
    writeFileSync(join(consumer, "use-types.cts"), code);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      module: "nodenext",
      target: "es2020",
      skipLibCheck: false,
      types: [],
    };
    const files = ["use-types.mts", "use-types.cts"];
    writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const args = [join(modules, "typescript", "bin", "tsc"), "--project", consumer];
    const { stdout } = await run(process.execPath, args).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe("");
  });
});

test("links to files become text, others stay", () => {
  expect(packageReadme("[a](../../README.md), [b](#b), [c](https://c.example)")).toBe(
    "a, [b](#b), [c](https://c.example)",
  );
});

describe("rolled-up declarations", () => {
  const roll = (index: string, other = ""): string =>
    rollUp(
      "index.d.ts",
      new Map([
        ["index.d.ts", index],
        ["a/other.d.ts", other],
      ]),
    );

  test("have what is mentioned, export what the entry exports, and lack the rest", () => {
    const text = roll(
      'import type { A } from "./a/other.ts";\nexport declare const a: A;',
      "/** Why. */\nexport interface A { b: B }\ninterface B { c: 1 }\nexport interface Unused {}",
    );
    expect(text).toBe(
      "export declare const a: A;\n/** Why. */\ninterface A { b: B }\ninterface B { c: 1 }\nexport {};\n",
    );
  });

  test.each([
    [
      "two declarations of one name",
      'import type { A } from "./a/other.ts";\nexport interface C { a: A }\nexport interface B {}',
      "export interface A { b: B }\ninterface B {}",
      /both declare B/,
    ],
    [
      "a type of a package",
      'import type { A } from "zod";\nexport declare const a: A;',
      "",
      /from a package/,
    ],
    [
      "a renamed import",
      'import type { A as Z } from "./a/other.ts";\nexport declare const a: Z;',
      "export interface A {}",
      /renames A to Z/,
    ],
    ["an export of everything", 'export * from "./a/other.ts";', "", /exports everything/],
  ])("are refused with %s", (_what, index, other, message) => {
    expect(() => roll(index, other)).toThrow(message);
  });
});
