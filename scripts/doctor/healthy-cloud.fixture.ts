/** A healthy project, as Google's APIs answer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootFolder } from "../../stack/addresses.ts";
import {
  basicFunctions,
  callables,
  calendarApi,
  deployApis,
  publicFunctions,
  queues,
  schedules,
} from "./product.ts";

export const projectId = "calendar-live";
export const region = "europe-west1";
export const nowMs = Date.now();
/** What the doctor is given in this repository. */
export const inRepository = {
  inRepository: true,
  instanceIfNone: "default",
  indexesFile: JSON.parse(readFileSync(join(rootFolder, "firestore.indexes.json"), "utf8")) as unknown,
};
export const serviceAccount = "123456-compute@developer.gserviceaccount.com";
export const secretValue = "GOCSPX-not-to-be-printed";
export const ringKey = "k".repeat(43);

/** The cases with which the doctor tests the rules: six for each collection of a user, two for each of the server. */
export const ruleCases = 40;

const at = `projects/${projectId}/locations/${region}`;
const database = `projects/${projectId}/databases/(default)`;
const hourMs = 3_600_000;
export const timeAt = (ms: number): string => new Date(ms).toISOString();

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly location?: string;
}
/** `GET service/path` or `POST service/path`, without the query → the answer. A path that is missing answers 404. */
export type Replies = Readonly<Record<string, Reply>>;
type Bodies = Readonly<Record<string, unknown>>;

export const healthyParams = {
  FUNCTION_DEFAULT_REGION: region,
  GOOGLE_CLIENT_ID: "123456-abc.apps.googleusercontent.com",
  WEBHOOK_URL: "",
  OAUTH_REDIRECT_URL: "",
  APP_ORIGINS: "https://calendar.example.com",
} as const;

/** A function, with what the Firebase CLI and Google note about it. */
function functionNamed(name: string) {
  const calls = ["calendarWebhook", "backupSync", "extendHorizon", "onUserDeleted"].includes(name);
  return {
    name: `${at}/functions/${name}`,
    state: "ACTIVE",
    environment: "GEN_2",
    url: `https://${region}-${projectId}.cloudfunctions.net/${name}`,
    labels: {
      "firebase-functions-codebase": "calendar-sync",
      "firebase-functions-hash": calls ? "plain" : "secret",
    },
    ...(name === "onUserDeleted" && {
      eventTrigger: { trigger: `projects/${projectId}/locations/global/triggers/onuserdeleted-1` },
    }),
    serviceConfig: {
      service: `${at}/services/${name.toLowerCase()}`,
      serviceAccountEmail: serviceAccount,
      maxInstanceCount: 100,
      availableCpu: "1",
      environmentVariables: healthyParams,
      ...(!calls && {
        secretEnvironmentVariables: ["GOOGLE_CLIENT_SECRET", "TOKEN_ENCRYPTION_KEYS"].map(secret => ({
          key: secret,
          projectId: "123456",
          secret,
          version: "1",
        })),
      }),
    },
  };
}

const secretNamed = (id: string, value: string): Bodies => ({
  [`GET secretmanager/v1/projects/${projectId}/secrets/${id}/versions/1`]: {
    name: `projects/123456/secrets/${id}/versions/1`,
    state: "ENABLED",
  },
  [`GET secretmanager/v1/projects/${projectId}/secrets/${id}/versions/latest`]: {
    name: `projects/123456/secrets/${id}/versions/1`,
    state: "ENABLED",
  },
  ...Object.fromEntries(
    ["1", "latest"].map(version => [
      `GET secretmanager/v1/projects/${projectId}/secrets/${id}/versions/${version}:access`,
      { payload: { data: Buffer.from(value).toString("base64") } },
    ]),
  ),
  [`GET secretmanager/v1/projects/${projectId}/secrets/${id}:getIamPolicy`]: {
    bindings: [{ role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${serviceAccount}`] }],
  },
});

const member = (email: string): string[] => [`serviceAccount:${email}`];

export const paths = {
  project: `GET cloudresourcemanager/v1/projects/${projectId}`,
  billing: `GET cloudbilling/v1/projects/${projectId}/billingInfo`,
  services: `GET serviceusage/v1/projects/${projectId}/services:batchGet`,
  orgPolicy: `GET orgpolicy/v2/projects/${projectId}/policies/iam.allowedPolicyMemberDomains:getEffectivePolicy`,
  database: `GET firestore/v1/${database}`,
  indexes: `GET firestore/v1/${database}/collectionGroups/-/indexes`,
  ttl: `GET firestore/v1/${database}/collectionGroups/-/fields`,
  query: (collection: string): string => `POST firestore/v1/${database}/documents:runQuery ${collection}`,
  selfCheck: `GET firestore/v1/${database}/documents/calendarSyncDeployments/default`,
  signIn: `GET identitytoolkit/admin/v2/projects/${projectId}/config`,
  googleProvider: `GET identitytoolkit/admin/v2/projects/${projectId}/defaultSupportedIdpConfigs/google.com`,
  webApps: `GET firebase/v1beta1/projects/${projectId}/webApps`,
  account: `GET iam/v1/projects/${projectId}/serviceAccounts/${serviceAccount}`,
  accountPolicy: `POST iam/v1/projects/${projectId}/serviceAccounts/${serviceAccount}:getIamPolicy`,
  policy: `POST cloudresourcemanager/v1/projects/${projectId}:getIamPolicy`,
  quota: `GET cloudquotas/v1/projects/${projectId}/locations/global/services/run.googleapis.com/quotaInfos`,
  secret: (id: string): string => `GET secretmanager/v1/projects/${projectId}/secrets/${id}/versions/1`,
  secretValue: (id: string): string =>
    `GET secretmanager/v1/projects/${projectId}/secrets/${id}/versions/1:access`,
  newestSecret: (id: string): string =>
    `GET secretmanager/v1/projects/${projectId}/secrets/${id}/versions/latest`,
  secretPolicy: (id: string): string =>
    `GET secretmanager/v1/projects/${projectId}/secrets/${id}:getIamPolicy`,
  token: "POST outside/oauth2.googleapis.com/token",
  consent: "GET outside/accounts.google.com/o/oauth2/v2/auth",
  webhookGet: `GET outside/${region}-${projectId}.cloudfunctions.net/calendarWebhook`,
  webhookPost: `POST outside/${region}-${projectId}.cloudfunctions.net/calendarWebhook`,
  callback: `GET outside/${region}-${projectId}.cloudfunctions.net/oauthCallback`,
  page: "GET outside/calendar.example.com/__/firebase/init.json",
  release: `GET firebaserules/v1/projects/${projectId}/releases/cloud.firestore`,
  rulesTest: `POST firebaserules/v1/projects/${projectId}/rulesets/r1:test`,
  functions: `GET cloudfunctions/v2/projects/${projectId}/locations/-/functions`,
  invoker: (name: string): string => `GET run/v2/${at}/services/${name.toLowerCase()}:getIamPolicy`,
  service: (name: string): string => `GET run/v2/${at}/services/${name.toLowerCase()}`,
  trigger: `GET eventarc/v1/projects/${projectId}/locations/global/triggers/onuserdeleted-1`,
  repository: `GET artifactregistry/v1/${at}/repositories/gcf-artifacts`,
  queue: (name: string): string => `GET cloudtasks/v2beta3/${at}/queues/${name}`,
  schedule: (name: string): string => `GET cloudscheduler/v1/${at}/jobs/firebase-schedule-${name}-${region}`,
  log: "POST logging/v2/entries:list",
} as const;

export const document = (path: string, fields: object): object => ({
  document: { name: `${database}/documents/${path}`, fields },
  readTime: timeAt(nowMs),
});

/** A finding of the functions' self-check, in its document. */
export function foundByItself(check: string, level: string, text: string, remedy?: string): object {
  const fields = Object.entries({ check, level, text, ...(remedy !== undefined && { remedy }) });
  return {
    mapValue: {
      fields: Object.fromEntries(fields.map(([name, stringValue]) => [name, { stringValue }])),
    },
  };
}

/** The document of the self-check. */
export const selfCheckOf = (...findings: readonly object[]): object => ({
  name: `${database}/documents/calendarSyncDeployments/default`,
  fields: {
    startedAt: { timestampValue: timeAt(nowMs - hourMs) },
    checkedAt: { timestampValue: timeAt(nowMs - hourMs) },
    findings: { arrayValue: findings.length === 0 ? {} : { values: findings } },
  },
});

const key = "c".repeat(22);

/** Everything that the healthy project answers. */
export function healthyReplies(): Replies {
  const bodies = Object.entries(healthyBodies()).map(([path, body]) => [path, { status: 200, body }]);
  return {
    ...(Object.fromEntries(bodies) as Replies),
    [paths.token]: {
      status: 400,
      body: { error: "invalid_grant", error_description: "Malformed auth code." },
    },
    [paths.consent]: { status: 302, body: "", location: "https://accounts.google.com/v3/signin/identifier" },
    [paths.webhookGet]: { status: 405, body: "" },
    [paths.webhookPost]: { status: 404, body: "" },
    [paths.callback]: { status: 400, body: "" },
    [paths.page]: { status: 200, body: { projectId } },
  };
}

function healthyBodies(): Bodies {
  const publicPolicy = { bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] };
  const index = (name: string, fieldPaths: readonly string[]): object => ({
    name: `${database}/collectionGroups/calendarEvents/indexes/${name}`,
    queryScope: "COLLECTION",
    state: "READY",
    fields: [...fieldPaths, "__name__"].map(fieldPath => ({ fieldPath, order: "ASCENDING" })),
  });
  return {
    [paths.project]: { projectId, projectNumber: "123456", lifecycleState: "ACTIVE" },
    [paths.billing]: { billingEnabled: true },
    [paths.services]: {
      services: [...deployApis, calendarApi].map(api => ({
        name: `projects/123456/services/${api}`,
        state: "ENABLED",
      })),
    },
    [paths.orgPolicy]: { spec: { rules: [{ allowAll: true }] } },
    [paths.database]: { type: "FIRESTORE_NATIVE", locationId: "eur3" },
    [paths.selfCheck]: selfCheckOf(foundByItself("tasks", "ok", "a task can be stored")),
    [paths.signIn]: { authorizedDomains: ["localhost", "calendar.example.com"] },
    [paths.googleProvider]: { enabled: true },
    [paths.webApps]: { apps: [{ appId: "1:123456:web:1" }] },
    [paths.account]: { email: serviceAccount },
    [paths.accountPolicy]: {
      bindings: [{ role: "roles/iam.serviceAccountUser", members: member(serviceAccount) }],
    },
    [paths.policy]: {
      bindings: [
        ...[
          "datastore.user",
          "cloudtasks.enqueuer",
          "run.invoker",
          "eventarc.eventReceiver",
          "firebaseauth.viewer",
        ].map(role => ({
          role: `roles/${role}`,
          members: member(serviceAccount),
        })),
        {
          role: "roles/eventarc.serviceAgent",
          members: member("service-123456@gcp-sa-eventarc.iam.gserviceaccount.com"),
        },
        { role: "roles/cloudbuild.builds.builder", members: member(serviceAccount) },
      ],
    },
    [paths.quota]: {
      quotaInfos: [
        {
          quotaId: "CpuAllocPerProjectRegion",
          metricDisplayName: "Total CPU allocation, in milli vCPU",
          dimensionsInfos: [{ applicableLocations: [region], details: { value: "200000" } }],
        },
      ],
    },
    ...secretNamed("GOOGLE_CLIENT_SECRET", secretValue),
    ...secretNamed(
      "TOKEN_ENCRYPTION_KEYS",
      JSON.stringify({ active: "k1", keys: { k1: ringKey, k0: ringKey } }),
    ),
    [paths.release]: { rulesetName: `projects/${projectId}/rulesets/r1` },
    [paths.rulesTest]: {
      testResults: Array.from({ length: ruleCases }, () => ({ state: "SUCCESS" })),
    },
    [paths.indexes]: {
      indexes: [index("a", ["startAt", "endAt"]), index("b", ["calendarKey", "startAt", "endAt"])],
    },
    [paths.ttl]: {
      fields: [
        {
          name: `${database}/collectionGroups/calendarSyncChanges/fields/changesExpireAt`,
          ttlConfig: { state: "ACTIVE" },
        },
        {
          name: `${database}/collectionGroups/calendarSyncCalls/fields/countExpiresAt`,
          ttlConfig: { state: "ACTIVE" },
        },
        {
          name: `${database}/collectionGroups/calendarSyncOAuthStates/fields/expiresAt`,
          ttlConfig: { state: "ACTIVE" },
        },
        {
          name: `${database}/collectionGroups/calendarSyncPasses/fields/checkpointExpiresAt`,
          ttlConfig: { state: "ACTIVE" },
        },
      ],
    },
    [paths.functions]: { functions: basicFunctions.map(name => functionNamed(name)) },
    ...Object.fromEntries(
      [...publicFunctions, ...callables].map(name => [paths.invoker(name), publicPolicy]),
    ),
    [paths.trigger]: { conditions: {} },
    [paths.repository]: { cleanupPolicies: { "firebase-functions-cleanup": { action: "DELETE" } } },
    ...Object.fromEntries(
      Object.entries(queues).map(([name, maxConcurrentDispatches]) => [
        paths.queue(name),
        { state: "RUNNING", rateLimits: { maxConcurrentDispatches }, stats: { tasksCount: "0" } },
      ]),
    ),
    ...Object.fromEntries(
      Object.keys(schedules).map(name => [
        paths.schedule(name),
        { state: "ENABLED", lastAttemptTime: timeAt(nowMs - hourMs), status: {} },
      ]),
    ),
    [paths.log]: {},
    [paths.query("calendarSyncCredentials")]: [
      document("calendarSyncCredentials/a", { keyId: { stringValue: "k1" } }),
      document("calendarSyncCredentials/b", { keyId: { nullValue: null } }),
    ],
    [paths.query("calendarSyncWatches")]: [
      document(`calendarSyncWatches/${key}-old`, {
        status: { stringValue: "open" },
        calendarKey: { stringValue: key },
        expiresAt: { timestampValue: timeAt(nowMs - hourMs) },
      }),
      document(`calendarSyncWatches/${key}-new`, {
        status: { stringValue: "open" },
        calendarKey: { stringValue: key },
        expiresAt: { timestampValue: timeAt(nowMs + 120 * hourMs) },
      }),
    ],
    [paths.query("calendarSyncLists")]: [
      document("calendarSyncLists/a", { status: { stringValue: "active" }, active: { booleanValue: true } }),
    ],
    [paths.query("calendars")]: [
      document(`users/u/calendars/${key}`, {
        enabled: { booleanValue: true },
        lastSyncedAt: { timestampValue: timeAt(nowMs - hourMs) },
      }),
      document("teams/t/calendars/not-ours", {
        enabled: { booleanValue: true },
        lastSyncedAt: { timestampValue: timeAt(0) },
      }),
    ],
  };
}
