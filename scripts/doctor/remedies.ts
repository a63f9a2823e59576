/** Commands that several findings name. */

export function deployFunctions(projectId: string): string {
  return `npx firebase-tools deploy --only functions --project ${projectId}`;
}

/** @param id the function's name in the project */
export function logsOf(projectId: string, id: string): string {
  return `npx firebase-tools functions:log --only ${id} --project ${projectId}`;
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
  return `npx firebase-tools functions:lifecycle:run afterRedeploy ${codebase} --project ${projectId}`;
}

/**
 * Stores another version of a secret. The Firebase CLI refuses to set secrets of kits, whose names begin with `kit-`
 * (firebase-tools 15.34, functions/secrets.js and env.js).
 */
export function setSecret(projectId: string, id: string): string {
  const command = id.startsWith("kit-")
    ? `gcloud secrets versions add ${id} --data-file=-`
    : `npx firebase-tools functions:secrets:set ${id} --data-file -`;
  return `printf %s 'SECRET' | ${command} --project ${projectId}   (then deploy)`;
}

/** A command of the published package, for an instance as the doctor calls it (`default`: no kit). */
export function ownCommand(command: string, projectId: string, instance: string): string {
  const option = instance === "calendar" ? "" : ` --instance ${instance === "default" ? '""' : instance}`;
  return `npx firestore-calendar-sync ${command} --project ${projectId}${option}`;
}
