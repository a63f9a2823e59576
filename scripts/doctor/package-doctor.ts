import { join } from "node:path";
import { instanceIn } from "./env-files.ts";
import { examineDeployment, type DeploymentRequest } from "./examine.ts";

/**
 * The doctor of the published package, in a file of its own: functions/cli/doctor.ts loads it. Its user has a Firebase
 * project, and not this repository.
 */
export async function examineFromPackage(
  request: DeploymentRequest,
  given: {
    readonly cwd: string;
    readonly indexes: string;
    readonly print: (text: string) => void;
  },
): Promise<0 | 1> {
  const { cwd, indexes, print } = given;
  return await examineDeployment(request, {
    inRepository: false,
    instanceIfNone: instanceIn(cwd),
    indexes,
    places: { functions: join(cwd, "functions"), host: cwd },
    print,
  });
}
