/**
 * Installs the npm packages for bootstrap.mjs. Plain JavaScript for Node 18 without npm packages, as bootstrap.mjs is.
 *
 * `npm ci` deletes node_modules before it knows whether the new packages can be had. So npm installs into a folder of
 * its own, and only complete packages replace the old ones, by renaming. An end at any point is harmless:
 *
 * 1. While npm runs, everything is in `.stack/install-PID/`. The next installation deletes what a dead process left.
 * 2. When npm has ended well, that folder is renamed to `.stack/install-ready/`. From here on the change is decided.
 * 3. The old folders are renamed into install-ready/replaced/, the new ones to their places: node_modules of the root
 *    last. Every step may be repeated, so the next start completes what an end in the middle has left.
 * 4. install-ready/ gets a name of step 1 again, and is deleted.
 */
import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, "package-lock.json");
/** Names the package-lock.json that a node_modules belongs to. */
const stampName = ".fcs-lock-hash";
const stateFolder = join(root, ".stack");
const installLock = join(stateFolder, "install.lock");
const installLog = join(stateFolder, "install.log");
const readyFolder = join(stateFolder, "install-ready");
/** The folder of step 1. Another start has another one, so an npm that outlived its parent disturbs no one. */
const ownFolder = join(stateFolder, `install-${process.pid}`);
/** In the folder of an installation: the node_modules that it consists of, as a JSON list. */
const listName = "node-modules.json";

/**
 * Only the package `node` needs its install script, which downloads the binary. The scripts of the other packages build
 * or download parts that have a fallback; a faster engine for regular expressions alone takes minutes of C++.
 */
const installSteps = [
  ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
  ["rebuild", "node", "--foreground-scripts", "--no-audit", "--no-fund"],
];

/** Installs the packages if they are missing or differ from package-lock.json. A failure ends this process. */
export async function ensurePackages() {
  if (isInstalled() && !existsSync(readyFolder)) return;
  mkdirSync(stateFolder, { recursive: true });
  await takeLock();
  try {
    deleteLeftovers();
    if (existsSync(readyFolder)) replace();
    if (!isInstalled()) await install();
  } finally {
    rmSync(installLock, { force: true });
  }
}

/** True if node_modules matches package-lock.json. Needs no network and no npm. */
function isInstalled() {
  const modules = join(root, "node_modules");
  if (!existsSync(join(modules, ".package-lock.json"))) return false;
  if (readText(join(modules, stampName)) === hashOf(lockFile)) return true;
  // The packages may have been installed by hand or by an earlier `npm install`. npm's own record lists them.
  if (!existsSync(join(modules, "node", "bin", "node"))) return false;
  const wanted = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  const present = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/")) continue;
    const found = present[path];
    if (found ? found.version !== entry.version : !entry.optional && !entry.devOptional && !entry.peer)
      return false;
  }
  writeFileSync(join(modules, stampName), hashOf(lockFile));
  return true;
}

/** Waits while another process of this script holds the lock. A dead process holds nothing. */
async function takeLock() {
  // A file that is linked into place has its content from the beginning.
  const mine = `${installLock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  let told = false;
  try {
    while (!canLink(mine)) {
      const holder = Number(readText(installLock));
      if (!isAlive(holder)) {
        dropLockOf(holder);
        continue;
      }
      if (!told) say(`another start is installing the packages (process ${holder}); waiting for it`);
      told = true;
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function canLink(file) {
  try {
    linkSync(file, installLock);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/** Two processes may find the same dead holder. The second must not take away the lock that the first then took. */
function dropLockOf(holder) {
  const aside = `${installLock}.${randomUUID()}`;
  try {
    renameSync(installLock, aside);
  } catch {
    return;
  }
  if (Number(readText(aside)) !== holder) canLink(aside);
  rmSync(aside);
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
  const workspaces = copyPackageFiles();
  const log = openSync(installLog, "w");
  let problem;
  for (const step of installSteps) problem ??= await runNpm(step, log);
  closeSync(log);
  clearInterval(ticker);
  if (process.stderr.isTTY) process.stderr.write("\r");
  if (problem) failToInstall(problem);
  writeFileSync(join(ownFolder, "node_modules", stampName), hashOf(join(ownFolder, "package-lock.json")));
  const folders = ["", ...workspaces].map(folder => join(folder, "node_modules"));
  const list = { present: folders.filter(folder => existsSync(join(ownFolder, folder))), all: folders };
  writeFileSync(join(ownFolder, listName), JSON.stringify(list));
  renameSync(ownFolder, readyFolder);
  replace();
  say(`packages installed in ${seconds()} s`);
}

/** Copies what npm reads to the own folder. Returns the folders of the workspaces. */
function copyPackageFiles() {
  const { packages } = JSON.parse(readFileSync(lockFile, "utf8"));
  // The links to workspaces are relative, so they are right again when node_modules is in its place.
  const workspaces = Object.keys(packages).filter(path => path !== "" && !path.includes("node_modules/"));
  rmSync(ownFolder, { recursive: true, force: true });
  for (const folder of ["", ...workspaces]) {
    // npm links only those programs of a workspace that exist.
    const programs = Object.values(packages[folder].bin ?? {});
    for (const file of ["package.json", "package-lock.json", ".npmrc", ...programs]) {
      const target = join(ownFolder, folder, file);
      if (!existsSync(join(root, folder, file))) continue;
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(root, folder, file), target);
    }
  }
  return workspaces;
}

/** Step 3 and 4: puts the packages of install-ready/ in their places. */
function replace() {
  const { present, all } = JSON.parse(readFileSync(join(readyFolder, listName), "utf8"));
  mkdirSync(join(readyFolder, "replaced"), { recursive: true });
  try {
    for (const folder of [...all].reverse()) {
      if (present.includes(folder)) replaceFolder(folder);
      else setAside(folder);
    }
  } catch (error) {
    // For example, node_modules is a volume of its own. npm has kept what it downloaded.
    renameSync(readyFolder, ownFolder);
    deleteLeftovers();
    rmSync(installLock, { force: true });
    const command = "npm ci --ignore-scripts --prefer-offline && npm rebuild node";
    fail(
      `node_modules cannot be replaced by renaming: ${error.message}\nRun "${command}". It finds the packages in npm's cache.`,
    );
  }
  // It may be large, and must not be taken for ready while it is deleted.
  renameSync(readyFolder, ownFolder);
  deleteLeftovers();
}

function replaceFolder(folder) {
  if (!existsSync(join(readyFolder, folder))) return;
  const aside = setAside(folder);
  try {
    renameSync(join(readyFolder, folder), join(root, folder));
  } catch (error) {
    if (existsSync(aside)) renameSync(aside, join(root, folder));
    throw error;
  }
}

/** Moves a folder of the old packages away, if it is there. Returns where it then is. */
function setAside(folder) {
  const aside = join(readyFolder, "replaced", randomUUID());
  if (existsSync(join(root, folder))) renameSync(join(root, folder), aside);
  return aside;
}

/** Deletes the folders of this process and of processes that have ended. */
function deleteLeftovers() {
  for (const name of readdirSync(stateFolder)) {
    const pid = Number(/^install-(\d+)$/.exec(name)?.[1]);
    if (!pid || (pid !== process.pid && isAlive(pid))) continue;
    try {
      rmSync(join(stateFolder, name), { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // An npm that outlived its parent may still write there. The next installation tries again.
    }
  }
}

/** Ends this process. The packages that are there belong to another package-lock.json, so nothing can run with them. */
function failToInstall(problem) {
  deleteLeftovers();
  rmSync(installLock, { force: true });
  const tail = (readText(installLog) ?? "").trimEnd().split("\n").slice(-25);
  fail(
    [
      ...tail.map(line => `[npm] ${line}`),
      problem,
      `the whole log: ${installLog}`,
      "The packages of package-lock.json could not be installed, so nothing was started.",
      existsSync(join(root, "node_modules"))
        ? "node_modules is as it was, with the packages of another package-lock.json."
        : "There are no packages yet.",
      "When the network and the npm registry can be reached, run the same command again. (npm ci does the same, but",
      "deletes node_modules first.)",
    ].join("\n"),
  );
}

/** Runs npm to its end. Returns a description of the problem, or undefined. */
async function runNpm(step, log) {
  const npm = process.env["npm_execpath"];
  // Without these, npm would inherit the log level and the folder of the npm that started us, for example from
  // `npm start --silent`.
  const args = [...step, "--loglevel=notice", `--prefix=${ownFolder}`];
  const [command, commandArgs] = npm?.endsWith(".js") ? [process.execPath, [npm, ...args]] : ["npm", args];
  // npm gets a process group of its own, so that Ctrl-C ends npm and all its children.
  const child = spawn(command, commandArgs, { cwd: ownFolder, stdio: ["ignore", log, log], detached: true });
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

function hashOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  // 0 would ask for the own process group.
  if (!pid) return false;
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

function fail(message) {
  say(message);
  process.exit(1);
}
