import * as z from "zod";
import { cannotTell, judge, type Answer } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { deploymentOf } from "../deployment.ts";
import { CannotTell, ok, unknown, warning, wrong, type Finding } from "../finding.ts";
import { calendarApi, deployApis } from "../product.ts";

const project = z.object({ projectNumber: z.string(), lifecycleState: z.string().default("ACTIVE") });

async function askProject({ cloud, projectId }: CloudContext): Promise<Answer<z.infer<typeof project>>> {
  return await cloud.ask({
    service: "cloudresourcemanager",
    path: `v1/projects/${projectId}`,
    schema: project,
    permission: "resourcemanager.projects.get",
    role: "roles/browser",
  });
}

/** The project's number; undefined if Google does not show it. */
export async function projectNumberOf(context: CloudContext): Promise<string | undefined> {
  const answer = await askProject(context);
  return answer.kind === "ok" ? answer.value.projectNumber : undefined;
}

/**
 * The project's number, for checks that cannot judge anything without it.
 *
 * @throws CannotTell if Google does not show it
 */
export async function knownProjectNumber(context: CloudContext): Promise<string> {
  const answer = await askProject(context);
  if (answer.kind === "ok") return answer.value.projectNumber;
  throw new CannotTell(cannotTell(answer, context.projectId));
}

const login: CloudCheck = {
  id: "login",
  title: "login",
  needs: [],
  run: async context => {
    const answer = await askProject(context);
    if (context.login === undefined)
      return wrong("nobody is logged in", "npx firebase-tools login   (or: gcloud auth login)");
    if (answer.kind === "unauthenticated")
      return wrong(
        `Google does not accept the token of ${context.login}`,
        "npx firebase-tools login --reauth   (or: gcloud auth login)",
      );
    return answer.kind === "failed" ? unknown(`cannot tell: ${answer.text}`) : ok(context.login);
  },
};

const exists: CloudCheck = {
  id: "project",
  title: "project",
  needs: ["login"],
  run: async context =>
    judge(
      await askProject(context),
      context.projectId,
      ({ projectNumber, lifecycleState }) =>
        lifecycleState === "ACTIVE"
          ? ok(`${context.projectId}, number ${projectNumber}`)
          : wrong(
              `${context.projectId} is ${lifecycleState}`,
              `gcloud projects undelete ${context.projectId}`,
            ),
      wrong(`there is no project ${context.projectId}`, "npx firebase-tools projects:list"),
    ),
};

const billing: CloudCheck = {
  id: "billing",
  title: "billing (Blaze plan)",
  needs: ["project"],
  run: async ({ cloud, projectId }) =>
    judge(
      await cloud.ask({
        service: "cloudbilling",
        path: `v1/projects/${projectId}/billingInfo`,
        schema: z.object({ billingEnabled: z.boolean().default(false) }),
        permission: "resourcemanager.projects.get",
        role: "roles/viewer",
      }),
      projectId,
      ({ billingEnabled }) =>
        billingEnabled
          ? ok("a billing account is linked")
          : wrong(
              "no billing account is linked: functions cannot be deployed or run",
              `https://console.firebase.google.com/project/${projectId}/usage/details`,
            ),
    ),
};

/** Which of some APIs are on. At most 30 names fit into one call (serviceusage v1, services.batchGet). */
async function judgeApis(
  { cloud, projectId }: CloudContext,
  apis: readonly string[],
  good: string,
): Promise<Finding> {
  const names = apis.map(api => `names=projects/${projectId}/services/${api}`).join("&");
  return judge(
    await cloud.ask({
      service: "serviceusage",
      path: `v1/projects/${projectId}/services:batchGet?${names}`,
      schema: z.object({ services: z.array(z.object({ name: z.string(), state: z.string() })).default([]) }),
      permission: "serviceusage.services.get",
      role: "roles/serviceusage.serviceUsageViewer",
    }),
    projectId,
    ({ services }) => {
      const on = services
        .filter(({ state }) => state === "ENABLED")
        .map(({ name }) => name.split("/").at(-1));
      const off = apis.filter(api => !on.includes(api));
      return off.length === 0
        ? ok(good)
        : wrong(`off: ${off.join(", ")}`, `gcloud services enable ${off.join(" ")} --project ${projectId}`);
    },
  );
}

const apis: CloudCheck = {
  id: "apis",
  title: "APIs for the deployment",
  needs: ["project"],
  run: async context => await judgeApis(context, deployApis, `${deployApis.length} enabled`),
};

const calendar: CloudCheck = {
  id: "calendar-api",
  title: "Google Calendar API",
  needs: ["project"],
  run: async context => await judgeApis(context, [calendarApi], "enabled"),
};

const policy: CloudCheck = {
  id: "organisation-policy",
  title: "organisation policy",
  needs: ["project"],
  run: async context => {
    const { cloud, projectId } = context;
    const answer = await cloud.ask({
      service: "orgpolicy",
      path: `v2/projects/${projectId}/policies/iam.allowedPolicyMemberDomains:getEffectivePolicy`,
      schema: z.object({
        spec: z
          .object({
            rules: z
              .array(z.object({ allowAll: z.boolean().optional(), values: z.unknown().optional() }))
              .default([]),
          })
          .default({ rules: [] }),
      }),
      permission: "orgpolicy.policy.get",
      role: "roles/orgpolicy.policyViewer",
    });
    const deployment = await deploymentOf(context);
    const deployed = deployment.kind === "ok" && deployment.value.functions.length > 0;
    const text =
      "iam.allowedPolicyMemberDomains is in force: functions cannot be made public, and Google and users cannot call them";
    const remedy = `https://console.cloud.google.com/iam-admin/orgpolicies/iam-allowedPolicyMemberDomains?project=${projectId}`;
    return judge(
      answer,
      projectId,
      ({ spec: { rules } }) => {
        const blocks = rules.some(({ allowAll }) => allowAll !== true);
        if (!blocks) return ok("public functions are allowed");
        // Functions that are public already stay so; the check "public functions" looks at them.
        return deployed ? warning(text, remedy) : wrong(text, remedy);
      },
      ok("public functions are allowed"),
    );
  },
};

export const projectChecks: readonly CloudCheck[] = [login, exists, billing, apis, calendar, policy];
