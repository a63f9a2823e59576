import type { DoctorRequest } from "../../functions/cli/doctor.ts";
import { findLogin } from "./access-token.ts";
import { cloudChecks } from "./cloud-checks.ts";
import { createCloudContext } from "./cloud-context.ts";
import { envFolder, readEnvFiles, type EnvPlaces } from "./env-files.ts";
import { jsonOf, linesOf, summaryOf } from "./report.ts";
import { exitCodeOf, runChecks, type Check } from "./run-checks.ts";

/** Where the doctor was started. */
export interface Workplace {
  readonly inRepository: boolean;
  readonly instanceIfNone: string;
  /** The text of `firestore.indexes.json`. */
  readonly indexes: string;
  readonly places: EnvPlaces;
  readonly print: (text: string) => void;
}

/** Runs checks and prints what they find. The result is the exit code. */
export async function examine<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  about: { readonly project: string; readonly json: boolean },
  print: (text: string) => void,
): Promise<0 | 1> {
  const { project, json } = about;
  const results = await runChecks(checks, context, result => {
    if (!json) print(linesOf(result).join("\n"));
  });
  const exitCode = exitCodeOf(results);
  if (json) print(JSON.stringify(jsonOf({ project }, results, exitCode), null, 2));
  else print(`\n${project}: ${summaryOf(results)}`);
  return exitCode;
}

/** Examines a deployment. `DOCTOR_CLOUD_URL` stands in for everything outside this machine, in tests. */
export async function examineDeployment(request: DoctorRequest, workplace: Workplace): Promise<0 | 1> {
  const { projectId, region, instance, json } = request;
  const { inRepository, instanceIfNone, places, indexes, print } = workplace;
  const context = createCloudContext({
    projectId,
    region,
    instance,
    inRepository,
    instanceIfNone,
    login: await findLogin(process.env, places.host),
    root: process.env["DOCTOR_CLOUD_URL"],
    indexesFile: JSON.parse(indexes) as unknown,
    localParams: readEnvFiles(envFolder(places, instance ?? instanceIfNone), projectId),
    nowMs: Date.now(),
  });
  return await examine(cloudChecks, context, { project: projectId, json }, print);
}
