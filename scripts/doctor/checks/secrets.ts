import * as z from "zod";
import { readRing } from "../../../functions/cli/key-ring.ts";
import { cannotTell, judge, type Answer } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import {
  deploymentOf,
  knownDeployment,
  paramsOf,
  serviceAccountOf,
  storedSecret,
  type Deployment,
} from "../deployment.ts";
import { configFolder } from "../../../functions/cli/plan/kit-layout.ts";
import { readDocuments } from "../documents.ts";
import { combine, ok, warning, wrong, type Finding } from "../finding.ts";
import { iamPolicy } from "../iam-policy.ts";
import { judgeParams } from "../params.ts";
import { secrets } from "../product.ts";
import { deployFunctions, ownCommand, setSecret } from "../remedies.ts";
import { knownProjectNumber, projectNumberOf } from "./project.ts";

const params: CloudCheck = {
  id: "params",
  title: "params",
  needs: ["project"],
  run: async context => {
    const answer = await deploymentOf(context);
    if (answer.kind !== "ok") return cannotTell(answer, context.projectId);
    const deployment = answer.value;
    return judgeParams(paramsOf(deployment, context), {
      projectNumber: await projectNumberOf(context),
      // `add` writes a kit's params into its .env; this repository has those of a project in a file of its own.
      where:
        deployment.instance === "default"
          ? `functions/.env.${context.projectId}`
          : `${configFolder(deployment.instance)}/.env`,
    });
  },
};

/** The value of a secret. It must not get into a finding. */
export async function readSecret(context: CloudContext, key: string): Promise<Answer<string>> {
  const { cloud, projectId } = context;
  const { id, version } = storedSecret(await knownDeployment(context), key);
  const answer = await cloud.ask({
    service: "secretmanager",
    path: `v1/projects/${projectId}/secrets/${id}/versions/${version}:access`,
    schema: z.object({ payload: z.object({ data: z.base64() }) }),
    permission: "secretmanager.versions.access",
    role: "roles/secretmanager.secretAccessor",
  });
  if (answer.kind !== "ok") return answer;
  return { kind: "ok", value: Buffer.from(answer.value.payload.data, "base64").toString("utf8") };
}

const versions: CloudCheck = {
  id: "secrets",
  title: "secrets",
  needs: ["project"],
  run: async context =>
    combine(
      await Promise.all(secrets.map(async key => await judgeVersion(context, key))),
      "both are stored and in use",
    ),
};

/** Whether the version that the functions use is enabled, and the newest one. */
async function judgeVersion(context: CloudContext, key: string): Promise<Finding> {
  const { cloud, projectId } = context;
  const deployment = await knownDeployment(context);
  const { id, version } = storedSecret(deployment, key);
  const ask = async (which: string) =>
    await cloud.ask({
      service: "secretmanager",
      path: `v1/projects/${projectId}/secrets/${id}/versions/${which}`,
      schema: z.object({ name: z.string(), state: z.string() }),
      permission: "secretmanager.versions.get",
      role: "roles/secretmanager.viewer",
    });
  const newest = await ask("latest");
  return judge(
    await ask(version),
    projectId,
    used => {
      if (used.state !== "ENABLED")
        return wrong(
          `version ${version} of ${id}, which the functions use, is ${used.state}`,
          setSecret(projectId, id),
        );
      const isNewest = newest.kind !== "ok" || newest.value.name === used.name;
      return isNewest
        ? ok(id)
        : warning(
            `the functions use version ${version} of ${id}, and there is a newer one`,
            deployFunctions(projectId),
          );
    },
    wrong(`the secret ${id} does not exist`, newSecret(context, deployment, key, id)),
  );
}

/** A key ring has to be made; the client's secret is copied from the console. */
function newSecret(
  { projectId, inRepository }: CloudContext,
  { instance, prefix }: Deployment,
  key: string,
  id: string,
): string {
  if (key !== "TOKEN_ENCRYPTION_KEYS")
    return prefix === ""
      ? setSecret(projectId, id)
      : `${deployFunctions(projectId)}   (in a terminal: it asks for the secret)`;
  return inRepository && prefix === ""
    ? `npm run --silent keys -- new < /dev/null | npx firebase-tools functions:secrets:set ${id} --data-file - --project ${projectId}`
    : ownCommand("keys add", projectId, instance);
}

const access: CloudCheck = {
  id: "secret-access",
  title: "access to the secrets",
  needs: ["project", "secrets"],
  run: async context => {
    const { cloud, projectId } = context;
    const number = await knownProjectNumber(context);
    const deployment = await knownDeployment(context);
    // The Firebase CLI makes the functions' account and gives it access.
    if (deployment.functions.length === 0) return ok("the first deploy grants it");
    const member = `serviceAccount:${serviceAccountOf(deployment, number)}`;
    const findings = secrets.map(async key => {
      const { id } = storedSecret(deployment, key);
      return judge(
        await cloud.ask({
          service: "secretmanager",
          path: `v1/projects/${projectId}/secrets/${id}:getIamPolicy`,
          schema: iamPolicy,
          permission: "secretmanager.secrets.getIamPolicy",
          role: "roles/iam.securityReviewer",
        }),
        projectId,
        ({ bindings }) =>
          bindings.some(({ members }) => members.includes(member))
            ? ok(id)
            : warning(
                `${member} has no role on the secret ${id} itself (a role on the project would do)`,
                `gcloud secrets add-iam-policy-binding ${id} --member=${member} --role=roles/secretmanager.secretAccessor --project ${projectId}`,
              ),
      );
    });
    return combine(await Promise.all(findings), "the functions' service account may read both");
  },
};

const keyRing: CloudCheck = {
  id: "key-ring",
  title: "key ring",
  needs: ["project", "secrets", "firestore"],
  run: async context => {
    const { projectId } = context;
    const secret = await readSecret(context, "TOKEN_ENCRYPTION_KEYS");
    if (secret.kind !== "ok") return cannotTell(secret, projectId);
    const ring = readRing(secret.value);
    if (ring === undefined)
      return wrong(
        "TOKEN_ENCRYPTION_KEYS is no key ring: no token can be sealed or opened",
        "store the ring's earlier version again (Secret Manager keeps the versions), then deploy",
        `https://console.cloud.google.com/security/secret-manager?project=${projectId}`,
      );
    const answer = await readDocuments(context, "calendarSyncCredentials", ["keyId"]);
    if (answer.kind !== "ok") {
      const why = cannotTell(answer, projectId);
      return { ...why, text: `the ring is readable; whether it has the key of every token: ${why.text}` };
    }
    const { documents, complete } = answer.value;
    const used = documents.flatMap(each => each.text("keyId") ?? []);
    const missing = [...new Set(used)].filter(id => !Object.hasOwn(ring.keys, id));
    const scope = complete
      ? `all ${documents.length} credentials`
      : `the first ${documents.length} credentials`;
    if (missing.length === 0) return ok(`holds the keys of ${scope}`);
    const lost = used.filter(id => missing.includes(id)).length;
    return wrong(
      `${lost} of ${scope} are sealed with a key that the ring lacks: ${missing.join(", ")}`,
      'put the key back from an earlier version of the secret within 24 hours, then deploy ("Runbook" of firestore-calendar-sync, credentials.keyMissing)',
    );
  },
};

export const secretChecks: readonly CloudCheck[] = [params, versions, access, keyRing];
