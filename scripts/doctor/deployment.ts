import * as z from "zod";
import { cannotTell, type Answer } from "./cloud.ts";
import type { CloudContext } from "./context.ts";
import { CannotTell } from "./finding.ts";
import { paramOf } from "./params.ts";
import { allFunctions } from "./product.ts";
import { stringParams } from "../../functions/src/params.ts";

/** A function, as Cloud Functions' API v2 shows it. Fields that are missing have these defaults. */
const cloudFunction = z.object({
  /** `projects/P/locations/R/functions/NAME`. */
  name: z.string(),
  state: z.string().default("STATE_UNSPECIFIED"),
  url: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  stateMessages: z.array(z.object({ message: z.string().default("") })).default([]),
  eventTrigger: z.object({ trigger: z.string().optional() }).optional(),
  serviceConfig: z
    .object({
      service: z.string().optional(),
      serviceAccountEmail: z.string().optional(),
      maxInstanceCount: z.number().optional(),
      availableCpu: z.string().optional(),
      environmentVariables: z.record(z.string(), z.string()).default({}),
      secretEnvironmentVariables: z
        .array(z.object({ key: z.string(), secret: z.string(), version: z.string().default("latest") }))
        .default([]),
    })
    .default({ environmentVariables: {}, secretEnvironmentVariables: [] }),
});

export interface DeployedFunction {
  /** Its name in the code. */
  readonly name: string;
  /** Its name in the project, which begins with a prefix if it was installed as a function kit. */
  readonly id: string;
  readonly region: string;
  readonly details: z.infer<typeof cloudFunction>;
}

export interface Deployment {
  readonly region: string;
  readonly prefix: string;
  /** The instance of a function kit, or `default`. */
  readonly instance: string;
  /** Other instances of this product in the project. */
  readonly otherInstances: readonly string[];
  /** In the deployment's region. */
  readonly functions: readonly DeployedFunction[];
  /** Other regions that have functions of these names. */
  readonly otherRegions: readonly string[];
}

/** What is deployed; an empty list of functions if nothing is. The region is the one that was asked for or found. */
export async function deploymentOf(context: CloudContext): Promise<Answer<Deployment>> {
  const answer = await context.cloud.ask({
    service: "cloudfunctions",
    path: `v2/projects/${context.projectId}/locations/-/functions?pageSize=1000`,
    schema: z.object({ functions: z.array(cloudFunction).default([]) }),
    permission: "cloudfunctions.functions.list",
    role: "roles/cloudfunctions.viewer",
  });
  if (answer.kind !== "ok") return answer;
  return { kind: "ok", value: toDeployment(answer.value.functions, context) };
}

function toDeployment(
  found: readonly z.infer<typeof cloudFunction>[],
  { regionAsked, instanceAsked, instanceIfNone, localParams }: CloudContext,
): Deployment {
  const located = found.map(details => {
    const [, , , region = "", , id = ""] = details.name.split("/");
    return { details, region, id };
  });
  const webhooks = located.flatMap(({ id, region }) => {
    const match = /^(.+-)?calendarWebhook$/.exec(id);
    if (match === null) return [];
    const prefix = match[1] ?? "";
    return [{ region, prefix, instance: instanceOf(prefix) }];
  });
  const candidates = webhooks.filter(
    ({ instance }) => instanceAsked === undefined || instance === instanceAsked,
  );
  const wanted = regionAsked ?? localParams["FUNCTION_DEFAULT_REGION"];
  const webhook =
    candidates.find(({ region }) => region === wanted) ??
    (regionAsked === undefined ? candidates[0] : undefined);
  const instance = webhook?.instance ?? instanceAsked ?? instanceIfNone;
  const prefix = webhook?.prefix ?? (instance === "default" ? "" : `kit-${instance}-`);
  const ours = located.flatMap(({ details, region, id }) => {
    const name = allFunctions.find(each => `${prefix}${each}` === id);
    return name === undefined ? [] : [{ details, region, id, name }];
  });
  const region = webhook?.region ?? wanted ?? stringParams.FUNCTION_DEFAULT_REGION.default;
  return {
    region,
    prefix,
    instance,
    otherInstances: [...new Set(webhooks.map(each => each.instance))].filter(each => each !== instance),
    functions: ours.filter(each => each.region === region),
    otherRegions: [...new Set(ours.map(each => each.region))].filter(each => each !== region),
  };
}

/** A function kit's names begin with `kit-<instance>-` (firebase-tools, functions/projectConfig.js). */
function instanceOf(prefix: string): string {
  return /^kit-(.+)-$/.exec(prefix)?.[1] ?? (prefix === "" ? "default" : prefix.slice(0, -1));
}

/**
 * The deployment, for checks that cannot judge anything without it.
 *
 * @throws CannotTell if Google does not show it
 */
export async function knownDeployment(context: CloudContext): Promise<Deployment> {
  const answer = await deploymentOf(context);
  if (answer.kind === "ok") return answer.value;
  throw new CannotTell(cannotTell(answer, context.projectId));
}

/** The service account of the functions: the one they run as, else the default one. */
export function serviceAccountOf({ functions }: Deployment, projectNumber: string): string {
  const used = functions.map(each => each.details.serviceConfig.serviceAccountEmail);
  return used.find(email => email !== undefined) ?? `${projectNumber}-compute@developer.gserviceaccount.com`;
}

/** The params of the deployed functions; without a deployment, those in the .env files. */
export function paramsOf(deployment: Deployment, context: CloudContext): Readonly<Record<string, string>> {
  const [one] = deployment.functions;
  return one === undefined ? context.localParams : one.details.serviceConfig.environmentVariables;
}

/** Where the documents are. */
export interface DocumentsPlace {
  readonly database: string;
  readonly usersRoot: string;
}

/**
 * Where the documents of the deployment are. Before the first deploy of a project, Cloud Functions may be off; then the
 * .env files say it.
 *
 * @throws CannotTell if Google does not show the functions
 */
export async function documentsPlaceOf(context: CloudContext): Promise<DocumentsPlace> {
  const answer = await deploymentOf(context);
  const params =
    answer.kind === "apiOff"
      ? context.localParams
      : paramsOf(answer.kind === "ok" ? answer.value : await knownDeployment(context), context);
  return {
    database: paramOf(params, "FIRESTORE_DATABASE") ?? stringParams.FIRESTORE_DATABASE.default,
    usersRoot: paramOf(params, "USERS_ROOT") ?? stringParams.USERS_ROOT.default,
  };
}

/** Where a secret of the code is stored in Secret Manager: the name and version that the functions use. */
export function storedSecret({ functions, prefix }: Deployment, key: string) {
  const used = functions
    .flatMap(each => each.details.serviceConfig.secretEnvironmentVariables)
    .find(variable => variable.key === key);
  return { id: used?.secret ?? `${prefix}${key}`, version: used?.version ?? "latest" };
}
