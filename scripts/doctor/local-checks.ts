import { getApps, initializeApp } from "firebase-admin/app";
import { getFirestore, type DocumentData, type Query, Timestamp } from "firebase-admin/firestore";
import { stringParams } from "../../functions/src/params.ts";
import { unsignedToken } from "../../stack/client/callables.ts";
import { addressesAt, type ClientEnvironment } from "../../stack/addresses.ts";
import { judgeCallback, judgeWebhook, type AddressRemedies } from "./addresses.ts";
import type { OpenAddress } from "./context.ts";
import type { ReadDocuments, StoredDocument } from "./documents.ts";
import { combine, ok, unknown, wrong, type Finding } from "./finding.ts";
import { judgeAccounts, judgeSyncs, judgeWatches } from "./living.ts";
import { openAddress } from "./open-address.ts";
import type { Check } from "./run-checks.ts";

/** Where the local stack is: the addresses of `npm run stack`, in its environment or the usual ones. */
export interface LocalContext {
  readonly stack: ClientEnvironment;
  readonly open: OpenAddress;
  readonly nowMs: number;
}
type LocalCheck = Check<LocalContext>;

/** The stack whose addresses are in the environment; those that are missing are the ones of `npm start`. */
export function localContext(environment: Readonly<Record<string, string | undefined>>): LocalContext {
  const usual = addressesAt(0).environment;
  const stack = Object.fromEntries(
    Object.entries(usual).map(([name, value]) => [name, environment[name] ?? value]),
  ) as ClientEnvironment;
  return { stack, open: openAddress, nowMs: Date.now() };
}

const start = "npm start   (or: npm run stack -- npm run doctor -- --local)";
const remedies: AddressRemedies = { invoker: start, region: start, logs: "read .stack/latest/suite.log" };

/** Whether an address answers 200. */
async function judgeAnswer(open: OpenAddress, url: string): Promise<Finding> {
  const opened = await open(url);
  if (opened.kind === "none") return wrong(`${url} does not answer (${opened.code})`, start);
  return opened.status === 200 ? ok(url) : wrong(`${url} answers ${opened.status}`, start);
}

const google: LocalCheck = {
  id: "google",
  title: "local Google Calendar",
  needs: [],
  run: async ({ open, stack }) =>
    await judgeAnswer(open, `${stack.GOOGLE_CALENDAR_EMULATOR_URL}/_emulator/clock`),
};

const auth: LocalCheck = {
  id: "auth",
  title: "Auth emulator",
  needs: [],
  run: async ({ open, stack }) => await judgeAnswer(open, `http://${stack.FIREBASE_AUTH_EMULATOR_HOST}/`),
};

const firestore: LocalCheck = {
  id: "firestore",
  title: "Firestore emulator",
  needs: [],
  run: async ({ open, stack }) => await judgeAnswer(open, `http://${stack.FIRESTORE_EMULATOR_HOST}/`),
};

/** The claims of a signed-in user, for emulators, which accept tokens without a signature. */
function claimsOf(uid: string, projectId: string): object {
  return { sub: uid, user_id: uid, aud: projectId, iss: `https://securetoken.google.com/${projectId}` };
}

/** Reads through the rules of the running emulator. Writes are left out: the doctor only reads. */
const rules: LocalCheck = {
  id: "rules",
  title: "security rules (reads)",
  needs: ["firestore"],
  run: async ({ open, stack }) => {
    const projectId = stack.GCLOUD_PROJECT;
    const root = `http://${stack.FIRESTORE_EMULATOR_HOST}/v1/projects/${projectId}/databases/(default)/documents`;
    const cases = [
      { uid: "doctor", path: "users/doctor/calendarEvents/none", allowed: true },
      { uid: "doctor", path: "users/doctor/calendarSeries/none", allowed: true },
      { uid: "other", path: "users/doctor/calendarEvents/none", allowed: false },
      { uid: "other", path: "users/doctor/calendarSeries/none", allowed: false },
      { uid: "doctor", path: "calendarSyncCredentials/none", allowed: false },
      { uid: "doctor", path: "calendarSyncStates/none", allowed: false },
    ];
    const findings = cases.map(async ({ uid, path, allowed }) => {
      const headers = { Authorization: `Bearer ${unsignedToken(claimsOf(uid, projectId))}` };
      const opened = await open(`${root}/${path}`, { headers });
      if (opened.kind === "none") return unknown(`cannot tell: no answer (${opened.code})`);
      // A document that is not there: 404 to those who may read it.
      const isAllowed = opened.status === 404 || opened.status === 200;
      return isAllowed === allowed
        ? ok(path)
        : wrong(
            `${uid} ${isAllowed ? "may" : "may not"} read ${path}`,
            "correct firestore.rules; npm test -- --only stack",
          );
    });
    return combine(await Promise.all(findings), `${cases.length} cases answered as they should be`);
  },
};

const webhook: LocalCheck = {
  id: "webhook",
  title: "webhook",
  needs: [],
  run: async ({ open, stack }) => {
    const url = `${stack.FUNCTIONS_URL}/calendarWebhook`;
    return combine([await judgeWebhook(open, url, remedies)], "405 on GET, 404 for an unknown channel");
  },
};

const callback: LocalCheck = {
  id: "callback",
  title: "OAuth callback",
  needs: ["webhook"],
  run: async ({ open, stack }) =>
    combine(
      [await judgeCallback(open, `${stack.FUNCTIONS_URL}/oauthCallback`, remedies)],
      "400 without a code",
    ),
};

const callable: LocalCheck = {
  id: "callables",
  title: "callable functions",
  needs: ["webhook"],
  run: async ({ open, stack }) => {
    const opened = await open(`${stack.FUNCTIONS_URL}/syncNow`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ data: {} }),
    });
    if (opened.kind === "none") return unknown(`cannot tell: syncNow did not answer (${opened.code})`);
    return opened.status === 401
      ? ok("syncNow asks for a sign-in")
      : wrong(`syncNow answers ${opened.status} without a sign-in, not 401`, remedies.logs);
  },
};

const taskQueues: LocalCheck = {
  id: "queues",
  title: "task queues",
  needs: [],
  run: async ({ open, stack }) =>
    await judgeAnswer(open, `http://${stack.CLOUD_TASKS_EMULATOR_HOST}/queueStats`),
};

const page: LocalCheck = {
  id: "page",
  title: "page",
  needs: [],
  run: async ({ open, stack }) => await judgeAnswer(open, `${stack.HOSTING_URL}/`),
};

/** As many documents as the doctor reads from a deployment. */
const limit = 5000;

/** Reads with the Admin SDK, to which the rules do not apply. */
async function readAll(
  { stack }: LocalContext,
  query: (db: Query["firestore"]) => Query,
): Promise<ReadDocuments> {
  process.env["FIRESTORE_EMULATOR_HOST"] = stack.FIRESTORE_EMULATOR_HOST;
  const app = getApps()[0] ?? initializeApp({ projectId: stack.GCLOUD_PROJECT });
  const { docs } = await query(getFirestore(app)).limit(limit).get();
  return {
    documents: docs.map(doc => toDocument(doc.ref.path, doc.data())),
    complete: docs.length < limit,
  };
}

function toDocument(path: string, data: DocumentData): StoredDocument {
  const read = (field: string): unknown => (data as Readonly<Record<string, unknown>>)[field];
  return {
    path,
    text: field => {
      const value = read(field);
      return typeof value === "string" ? value : undefined;
    },
    flag: field => {
      const value = read(field);
      return typeof value === "boolean" ? value : undefined;
    },
    timeMs: field => {
      const value = read(field);
      return value instanceof Timestamp ? value.toMillis() : undefined;
    },
  };
}

const schedule = (name: string): string =>
  `run ${name} (stack/client/schedules.ts), or start the stack again`;

const watches: LocalCheck = {
  id: "watches",
  title: "watches",
  needs: ["firestore"],
  run: async context =>
    judgeWatches(
      await readAll(context, db => db.collection("calendarSyncWatches")),
      context.nowMs,
      schedule("renewWatches"),
    ),
};

const accounts: LocalCheck = {
  id: "accounts",
  title: "accounts",
  needs: ["firestore"],
  run: async context =>
    judgeAccounts(await readAll(context, db => db.collection("calendarSyncLists")), "connect them again"),
};

const syncs: LocalCheck = {
  id: "syncs",
  title: "last syncs",
  needs: ["firestore"],
  run: async context =>
    judgeSyncs(
      await readAll(context, db => db.collectionGroup("calendars")),
      { nowMs: context.nowMs, usersRoot: stringParams.USERS_ROOT.default },
      remedies.logs,
      schedule("backupSync"),
    ),
};

/** Everything that makes sense to ask of the local stack. */
export const localChecks: readonly LocalCheck[] = [
  google,
  auth,
  firestore,
  rules,
  webhook,
  callback,
  callable,
  taskQueues,
  page,
  watches,
  accounts,
  syncs,
];
