import { requiresAPI } from "firebase-functions";
import { afterFirstDeploy, afterRedeploy } from "firebase-functions/lifecycle";
import { requiresRole } from "firebase-functions/options";
import { requiredApis, requiredRoles } from "./required.ts";

/**
 * Tells the Firebase CLI what the functions need. Only the file with all functions calls this: an instance that serves
 * one function does not need it. The CLI enables the APIs, gives the roles to a service account that it makes for these
 * functions, and stores a task of `checkDeployment` after each deploy. The emulators ignore all of it.
 *
 * Service Account User is not among the roles, because `requiresRole` grants it for the whole project: the functions
 * could act as every account. They need it on their own account only; the self-check prints the command.
 */
export function declareRequirements(): void {
  for (const { api, reason } of requiredApis) requiresAPI(api, reason);
  for (const { role } of requiredRoles) requiresRole(role);
  // The CLI sends the body as it is, and a task function reads its field `data` (firebase-tools,
  // deploy/functions/release/lifecycle.js; firebase-functions, common/providers/https.js).
  const check = { task: { function: "checkDeployment", body: { data: { cause: "deploy" } } } };
  afterFirstDeploy(check);
  afterRedeploy(check);
}
