import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs a program in a folder, and returns what it prints.
 *
 * @param withinMs ends a program that takes longer; 0: never
 * @throws if it fails or is ended
 */
export async function runIn(
  folder: string,
  program: string,
  args: readonly string[],
  withinMs = 0,
): Promise<string> {
  const { stdout } = await run(program, args, {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    timeout: withinMs,
  });
  return stdout;
}
