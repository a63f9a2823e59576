import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { until } from "../stack/client/until.ts";

jest.setTimeout(30_000);

const lock = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", optional: true },
  },
};

/** Uses a separate repository, in which a script of this test replaces npm. */
describe("the bootstrap", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "bootstrap-"));
    for (const folder of ["scripts/help", "bin"]) mkdirSync(join(root, folder), { recursive: true });
    copyFileSync(join(import.meta.dirname, "bootstrap.mjs"), join(root, "scripts", "bootstrap.mjs"));
    writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock));
    writeFileSync(join(root, "scripts", "help", "hello.txt"), "how to say hello\n");
    writeFileSync(
      join(root, "scripts", "hello.ts"),
      `const wait: boolean = process.argv[2] === "wait";
       process.on("SIGTERM", () => process.exit(42));
       console.log("hello", ...process.argv.slice(2));
       if (!wait) process.exit(Number(process.argv[2] ?? 0));
       setInterval(() => {}, 1000);`,
    );
    npmIs(`echo "npm must not be called" >&2; exit 1`);
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function npmIs(script: string): void {
    writeFileSync(join(root, "bin", "npm"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, "bin", "npm"), 0o755);
  }

  function install(packages: object = lock.packages): void {
    mkdirSync(join(root, "node_modules", "node", "bin"), { recursive: true });
    symlinkSync(process.execPath, join(root, "node_modules", "node", "bin", "node"));
    writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
  }

  function environment(): NodeJS.ProcessEnv {
    const { npm_execpath: _, npm_lifecycle_event: __, ...rest } = process.env;
    return { ...rest, PATH: `${join(root, "bin")}${delimiter}${process.env["PATH"] ?? ""}` };
  }

  function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const bootstrap = join(root, "scripts", "bootstrap.mjs");
    return spawnSync(process.execPath, [bootstrap, ...args], {
      env: environment(),
      encoding: "utf8",
      timeout: 20_000,
    });
  }

  test("help needs no packages", () => {
    expect(run("hello", "--help")).toMatchObject({ status: 0, stdout: "how to say hello\n" });
  });

  test.each([[["goodbye"]], [["../evil"]], [[]]])("an unknown script is a mistake of usage: %j", args => {
    expect(run(...args)).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("usage:") });
  });

  test("what is installed already is used without npm, with arguments and exit code passed on", () => {
    install();
    expect(run("hello", "7", "--help")).toMatchObject({ status: 7, stdout: "hello 7 --help\n", stderr: "" });
  });

  test("an optional package may be missing", () => {
    install({ "node_modules/a": { version: "1.0.0" } });
    expect(run("hello").status).toBe(0);
  });

  test.each([
    ["nothing is installed", undefined],
    ["a package is missing", {}],
    ["a package has another version", { "node_modules/a": { version: "0.9.0" } }],
  ])("packages are installed when %s, and only once", (_, packages) => {
    if (packages !== undefined) install(packages);
    const installed = JSON.stringify({ packages: lock.packages });
    npmIs(
      `echo "$@" >> called; mkdir -p node_modules/node/bin; ln -sf ${process.execPath} node_modules/node/bin/node; echo '${installed}' > node_modules/.package-lock.json`,
    );
    expect(run("hello")).toMatchObject({
      status: 0,
      stdout: "hello\n",
      stderr: expect.stringContaining("packages installed in"),
    });
    expect(run("hello")).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(join(root, "called"), "utf8")).toMatch(
      /^ci .*--ignore-scripts.*\nrebuild node .*\n$/,
    );
  });

  test("an installation that fails shows its last words, and leaves no lock behind", () => {
    npmIs("echo the registry is on fire; exit 9");
    const { status, stderr } = run("hello");
    expect(status).toBe(1);
    expect(stderr).toContain("[npm] the registry is on fire");
    expect(stderr).toContain("npm ci ended with code 9");
    expect(existsSync(join(root, ".stack", "install.lock"))).toBe(false);
  });

  test("the lock of an installation that was killed is no obstacle", () => {
    mkdirSync(join(root, ".stack"));
    writeFileSync(join(root, ".stack", "install.lock"), String(2 ** 30));
    npmIs("exit 9");
    expect(run("hello").stderr).toContain("npm ci ended with code 9");
  });

  test("a signal reaches the script, which decides how to end", async () => {
    install();
    const child = spawn(process.execPath, [join(root, "scripts", "bootstrap.mjs"), "hello", "wait"], {
      env: environment(),
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise(resolve => child.once("exit", resolve));
    await until("the script runs", () => output.includes("hello wait"));
    child.kill("SIGTERM");
    expect(await ended).toBe(42);
  });
});
