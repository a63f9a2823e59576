import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { Refusal, type Change, type ReadFile } from "./plan/draft.ts";

/** Reads the files of a project. @throws Refusal for a path that leads out of it, as the Firebase CLI does */
export function readerOf(projectFolder: string): ReadFile {
  return path => {
    const file = inside(projectFolder, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
}

function inside(projectFolder: string, path: string): string {
  const file = join(projectFolder, path);
  const from = relative(projectFolder, file);
  if (from.startsWith("..") || isAbsolute(from)) throw new Refusal(`${path}: is outside of the project`);
  return file;
}

/**
 * Writes all changes, each file as a whole. If one cannot be written, those before it get their old text back.
 *
 * @param folders are deleted after that
 */
export function writeChanges(
  projectFolder: string,
  changes: readonly Change[],
  folders: readonly string[],
): void {
  const done: Change[] = [];
  try {
    for (const change of changes) {
      replace(inside(projectFolder, change.path), change.path, change.after);
      done.push(change);
    }
  } catch (error) {
    for (const { path, before } of done.toReversed()) replace(inside(projectFolder, path), path, before);
    throw error;
  }
  for (const folder of folders) {
    const path = inside(projectFolder, folder);
    rmSync(path, { recursive: true, force: true });
    const parent = dirname(path);
    if (existsSync(parent) && readdirSync(parent).length === 0) rmdirSync(parent);
  }
}

/** A reader sees the old text or the new one, never a part. Links are followed, and modes are kept. */
function replace(file: string, name: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  const target = existsSync(file) ? realpathSync(file) : file;
  const isSecret = name.endsWith(".secret.local");
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : isSecret ? 0o600 : undefined;
  const temporary = `${target}.${process.pid}.new`;
  try {
    writeFileSync(temporary, text, { flag: "wx", ...(isSecret && { mode: 0o600 }) });
    if (mode !== undefined) chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
