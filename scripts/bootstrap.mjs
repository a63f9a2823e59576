/**
 * Starts a command: `node scripts/bootstrap.mjs NAME [ARGUMENT…]` runs `scripts/NAME.ts`, or the file in `elsewhere`.
 *
 * This file must run on a fresh clone with any Node from 18 on, so it is plain JavaScript and imports nothing from npm.
 * If the packages are missing or differ from package-lock.json, install-packages.mjs installs them. Then this starts
 * the Node of the npm package `node`, which is the version of production, and passes signals and the exit code through.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages } from "./install-packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const ownNode = join(modules, "node", "bin", "node");
const wantedMajor = 24;

const [name, ...rest] = process.argv.slice(2);
const elsewhere = { bench: "bench/run.ts", compat: "tests/compat/run.ts", smoke: "tests/smoke/run.ts" };
const scriptFile = join(root, elsewhere[name] ?? `scripts/${name}.ts`);
if (!name || !/^[a-z-]+$/.test(name) || !existsSync(scriptFile)) {
  fail(2, `usage: node scripts/bootstrap.mjs NAME [ARGUMENT…]   (there is no scripts/${name ?? "NAME"}.ts)`);
}
// Help is shown before anything is installed. Only the first argument is examined; later arguments belong to the
// command.
const helpFile = join(root, "scripts", "help", `${name}.txt`);
if ((rest[0] === "--help" || rest[0] === "-h") && existsSync(helpFile)) {
  process.stdout.write(readFileSync(helpFile, "utf8"));
  process.exit(0);
}

await ensurePackages();
handOver(chooseNode());

/** The Node of production, from the npm package; otherwise the current Node, if it is new enough. */
function chooseNode() {
  const answer = spawnSync(ownNode, ["--version"], { encoding: "utf8" });
  if (answer.status === 0) return ownNode;
  if (Number(process.versions.node.split(".")[0]) >= wantedMajor) return process.execPath;
  fail(
    1,
    `Node ${wantedMajor} is missing: the npm package "node" brings it with an install script, which seems not to have run\n` +
      `(here runs Node ${process.versions.node}). Allow install scripts and run "npm ci", or install Node ${wantedMajor}.`,
  );
}

function handOver(node) {
  const bin = join(modules, ".bin");
  const child = spawn(node, [scriptFile, ...rest], {
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: [bin, ...(process.env["PATH"] ?? "").split(delimiter).filter(folder => folder !== bin)].join(
        delimiter,
      ),
      // The script watches this process and ends itself when this process has ended for any reason.
      FCS_BOOTSTRAP_PID: String(process.pid),
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
    process.on(signal, () => child.kill(signal));
  // npm does not pass on every signal, and cannot if it is killed. A changed parent shows that npm has ended.
  const parent = process.ppid;
  if (process.env["npm_lifecycle_event"] !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent) child.kill("SIGTERM");
    }, 500).unref();
  }
  child.on("error", error => fail(1, `${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    const numbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
    process.exit(code ?? 128 + (numbers[signal] ?? 0));
  });
}

function fail(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
