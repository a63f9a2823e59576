import * as z from "zod";
import { cannotTell, judge } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { deploymentOf, knownDeployment, paramsOf, type DeployedFunction } from "../deployment.ts";
import { combine, ok, unique, unknown, warning, wrong, type Finding } from "../finding.ts";
import { basicFunctions, callables, eventFunctions, publicFunctions, writeCallables } from "../product.ts";
import { iamPolicy } from "../iam-policy.ts";
import { allowEverybody, deployFunctions, logsOf } from "../remedies.ts";

const deployed: CloudCheck = {
  id: "deployed",
  title: "deployment",
  needs: ["billing", "apis"],
  run: async context => {
    const { projectId } = context;
    const answer = await deploymentOf(context);
    if (answer.kind !== "ok") return cannotTell(answer, projectId);
    const { functions, region, otherRegions, instance, otherInstances } = answer.value;
    const others = otherInstances.join(", ");
    if (functions.length === 0 && context.instanceAsked !== undefined && others !== "")
      return wrong(
        `no instance ${instance} is deployed in ${region}; there are: ${others}`,
        `--instance ${otherInstances[0] ?? ""}`,
      );
    if (functions.length === 0) {
      const elsewhere = otherRegions.length > 0 ? `; there are some in ${otherRegions.join(", ")}` : "";
      return wrong(`no function of this product is in ${region}${elsewhere}`, deployFunctions(projectId));
    }
    if (otherRegions.length > 0)
      return warning(
        `functions of the same names are also in ${otherRegions.join(", ")}: schedules run twice`,
        ...otherRegions.map(
          other => `npx firebase-tools functions:delete NAME --region ${other} --project ${projectId}`,
        ),
      );
    const examined =
      others === "" ? "" : ` of the instance ${instance}; not examined: ${others} (--instance NAME)`;
    return ok(`${functions.length} functions in ${region}${examined}`);
  },
};

const states: CloudCheck = {
  id: "functions",
  title: "functions",
  needs: ["deployed"],
  run: async context => {
    const { projectId } = context;
    const answer = await deploymentOf(context);
    if (answer.kind !== "ok") return cannotTell(answer, projectId);
    const { functions } = answer.value;
    const wanted =
      paramsOf(answer.value, context)["WRITE_ACCESS"] === "true"
        ? [...basicFunctions, ...writeCallables]
        : basicFunctions;
    const missing = wanted.filter(name => !functions.some(each => each.name === name));
    const unwanted = functions.filter(each => !wanted.includes(each.name)).map(({ name }) => name);
    return combine(
      [
        missing.length === 0
          ? ok("all")
          : wrong(`not deployed: ${missing.join(", ")}`, deployFunctions(projectId)),
        unwanted.length === 0
          ? ok("no other")
          : warning(
              `deployed, although WRITE_ACCESS is not true: ${unwanted.join(", ")}`,
              deployFunctions(projectId),
            ),
        ...functions.map(each => judgeState(each, projectId)),
        judgeAccounts(functions, projectId),
        judgeVersions(functions, projectId),
      ],
      "all active, one version, one service account",
    );
  },
};

function judgeState({ id, details }: DeployedFunction, projectId: string): Finding {
  if (details.state === "ACTIVE") return ok(id);
  if (details.state === "DEPLOYING")
    return warning(`${id} is being deployed`, "run the doctor again when that is done");
  const why = details.stateMessages.map(({ message }) => message).join(" ");
  return wrong(
    `${id} is ${details.state}${why === "" ? "" : ` (${why.slice(0, 200)})`}`,
    logsOf(projectId, id),
    deployFunctions(projectId),
  );
}

function judgeAccounts(functions: readonly DeployedFunction[], projectId: string): Finding {
  const emails = unique(functions.flatMap(each => each.details.serviceConfig.serviceAccountEmail ?? []));
  return emails.length <= 1
    ? ok("one account")
    : warning(
        `the functions run as different service accounts: ${emails.join(", ")}`,
        deployFunctions(projectId),
      );
}

/**
 * The Firebase CLI labels each function with a hash of source, params and the versions of its secrets (firebase-tools,
 * deploy/functions/cache). Functions with the same secrets must therefore have the same hash.
 */
function judgeVersions(functions: readonly DeployedFunction[], projectId: string): Finding {
  const hashes = new Map<string, Set<string>>();
  for (const { details } of functions) {
    const hash = details.labels["firebase-functions-hash"];
    if (hash === undefined) continue;
    const used = details.serviceConfig.secretEnvironmentVariables.map(
      each => `${each.key} ${each.secret} ${each.version}`,
    );
    const key = used.sort().join();
    hashes.set(key, (hashes.get(key) ?? new Set()).add(hash));
  }
  return [...hashes.values()].some(group => group.size > 1)
    ? warning("the functions come from different deploys", deployFunctions(projectId))
    : ok("one version");
}

/** Everybody may call these; they check the caller themselves. */
const open: readonly string[] = [...publicFunctions, ...callables, ...writeCallables];

const invokers: CloudCheck = {
  id: "public-functions",
  title: "public functions",
  needs: ["deployed"],
  run: async context => {
    const { functions } = await knownDeployment(context);
    const found = functions.filter(({ name }) => open.includes(name));
    const findings = await Promise.all(found.map(async each => await judgeInvoker(context, each)));
    return combine(findings, `${found.length} may be called by everybody`);
  },
};

async function judgeInvoker(
  context: CloudContext,
  { id, region, details }: DeployedFunction,
): Promise<Finding> {
  const { cloud, projectId } = context;
  const { service } = details.serviceConfig;
  if (service === undefined) return unknown(`cannot tell: ${id} names no Cloud Run service`);
  const reader = { permission: "run.services.getIamPolicy", role: "roles/run.viewer" } as const;
  const policy = await cloud.ask({
    service: "run",
    path: `v2/${service}:getIamPolicy`,
    schema: iamPolicy,
    ...reader,
  });
  const named = service.split("/").at(-1) ?? id;
  const closed = wrong(`${id} may not be called by everybody`, allowEverybody(projectId, region, named));
  const byPolicy = judge(
    policy,
    projectId,
    ({ bindings }) =>
      bindings.some(({ role, members }) => role === "roles/run.invoker" && members.includes("allUsers"))
        ? ok(id)
        : closed,
    wrong(`${id} has no Cloud Run service`, deployFunctions(projectId)),
  );
  if (byPolicy !== closed) return byPolicy;
  // Cloud Run can also be told not to check the caller at all.
  const settings = await cloud.ask({
    service: "run",
    path: `v2/${service}`,
    schema: z.object({ invokerIamDisabled: z.boolean().default(false) }),
    ...reader,
  });
  return settings.kind === "ok" && settings.value.invokerIamDisabled ? ok(id) : closed;
}

const trigger: CloudCheck = {
  id: "eventarc",
  title: "Eventarc trigger",
  needs: ["deployed"],
  run: async context => {
    const { cloud, projectId } = context;
    const { functions } = await knownDeployment(context);
    const [name] = eventFunctions;
    const path = functions.find(each => each.name === name)?.details.eventTrigger?.trigger;
    const again = `${deployFunctions(projectId)}   (Eventarc's first deploy in a project may fail; the second succeeds)`;
    if (path === undefined) return wrong(`${name} has no trigger: deleted users keep their data`, again);
    return judge(
      await cloud.ask({
        service: "eventarc",
        path: `v1/${path}`,
        schema: z.object({
          conditions: z
            .record(z.string(), z.object({ code: z.string().default("OK"), message: z.string().default("") }))
            .default({}),
        }),
        permission: "eventarc.triggers.get",
        role: "roles/eventarc.viewer",
      }),
      projectId,
      ({ conditions }) => {
        const bad = Object.entries(conditions).filter(([, { code }]) => code !== "OK");
        return bad.length === 0
          ? ok(`${name} is told of deleted users`)
          : wrong(
              `${name}'s trigger: ${bad.map(([what, { code, message }]) => `${what} ${code} ${message}`).join("; ")}`,
              again,
            );
      },
      wrong(`${name}'s trigger does not exist: deleted users keep their data`, again),
    );
  },
};

const cleanUp: CloudCheck = {
  id: "artifacts",
  title: "clean-up of container images",
  needs: ["deployed"],
  run: async context => {
    const { cloud, projectId } = context;
    const { region } = await knownDeployment(context);
    return judge(
      await cloud.ask({
        service: "artifactregistry",
        path: `v1/projects/${projectId}/locations/${region}/repositories/gcf-artifacts`,
        schema: z.object({ cleanupPolicies: z.record(z.string(), z.unknown()).default({}) }),
        permission: "artifactregistry.repositories.get",
        role: "roles/artifactregistry.reader",
      }),
      projectId,
      ({ cleanupPolicies }) =>
        Object.keys(cleanupPolicies).length > 0
          ? ok("a policy deletes old images")
          : warning(
              "no policy: each deploy leaves images that are charged, and an unattended deploy needs --force",
              `npx firebase-tools functions:artifacts:setpolicy --location ${region} --project ${projectId}`,
            ),
      warning("there is no repository gcf-artifacts", deployFunctions(projectId)),
    );
  },
};

export const functionChecks: readonly CloudCheck[] = [deployed, states, invokers, trigger, cleanUp];
