import * as z from "zod";
import { requiredRoles } from "../../../functions/src/required.ts";
import { judge, type Answer } from "../cloud.ts";
import type { CloudCheck, CloudContext } from "../context.ts";
import { knownDeployment, serviceAccountOf } from "../deployment.ts";
import { combine, ok, unknown, warning, wrong, type Finding } from "../finding.ts";
import { iamPolicy, type IamPolicy } from "../iam-policy.ts";
import { defaultMaxInstances } from "../product.ts";
import { deployFunctions, ownCommand } from "../remedies.ts";
import { knownProjectNumber } from "./project.ts";

/** A role, and wider ones that contain it. Basic roles contain all (cloud.google.com/iam/docs/roles-overview). */
interface WantedRole {
  readonly role: string;
  readonly wider: readonly string[];
  readonly purpose: string;
}
const basic = ["roles/owner", "roles/editor"] as const;

/** Roles that contain one of the required roles. */
const wider: Readonly<Record<(typeof requiredRoles)[number]["role"], readonly string[]>> = {
  "roles/cloudtasks.enqueuer": ["roles/cloudtasks.admin"],
  "roles/datastore.user": ["roles/datastore.owner"],
  "roles/eventarc.eventReceiver": ["roles/eventarc.admin"],
  "roles/firebaseauth.viewer": ["roles/firebaseauth.admin", "roles/firebase.viewer", "roles/firebase.admin"],
  "roles/run.invoker": ["roles/run.admin", "roles/run.servicesInvoker"],
};
const ofFunctions = requiredRoles.map((required): WantedRole => ({
  ...required,
  wider: wider[required.role],
}));

function rolesOf({ bindings }: IamPolicy, email: string): string[] {
  return bindings
    .filter(({ members }) => members.includes(`serviceAccount:${email}`))
    .map(({ role }) => role);
}

const holds = (held: readonly string[], { role, wider }: WantedRole): boolean =>
  [role, ...wider, ...basic].some(each => held.includes(each));

function addRole(projectId: string, email: string, role: string): string {
  return `gcloud projects add-iam-policy-binding ${projectId} --member=serviceAccount:${email} --role=${role} --condition=None`;
}

/** The account of the functions; undefined before the first deploy, which makes it. */
async function accountOf(context: CloudContext): Promise<string | undefined> {
  const number = await knownProjectNumber(context);
  const deployment = await knownDeployment(context);
  return deployment.functions.length === 0 ? undefined : serviceAccountOf(deployment, number);
}

const notYet: Finding = ok("the first deploy makes it, and asks before");

/** The Firebase CLI makes and names it (firebase-tools, deploy/functions/prepare.js). */
const isManaged = (email: string): boolean => email.startsWith("firebase-fn-");

async function askProjectPolicy({ cloud, projectId }: CloudContext): Promise<Answer<IamPolicy>> {
  return await cloud.ask({
    service: "cloudresourcemanager",
    path: `v1/projects/${projectId}:getIamPolicy`,
    schema: iamPolicy,
    permission: "resourcemanager.projects.getIamPolicy",
    role: "roles/iam.securityReviewer",
    body: {},
  });
}

const account: CloudCheck = {
  id: "service-account",
  title: "service account",
  needs: ["project"],
  run: async context => {
    const { cloud, projectId } = context;
    const email = await accountOf(context);
    if (email === undefined) return notYet;
    return judge(
      await cloud.ask({
        service: "iam",
        path: `v1/projects/${projectId}/serviceAccounts/${email}`,
        schema: z.object({ disabled: z.boolean().default(false) }),
        permission: "iam.serviceAccounts.get",
        role: "roles/iam.serviceAccountViewer",
      }),
      projectId,
      ({ disabled }) =>
        disabled
          ? wrong(
              `${email} is disabled`,
              `gcloud iam service-accounts enable ${email} --project ${projectId}`,
            )
          : ok(email),
      wrong(
        `${email} does not exist`,
        isManaged(email)
          ? `${deployFunctions(projectId)}   (makes it again)`
          : `gcloud services enable compute.googleapis.com --project ${projectId}   (makes the default account)`,
      ),
    );
  },
};

const roles: CloudCheck = {
  id: "roles",
  title: "roles of the service account",
  needs: ["service-account"],
  run: async context => {
    const { projectId } = context;
    const email = await accountOf(context);
    if (email === undefined) return notYet;
    return judge(await askProjectPolicy(context), projectId, found => {
      const held = rolesOf(found, email);
      const custom = held.filter(role => !role.startsWith("roles/"));
      const findings = ofFunctions.map((wanted): Finding => {
        if (holds(held, wanted)) return ok(wanted.role);
        // The permissions of a custom role are not looked at.
        const say = custom.length === 0 ? wrong : unknown;
        return say(`${wanted.role} is missing (${wanted.purpose})`, addRole(projectId, email, wanted.role));
      });
      return combine(findings, ofFunctions.map(({ role }) => role.slice("roles/".length)).join(", "));
    });
  },
};

const actAs: CloudCheck = {
  id: "act-as",
  title: "service account may act as itself",
  needs: ["service-account"],
  run: async context => {
    const { cloud, projectId } = context;
    const email = await accountOf(context);
    if (email === undefined) return notYet;
    const { instance, region } = await knownDeployment(context);
    const wanted: WantedRole = {
      role: "roles/iam.serviceAccountUser",
      wider: ["roles/iam.serviceAccountAdmin"],
      purpose: "tasks carry its identity",
    };
    const project = await askProjectPolicy(context);
    if (project.kind === "ok" && holds(rolesOf(project.value, email), wanted))
      return ok("through a role on the project");
    return judge(
      await cloud.ask({
        service: "iam",
        path: `v1/projects/${projectId}/serviceAccounts/${email}:getIamPolicy`,
        schema: iamPolicy,
        permission: "iam.serviceAccounts.getIamPolicy",
        role: "roles/iam.securityReviewer",
        body: {},
      }),
      projectId,
      found =>
        rolesOf(found, email).includes(wanted.role)
          ? ok("through a role on itself")
          : wrong(
              `${email} may not act as itself: no task can be stored`,
              `gcloud iam service-accounts add-iam-policy-binding ${email} --member=serviceAccount:${email} --role=${wanted.role} --project ${projectId}`,
              `or: ${ownCommand("grant", projectId, instance)} --region ${region}`,
            ),
    );
  },
};

const agents: CloudCheck = {
  id: "google-accounts",
  title: "roles of Google's own accounts",
  needs: ["project"],
  run: async context => {
    const { projectId } = context;
    const number = await knownProjectNumber(context);
    return judge(await askProjectPolicy(context), projectId, found => {
      const eventarc = `service-${number}@gcp-sa-eventarc.iam.gserviceaccount.com`;
      // Newer projects build with the default compute account, older ones with Cloud Build's legacy account
      // (cloud.google.com/build/docs/cloud-build-service-account-updates).
      const builders = [
        `${number}-compute@developer.gserviceaccount.com`,
        `${number}@cloudbuild.gserviceaccount.com`,
      ];
      const builder = {
        role: "roles/cloudbuild.builds.builder",
        wider: ["roles/cloudbuild.serviceAgent"],
        purpose: "builds",
      };
      return combine(
        [
          rolesOf(found, eventarc).includes("roles/eventarc.serviceAgent")
            ? ok(eventarc)
            : warning(
                `${eventarc} lacks roles/eventarc.serviceAgent: triggers cannot be made`,
                addRole(projectId, eventarc, "roles/eventarc.serviceAgent"),
              ),
          builders.some(email => holds(rolesOf(found, email), builder))
            ? ok("builds")
            : warning(
                `no build account has ${builder.role}: a deploy fails in the build`,
                ...builders.slice(0, 1).map(email => addRole(projectId, email, builder.role)),
              ),
        ],
        "Eventarc's and the build's account have theirs",
      );
    });
  },
};

const quotaInfos = z.object({
  quotaInfos: z
    .array(
      z.object({
        quotaId: z.string().default(""),
        metricDisplayName: z.string().default(""),
        quotaDisplayName: z.string().default(""),
        metricUnit: z.string().default(""),
        dimensionsInfos: z
          .array(
            z.object({
              applicableLocations: z.array(z.string()).default([]),
              details: z.object({ value: z.string().optional() }).default({}),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
type QuotaInfo = z.infer<typeof quotaInfos>["quotaInfos"][number];

/** The CPUs that one service may have in a region; undefined if the answer has no such quota. */
function cpuQuota(infos: readonly QuotaInfo[], region: string): number | undefined {
  const info = infos.find(({ quotaId }) => /^Cpu.*PerProject.*Region$/i.test(quotaId));
  const inRegion = info?.dimensionsInfos.find(each => each.applicableLocations.includes(region));
  if (info === undefined || inRegion?.details.value === undefined) return undefined;
  const value = Number(inRegion.details.value);
  if (value < 0) return Infinity;
  // Cloud Run counts in thousandths of a CPU (cloud.google.com/run/quotas, "milli vCPU").
  const names = `${info.metricDisplayName} ${info.quotaDisplayName} ${info.metricUnit}`;
  return /milli|m\{/i.test(names) || value >= 1000 ? value / 1000 : value;
}

const quota: CloudCheck = {
  id: "cpu-quota",
  title: "CPU quota",
  needs: ["project"],
  run: async context => {
    const { cloud, projectId } = context;
    const { region, functions } = await knownDeployment(context);
    const needs = functions.map(({ name, details: { serviceConfig } }) => ({
      name,
      cpus: (serviceConfig.maxInstanceCount ?? defaultMaxInstances) * Number(serviceConfig.availableCpu ?? 1),
    }));
    const largest = needs.sort((a, b) => b.cpus - a.cpus)[0] ?? {
      name: "each function",
      cpus: defaultMaxInstances,
    };
    return judge(
      await cloud.ask({
        service: "cloudquotas",
        path: `v1/projects/${projectId}/locations/global/services/run.googleapis.com/quotaInfos?pageSize=500`,
        schema: quotaInfos,
        permission: "cloudquotas.quotas.get",
        role: "roles/cloudquotas.viewer",
      }),
      projectId,
      answer => {
        const cpus = cpuQuota(answer.quotaInfos, region);
        if (cpus === undefined)
          return unknown(`cannot tell: Google names no CPU quota of Cloud Run in ${region}`);
        if (cpus >= largest.cpus)
          return ok(`${cpus} CPUs in ${region}, ${largest.cpus} needed by ${largest.name}`);
        return wrong(
          `${cpus} CPUs in ${region}, but ${largest.name} may use ${largest.cpus} (maxInstances × CPU): a deploy is refused`,
          `request more: https://console.cloud.google.com/iam-admin/quotas?project=${projectId}&service=run.googleapis.com`,
          "or lower the param MAX_INSTANCES and deploy again",
        );
      },
    );
  },
};

export const accountChecks: readonly CloudCheck[] = [account, roles, actAs, agents, quota];
