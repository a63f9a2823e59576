/** `npm run doctor`: what is wrong with a deployment, and what to do. See help/doctor.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "../stack/addresses.ts";
import { readArguments } from "./doctor/arguments.ts";
import { examine, examineDeployment } from "./doctor/examine.ts";
import { localChecks, localContext } from "./doctor/local-checks.ts";

function usage(problem?: string): number {
  if (problem !== undefined) console.error(`${problem}\n`);
  console.error(readFileSync(join(import.meta.dirname, "help", "doctor.txt"), "utf8"));
  return problem === undefined ? 0 : 2;
}

function print(text: string): void {
  console.log(text);
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  switch (asked.kind) {
    case "help":
      return usage();
    case "problem":
      return usage(asked.text);
    case "local": {
      const about = { project: "the local stack", json: asked.json };
      return await examine(localChecks, localContext(process.env), about, print);
    }
    case "cloud":
      return await examineDeployment(asked, {
        inRepository: true,
        instanceIfNone: "default",
        indexes: readFileSync(join(rootFolder, "firestore.indexes.json"), "utf8"),
        // npm starts scripts in the repository's root, and says where it was called itself.
        places: { functions: join(rootFolder, "functions"), host: process.env["INIT_CWD"] ?? process.cwd() },
        print,
      });
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`doctor: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
}
