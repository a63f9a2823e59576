/**
 * Starts a command: `node scripts/bootstrap.mjs NAME [ARGUMENT…]` runs `scripts/NAME.ts`, or the file in `elsewhere`.
 *
 * This file must run on a fresh clone with any Node from 18 on, so it is plain JavaScript and imports nothing from npm.
 * If the packages are missing or differ from package-lock.json, it installs them. Then it starts the Node of the npm
 * package `node`, which is the version of production, and passes signals and the exit code through.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const lockFile = join(root, "package-lock.json");
const stampFile = join(modules, ".fcs-lock-hash");
const ownNode = join(modules, "node", "bin", "node");
const stateFolder = join(root, ".stack");
const installLock = join(stateFolder, "install.lock");
const installLog = join(stateFolder, "install.log");
const wantedMajor = 24;

/**
 * Only the package `node` needs its install script, which downloads the binary. The scripts of the other packages build
 * or download parts that have a fallback; a faster engine for regular expressions alone takes minutes of C++.
 */
const installSteps = [
  ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
  ["rebuild", "node", "--foreground-scripts", "--no-audit", "--no-fund"],
];

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

if (!isInstalled()) await installOnce();
handOver(chooseNode());

/** True if node_modules matches package-lock.json. Needs no network and no npm. */
function isInstalled() {
  if (!existsSync(join(modules, ".package-lock.json"))) return false;
  const hash = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (readText(stampFile) === hash) return true;
  // The packages may have been installed by hand or by an earlier `npm install`. npm's own record lists them.
  if (!existsSync(ownNode)) return false;
  const wanted = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  const present = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/")) continue;
    const found = present[path];
    if (found ? found.version !== entry.version : !entry.optional && !entry.devOptional && !entry.peer)
      return false;
  }
  writeFileSync(stampFile, hash);
  return true;
}

/** Installs the packages. If another process of this script is already installing them, waits for it. */
async function installOnce() {
  mkdirSync(stateFolder, { recursive: true });
  let told = false;
  for (;;) {
    try {
      const descriptor = openSync(installLock, "wx");
      writeFileSync(descriptor, String(process.pid));
      closeSync(descriptor);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = Number(readText(installLock));
    if (holder && !isAlive(holder)) rmSync(installLock, { force: true });
    else if (!told) {
      told = true;
      say(`another start is installing the packages (process ${holder}); waiting for it`);
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  try {
    if (!isInstalled()) await install();
  } finally {
    rmSync(installLock, { force: true });
  }
}

async function install() {
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const what = "installing packages (the first run takes about two minutes)…";
  say(what);
  const tick = () => {
    if (process.stderr.isTTY) process.stderr.write(`\r${what} ${seconds()} s `);
    else say(`still installing, ${seconds()} s`);
  };
  const ticker = setInterval(tick, process.stderr.isTTY ? 1000 : 15_000);
  const log = openSync(installLog, "w");
  let problem;
  for (const step of installSteps) problem ??= await runNpm(step, log);
  clearInterval(ticker);
  if (process.stderr.isTTY) process.stderr.write("\r");
  if (problem) {
    const tail = (readText(installLog) ?? "").trimEnd().split("\n").slice(-25);
    rmSync(installLock, { force: true });
    fail(1, [...tail.map(line => `[npm] ${line}`), problem, `the whole log: ${installLog}`].join("\n"));
  }
  writeFileSync(stampFile, createHash("sha256").update(readFileSync(lockFile)).digest("hex"));
  say(`packages installed in ${seconds()} s`);
}

/** Runs npm to its end. Returns a description of the problem, or undefined. */
async function runNpm(step, log) {
  const npm = process.env["npm_execpath"];
  // Without this, npm would inherit the log level of the npm that started us, for example from `npm start --silent`.
  const args = [...step, "--loglevel=notice"];
  const [command, commandArgs] = npm?.endsWith(".js") ? [process.execPath, [npm, ...args]] : ["npm", args];
  // npm gets a process group of its own, so that Ctrl-C ends npm and all its children.
  const child = spawn(command, commandArgs, { cwd: root, stdio: ["ignore", log, log], detached: true });
  const end = signal => {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // npm has already ended.
    }
    rmSync(installLock, { force: true });
    process.stderr.write("\n");
    process.exit(128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal]);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, end);
  const problem = await new Promise(resolve => {
    child.on("error", error => resolve(`npm could not be started: ${error.message}`));
    child.on("exit", code => resolve(code === 0 ? undefined : `npm ${step[0]} ended with code ${code}`));
  });
  for (const signal of signals) process.off(signal, end);
  return problem;
}

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

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
