import {
  hourMs,
  ok,
  notFound,
  bodyOf,
  patched,
  withCopy,
  withFunction,
  withParams,
  withoutRole,
  queueWith,
  watch,
  type Json,
  type Deployed,
  type Row,
} from "./fault.fixture.ts";
import { document, nowMs, paths, timeAt } from "./healthy-cloud.fixture.ts";

/** Nothing is broken yet. */
export const doubtful: readonly Row[] = [
  [
    "the organisation forbids public functions, after the deploy",
    { [paths.orgPolicy]: ok({ spec: { rules: [{ values: {} }] } }) },
    "organisation-policy",
    "allowedPolicyMemberDomains",
    "iam-admin/orgpolicies",
  ],
  [
    "the database is far away",
    patched(paths.database, { locationId: "nam5" }),
    "firestore",
    "Native mode in nam5, but the functions are in europe-west1",
    "FUNCTION_DEFAULT_REGION",
  ],
  ["sign-in with Google is off", { [paths.googleProvider]: notFound }, "google-sign-in", "off", "providers"],
  [
    "Eventarc's account lacks its role",
    withoutRole("roles/eventarc.serviceAgent"),
    "google-accounts",
    "gcp-sa-eventarc",
    "--role=roles/eventarc.serviceAgent",
  ],
  [
    "the build's account lacks its role",
    withoutRole("roles/cloudbuild.builds.builder"),
    "google-accounts",
    "a deploy fails in the build",
    "--role=roles/cloudbuild.builds.builder",
  ],
  [
    "the client belongs to another project",
    withParams({ GOOGLE_CLIENT_ID: "999-abc.apps.googleusercontent.com" }),
    "params",
    "belongs to the project 999",
    "apis/credentials",
  ],
  [
    "a secret has a newer version",
    patched(paths.newestSecret("GOOGLE_CLIENT_SECRET"), { name: "projects/1/secrets/x/versions/2" }),
    "secrets",
    "there is a newer one",
    "firebase-tools deploy --only functions",
  ],
  [
    "the functions may not read a secret",
    { [paths.secretPolicy("GOOGLE_CLIENT_SECRET")]: ok({}) },
    "secret-access",
    "no role on the secret GOOGLE_CLIENT_SECRET",
    "gcloud secrets add-iam-policy-binding GOOGLE_CLIENT_SECRET",
  ],
  [
    "an index is being built",
    {
      [paths.indexes]: ok({
        indexes: (bodyOf(paths.indexes) as { indexes: Json[] }).indexes.map(each => ({
          ...each,
          state: "CREATING",
        })),
      }),
    },
    "indexes",
    "is being built",
    "wait some minutes",
  ],
  [
    "functions come from different deploys",
    withFunction("syncCalendar", each => ({ ...each, labels: { "firebase-functions-hash": "old" } })),
    "functions",
    "different deploys",
    "firebase-tools deploy --only functions",
  ],
  [
    "a function that changes events is deployed, but that was not chosen",
    withCopy("syncNow", "moveEvent"),
    "functions",
    "deployed, although WRITE_ACCESS is not true: moveEvent",
    "firebase-tools deploy --only functions",
  ],
  [
    "functions run as different accounts",
    withFunction("syncNow", each => ({
      ...each,
      serviceConfig: { ...each.serviceConfig, serviceAccountEmail: "other@example.com" },
    })),
    "functions",
    "other@example.com",
    "firebase-tools deploy --only functions",
  ],
  [
    "functions are in two regions",
    {
      [paths.functions]: ok({
        functions: [
          ...(bodyOf(paths.functions) as { functions: Deployed[] }).functions,
          { name: "projects/calendar-live/locations/us-east1/functions/backupSync", state: "ACTIVE" },
        ],
      }),
    },
    "deployed",
    "also in us-east1",
    "functions:delete",
  ],
  [
    "a queue has another limit",
    queueWith("syncCalendar", { rateLimits: { maxConcurrentDispatches: 100 } }),
    "queues",
    "the code asks for 40",
    "firebase-tools deploy --only functions",
  ],
  [
    "a queue is late",
    queueWith("syncCalendar", {
      stats: { tasksCount: "4", oldestEstimatedArrivalTime: timeAt(nowMs - hourMs) },
    }),
    "queues",
    "4 tasks, the oldest is 60 min late",
    "functions:log --only syncCalendar",
  ],
  [
    "images are not cleaned up",
    { [paths.repository]: ok({}) },
    "artifacts",
    "no policy",
    "functions:artifacts:setpolicy --location europe-west1",
  ],
  ["the page is not on Hosting", { [paths.page]: notFound }, "page", "answers 404", "--only hosting"],
  [
    "the log contains alarms that have ended",
    {
      [paths.log]: ok({
        entries: [{ timestamp: timeAt(nowMs - 9 * hourMs), jsonPayload: { event: "google.quota" } }],
      }),
    },
    "alarms",
    "google.quota (1), the last one 9 h ago",
    '"Runbook" of firestore-calendar-sync, "Alarms"',
  ],
  [
    "watches are not renewed in time",
    { [paths.query("calendarSyncWatches")]: watch(nowMs + 5 * hourMs) },
    "watches",
    "the next one ends in 5 h: the renewal is late",
    "jobs run firebase-schedule-renewWatches-europe-west1",
  ],
  [
    "all accounts need a new consent",
    {
      [paths.query("calendarSyncLists")]: ok(
        ["a", "b"].map(id =>
          document(`calendarSyncLists/${id}`, { status: { stringValue: "reauth_required" } }),
        ),
      ),
    },
    "accounts",
    "2 of 2 accounts need a new consent",
    "in testing",
  ],
  [
    "the functions have not checked themselves",
    { [paths.selfCheck]: notFound },
    "self-check",
    "has not run",
    "functions:lifecycle:run afterRedeploy calendar-sync --project calendar-live",
  ],
  [
    "the functions' self-check has stored nothing",
    { [paths.selfCheck]: ok({ fields: { startedAt: { timestampValue: timeAt(nowMs) } } }) },
    "self-check",
    "has stored no findings",
    "functions:lifecycle:run",
  ],
];
