import { execFileSync } from "node:child_process";
import { staleBuilds } from "./build.ts";

/** Builds the functions' bundle if it is older than its inputs. */
export function buildFunctions(): void {
  for (const { name, command, args, cwd } of staleBuilds()) {
    if (name === "build-functions") execFileSync(command, [...args], { cwd, stdio: "inherit" });
  }
}
