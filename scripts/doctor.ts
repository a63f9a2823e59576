/** `npm run doctor`: what is wrong with a deployment, and what to do. See help/doctor.txt. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { findLogin } from "./doctor/access-token.ts";
import { readArguments, type DoctorArguments } from "./doctor/arguments.ts";
import { cloudChecks } from "./doctor/cloud-checks.ts";
import { createCloudContext } from "./doctor/cloud-context.ts";
import { localChecks, localContext } from "./doctor/local-checks.ts";
import { jsonOf, linesOf, summaryOf } from "./doctor/report.ts";
import { exitCodeOf, runChecks, type Check } from "./doctor/run-checks.ts";
import { rootFolder } from "../stack/addresses.ts";

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

/** The params of `functions/.env` and `functions/.env.PROJECT`, as the Firebase CLI reads them. */
function readParams(projectId: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of [".env", `.env.${projectId}`]) {
    const file = join(rootFolder, "functions", name);
    if (existsSync(file)) Object.assign(params, parseEnv(readFileSync(file, "utf8")));
  }
  return params;
}

/** `DOCTOR_CLOUD_URL` stands in for everything outside this machine, in tests. */
async function examineCloud(asked: Extract<DoctorArguments, { kind: "cloud" }>): Promise<number> {
  const { projectId, region, json } = asked;
  const context = createCloudContext({
    projectId,
    region,
    login: await findLogin(process.env),
    root: process.env["DOCTOR_CLOUD_URL"],
    localParams: readParams(projectId),
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
