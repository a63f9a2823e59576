/** Commands that several findings name. */

export function deployFunctions(projectId: string): string {
  return `npx firebase deploy --only functions --project ${projectId}`;
}

/** @param id the function's name in the project */
export function logsOf(projectId: string, id: string): string {
  return `npx firebase functions:log --only ${id} --project ${projectId}`;
}

/** Lets everybody call a function. @param service its Cloud Run service */
export function allowEverybody(projectId: string, region: string, service: string): string {
  return `gcloud run services add-iam-policy-binding ${service} --region ${region} --member=allUsers --role=roles/run.invoker --project ${projectId}`;
}

/** A schedule's job. firebase-tools makes the name (deploy/functions/backend, scheduleIdForFunction). */
export function jobOf(
  { region, prefix }: { readonly region: string; readonly prefix: string },
  name: string,
): string {
  return `firebase-schedule-${prefix}${name}-${region}`;
}

export function jobCommand(verb: "run" | "resume", projectId: string, region: string, job: string): string {
  return `gcloud scheduler jobs ${verb} ${job} --location ${region} --project ${projectId}`;
}

/** Lets the functions check themselves again. @param codebase the label of the deployed functions */
export function checkAgain(projectId: string, codebase: string): string {
  return `npx firebase functions:lifecycle:run afterRedeploy ${codebase} --project ${projectId}`;
}
