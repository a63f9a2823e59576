import { join } from "node:path";
import type { DoctorModule } from "../../functions/cli/doctor.ts";
import { instanceIn } from "./env-files.ts";
import { examineDeployment } from "./examine.ts";

/**
 * The doctor of the published package, in a file of its own: functions/cli/doctor.ts loads it. Its user has a Firebase
 * project, and not this repository.
 */
export const examineFromPackage: DoctorModule["examineFromPackage"] = async (request, given) => {
  const { cwd, indexes, print } = given;
  return await examineDeployment(request, {
    inRepository: false,
    instanceIfNone: instanceIn(cwd),
    indexes,
    places: { functions: join(cwd, "functions"), host: cwd },
    print,
  });
};
