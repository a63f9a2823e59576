import type { DeployedPlace, Judgement, ProbeOutcome } from "../ports/deployment.port.ts";

/** Stands for an account whose e-mail address is not known. */
const unknownAccount = "SERVICE_ACCOUNT";

/** The command that gives the functions' account a role on the project. */
export function grantRole(projectId: string, serviceAccount: string | undefined, role: string): string {
  const member = `serviceAccount:${serviceAccount ?? unknownAccount}`;
  return `gcloud projects add-iam-policy-binding ${projectId} --member=${member} --role=${role} --condition=None`;
}

/**
 * Judges the storing of a task. A task carries the identity of the functions' account, so the account needs two things:
 * to store tasks, and to use this identity (Service Account User). The second one is granted on the account itself,
 * never on the project, where it would let the functions act as every account.
 */
export function judgeProbe(
  outcome: ProbeOutcome,
  { projectId, instance, region }: DeployedPlace,
  serviceAccount: string | undefined,
): Judgement {
  if (outcome.kind === "stored") return { level: "ok", text: "a task can be stored" };
  if (outcome.kind === "failed")
    return { level: "unknown", text: `no task could be stored (${outcome.code})` };
  const email = serviceAccount ?? unknownAccount;
  const enqueue = grantRole(projectId, serviceAccount, "roles/cloudtasks.enqueuer");
  const actAs = `gcloud iam service-accounts add-iam-policy-binding ${email} --member=serviceAccount:${email} --role=roles/iam.serviceAccountUser --project ${projectId}`;
  const id = instance === "default" ? '""' : instance;
  // The published command line finds the account itself.
  const own = `npx firestore-calendar-sync grant --project ${projectId} --instance ${id} --region ${region}`;
  switch (outcome.lacks) {
    case "actAs":
      return {
        level: "wrong",
        text: `${email} may not act as itself (Service Account User on itself): no task can be stored`,
        remedy: `${actAs}   (or: ${own})`,
      };
    case "enqueue":
      return {
        level: "wrong",
        text: `${email} may not store tasks (Cloud Tasks Enqueuer)`,
        remedy: enqueue,
      };
    case "denied":
      return {
        level: "wrong",
        text: `${email} may not store tasks: Cloud Tasks Enqueuer, or Service Account User on itself, is missing`,
        remedy: `${actAs} && ${enqueue}   (or, instead of the first: ${own})`,
      };
  }
}
