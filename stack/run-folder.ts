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

/** The number of runs whose logs are kept. */
const runsKept = 5;

/** The folders that this process has created. */
const made = new Set<string>();

/**
 * Creates `run-<pid>` for the logs of this process, points `latest` to it, and deletes old runs that have ended. A
 * second call in the same process returns the same folder.
 */
export function createRunFolder(stateFolder: string): string {
  const folder = join(stateFolder, `run-${process.pid}`);
  // The folder may belong to an old process with the same id.
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

/** Replaces the link atomically, because several stacks may start at the same time. */
function pointLatestTo(folder: string): void {
  const link = `${folder}.link`;
  rmSync(link, { force: true });
  symlinkSync(basename(folder), link);
  renameSync(link, join(dirname(folder), "latest"));
}

/** 0 if the file does not exist. */
export function modifiedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Empty if the file does not exist. */
export function readLog(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The last lines of a log. Only its end is read, because a log may be very long. */
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
