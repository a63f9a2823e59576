import { accountChecks } from "./checks/accounts.ts";
import { databaseChecks, indexChecks } from "./checks/firestore.ts";
import { functionChecks } from "./checks/functions.ts";
import { livingChecks } from "./checks/living-proof.ts";
import { oauthChecks } from "./checks/oauth-client.ts";
import { outsideChecks } from "./checks/outside.ts";
import { projectChecks } from "./checks/project.ts";
import { queueChecks } from "./checks/queues.ts";
import { ruleChecks } from "./checks/rules.ts";
import { secretChecks } from "./checks/secrets.ts";
import { selfChecks } from "./checks/self-check.ts";
import { signInChecks } from "./checks/sign-in.ts";
import type { CloudCheck } from "./context.ts";

/** Everything that is asked of a deployment: from the ground up. */
export const cloudChecks: readonly CloudCheck[] = [
  ...projectChecks,
  ...databaseChecks,
  ...signInChecks,
  ...accountChecks,
  ...secretChecks,
  ...oauthChecks,
  ...ruleChecks,
  ...indexChecks,
  ...functionChecks,
  ...queueChecks,
  ...outsideChecks,
  ...selfChecks,
  ...livingChecks,
];
