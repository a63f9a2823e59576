import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** firebase-tools 15 refuses an older Java. */
export const javaForSuite = 21;

/** The variables with which programs find a Java. */
export type JavaEnvironment = Readonly<Record<string, string>>;

/** The major version of a `java` program, by default of the one on PATH. Undefined if there is none that runs. */
export function javaMajorOf(program = "java"): number | undefined {
  const answer = spawnSync(program, ["-version"], { encoding: "utf8" });
  return answer.status === 0 ? parseJavaMajor(answer.stderr + answer.stdout) : undefined;
}

/** The major version in the output of `java -version`: 17 for "17.0.15", 8 for "1.8.0_392". */
export function parseJavaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The folder of the JRE that the stack fetches (java-offer.ts). */
export function jreFolderIn(stateFolder: string): string {
  return join(stateFolder, `jre-${javaForSuite}`);
}

/** The environment for the JRE in the folder. Undefined if there is none, or if it does not run. */
export function findJre(folder: string): JavaEnvironment | undefined {
  // On macOS a JRE is a bundle.
  const home = [join(folder, "Contents", "Home"), folder].find(each => existsSync(join(each, "bin", "java")));
  if (home === undefined) return undefined;
  const bin = join(home, "bin");
  if ((javaMajorOf(join(bin, "java")) ?? 0) < javaForSuite) return undefined;
  return { JAVA_HOME: home, PATH: [bin, process.env["PATH"] ?? ""].join(delimiter) };
}
