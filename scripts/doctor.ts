/** `npm run doctor`: what is wrong with a deployment, and what to do. See help/doctor.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findLogin } from "./doctor/access-token.ts";
import { readArguments, type DoctorArguments } from "./doctor/arguments.ts";
import { cloudChecks } from "./doctor/cloud-checks.ts";
import { createCloudContext } from "./doctor/cloud-context.ts";
import { envFolder, readEnvFiles } from "./doctor/env-files.ts";
import { localChecks, localContext } from "./doctor/local-checks.ts";
import { jsonOf, linesOf, summaryOf } from "./doctor/report.ts";
import { exitCodeOf, runChecks, type Check } from "./doctor/run-checks.ts";

function usage(problem?: string): number {
  if (problem !== undefined) console.error(`${problem}\n`);
  console.error(readFileSync(join(import.meta.dirname, "help", "doctor.txt"), "utf8"));
  return problem === undefined ? 0 : 2;
}

async function examine<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  { project, json }: { readonly project: string; readonly json: boolean },
): Promise<number> {
  const results = await runChecks(checks, context, result => {
    if (!json) console.log(linesOf(result).join("\n"));
  });
  const exitCode = exitCodeOf(results);
  if (json) console.log(JSON.stringify(jsonOf({ project }, results, exitCode), null, 2));
  else console.log(`\n${project}: ${summaryOf(results)}`);
  return exitCode;
}

/** `DOCTOR_CLOUD_URL` stands in for everything outside this machine, in tests. */
async function examineCloud(asked: Extract<DoctorArguments, { kind: "cloud" }>): Promise<number> {
  const { projectId, region, instance, json } = asked;
  const context = createCloudContext({
    projectId,
    region,
    instance,
    login: await findLogin(process.env),
    root: process.env["DOCTOR_CLOUD_URL"],
    localParams: readEnvFiles(envFolder(instance), projectId),
    nowMs: Date.now(),
  });
  return await examine(cloudChecks, context, { project: projectId, json });
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  switch (asked.kind) {
    case "help":
      return usage();
    case "problem":
      return usage(asked.text);
    case "local":
      return await examine(localChecks, localContext(process.env), {
        project: "the local stack",
        json: asked.json,
      });
    case "cloud":
      return await examineCloud(asked);
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`doctor: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
}
