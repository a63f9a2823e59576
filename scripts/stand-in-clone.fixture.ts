import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export type Packages = Readonly<Record<string, object>>;

const script = `const wait: boolean = process.argv[2] === "wait";
  process.on("SIGTERM", () => process.exit(42));
  console.log("hello", ...process.argv.slice(2));
  if (!wait) process.exit(Number(process.argv[2] ?? 0));
  setInterval(() => {}, 1000);`;

/** A small repository with our bootstrap.mjs, one script, and a shell script in the place of npm. */
export class StandInClone {
  readonly root = mkdtempSync(join(tmpdir(), "bootstrap-"));

  constructor(packages: Packages) {
    for (const file of ["bootstrap.mjs", "install-packages.mjs"])
      this.write(join("scripts", file), readFileSync(join(import.meta.dirname, file), "utf8"));
    this.write("package-lock.json", JSON.stringify({ packages }));
    this.write("scripts/help/hello.txt", "how to say hello\n");
    this.write("scripts/hello.ts", script);
    this.npmIs(`echo "npm must not be called" >&2; exit 1`);
  }

  write(path: string, content: string): void {
    const file = join(this.root, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }

  npmIs(shellScript: string): void {
    this.write("bin/npm", `#!/bin/sh\n${shellScript}\n`);
    chmodSync(join(this.root, "bin", "npm"), 0o755);
  }

  /** Puts what an installation leaves into node_modules of the folder. The program `node` is a link to ours. */
  install(packages: Packages, folder = "."): void {
    const bin = join(this.root, folder, "node_modules", "node", "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, "node"));
    this.write(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
  }

  get lockFileHash(): string {
    return createHash("sha256")
      .update(readFileSync(join(this.root, "package-lock.json")))
      .digest("hex");
  }

  run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [join(this.root, "scripts", "bootstrap.mjs"), ...args], {
      env: this.#environment(),
      encoding: "utf8",
      timeout: 20_000,
    });
  }

  start(...args: string[]): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
    const child = spawn(process.execPath, [join(this.root, "scripts", "bootstrap.mjs"), ...args], {
      env: this.#environment(),
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>(resolve => {
      child.once("close", resolve);
    });
    return { child, output: () => output, ended };
  }

  /** Every file below the folder with its content; a link with its target. */
  filesIn(folder: string): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name of readdirSync(join(this.root, folder))) {
      const path = join(folder, name);
      const { isLink, isFolder } = kindOf(join(this.root, path));
      if (isLink) found[path] = `-> ${readlinkSync(join(this.root, path))}`;
      else if (isFolder) Object.assign(found, this.filesIn(path));
      else found[path] = readFileSync(join(this.root, path), "utf8");
    }
    return found;
  }

  /** What an installation has left in the state folder, beside its log. */
  leftovers(): string[] {
    return readdirSync(join(this.root, ".stack")).filter(name => name !== "install.log");
  }

  #environment(): NodeJS.ProcessEnv {
    const { npm_execpath: _, npm_lifecycle_event: __, ...rest } = process.env;
    return { ...rest, PATH: `${join(this.root, "bin")}${delimiter}${process.env["PATH"] ?? ""}` };
  }
}

function kindOf(path: string): { isLink: boolean; isFolder: boolean } {
  const stat = lstatSync(path);
  return { isLink: stat.isSymbolicLink(), isFolder: stat.isDirectory() };
}
