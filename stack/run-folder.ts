import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { sendSignal } from "./marked-processes.ts";

/** How many runs keep their logs. */
const runsKept = 5;

/** The folders that this process has made. */
const made = new Set<string>();

/**
 * Makes `run-<pid>` for the logs of this process, points `latest` to it, forgets old runs that have ended. A second
 * call in the same process gives the same folder.
 */
export function createRunFolder(stateFolder: string): string {
  const folder = join(stateFolder, `run-${process.pid}`);
  // An old process may have had our id.
  if (!made.has(folder)) rmSync(folder, { recursive: true, force: true });
  made.add(folder);
  mkdirSync(folder, { recursive: true });
  pointLatestTo(folder);
  const ended = readdirSync(stateFolder)
    .filter(name => name.startsWith("run-") && !sendSignal(Number(name.slice("run-".length)), 0))
    .map(name => ({ name, madeAtMs: modifiedAtMs(join(stateFolder, name)) }))
    .sort((a, b) => b.madeAtMs - a.madeAtMs);
  for (const { name } of ended.slice(runsKept - 1))
    rmSync(join(stateFolder, name), { recursive: true, force: true });
  return folder;
}

/** In one step: several stacks may start at the same time. */
function pointLatestTo(folder: string): void {
  const link = `${folder}.link`;
  rmSync(link, { force: true });
  symlinkSync(basename(folder), link);
  renameSync(link, join(dirname(folder), "latest"));
}

/** 0 when there is no such file. */
export function modifiedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Empty when there is no such file. */
export function readLog(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The last lines of a log, read from its end: a log may have grown to any size. */
export function tailOfLog(path: string, lines: number): string[] {
  const bytes = 64_000;
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return [];
  const buffer = Buffer.alloc(Math.min(bytes, size));
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(descriptor);
  }
  return buffer.toString("utf8").trimEnd().split("\n").slice(-lines);
}
