import { readFileSync } from "node:fs";
import {
  assertFails,
  assertSucceeds,
  initializeTestEnvironment,
  type RulesTestEnvironment,
} from "@firebase/rules-unit-testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  collection,
  collectionGroup,
  deleteDoc,
  doc,
  getDoc,
  getDocs,
  query,
  setDoc,
  setLogLevel,
  updateDoc,
  where,
  type Firestore,
} from "firebase/firestore";

/** All collections of docs/architecture.md "Documents", and other paths that an attacker could try. */
const readableByOwner = [
  "users/owner/calendarAccounts/a",
  "users/owner/calendars/k",
  "users/owner/calendarEvents/k_e",
  "users/owner/calendarSeries/k_s",
];
const closed = [
  "users/owner",
  "users/owner/calendarAccounts/a/secrets/s",
  "users/owner/calendars/k/calendarEvents/e",
  "users/owner/calendarEvents/k_e/notes/n",
  "users/owner/calendarSeries/k_s/notes/n",
  "users/owner/calendarSyncCredentials/c",
  "calendarSyncStates/k",
  "calendarSyncStates/k/calendarSyncSeries/s",
  "calendarSyncWatches/k-channel",
  "calendarSyncCredentials/a",
  "calendarSyncOAuthStates/nonce",
  "calendarSyncStates/k/calendarSyncPasses/p-0",
  "calendarSyncLists/a",
  "calendarSyncChanges/k-1",
  "calendarSyncCalls/2026-01-05-0",
  "calendarSyncDeployments/default",
  "users/owner/events/e",
  "rateLimits/owner",
  "anythingElse/x",
];

const callers = ["owner", "other user", "nobody"] as const;
type Caller = (typeof callers)[number];
type Operation = [name: string, run: (db: Firestore, path: string) => Promise<unknown>];

const reads: Operation[] = [
  ["get", (db, path) => getDoc(doc(db, path))],
  ["get of what is not there", (db, path) => getDoc(doc(db, `${path}-missing`))],
  ["list", (db, path) => getDocs(collection(db, parentOf(path)))],
  ["list with a filter", (db, path) => getDocs(query(collection(db, parentOf(path)), where("n", "==", 1)))],
];
const writes: Operation[] = [
  ["create", (db, path) => setDoc(doc(db, `${path}-new`), { n: 2 })],
  ["overwrite", (db, path) => setDoc(doc(db, path), { n: 2 })],
  ["merge", (db, path) => setDoc(doc(db, path), { n: 2 }, { merge: true })],
  ["update", (db, path) => updateDoc(doc(db, path), { n: 2 })],
  ["delete", (db, path) => deleteDoc(doc(db, path))],
];

// The SDK logs a warning for every refusal, and these tests cause many.
setLogLevel("error");

let environment: RulesTestEnvironment;
let databases: Record<Caller, Firestore>;

beforeAll(async () => {
  environment = await initializeTestEnvironment({
    // A separate project, so that the data and rules of a stack that is running are not affected.
    projectId: "demo-rules-test",
    firestore: { rules: readFileSync(`${import.meta.dirname}/../../firestore.rules`, "utf8") },
  });
  // The test library returns the compat SDK's type. The modular functions accept the same object.
  const database = (context: { firestore(): unknown }) => context.firestore() as Firestore;
  databases = {
    owner: database(
      environment.authenticatedContext("owner", { email: "owner@example.com", email_verified: true }),
    ),
    "other user": database(environment.authenticatedContext("other", { email: "owner@example.com" })),
    nobody: database(environment.unauthenticatedContext()),
  };
  await environment.withSecurityRulesDisabled(async context => {
    const db = database(context);
    await Promise.all([...readableByOwner, ...closed].map(path => setDoc(doc(db, path), { n: 1 })));
  });
});

afterAll(async () => {
  await environment.cleanup();
});

describe.each(callers)("%s", caller => {
  describe.each(readableByOwner)("%s", path => {
    test.each(reads)("%s", async (_name, run) => {
      await (caller === "owner" ? assertSucceeds : assertFails)(run(databases[caller], path));
    });
    test.each(writes)("%s is refused", async (_name, run) => {
      await assertFails(run(databases[caller], path));
    });
  });

  describe.each(closed)("%s", path => {
    test.each([...reads, ...writes])("%s is refused", async (_name, run) => {
      await assertFails(run(databases[caller], path));
    });
  });

  test.each([
    "calendarAccounts",
    "calendars",
    "calendarEvents",
    "calendarSeries",
    "calendarSyncStates",
    "calendarSyncSeries",
    "calendarSyncPasses",
    "calendarSyncLists",
    "calendarSyncWatches",
    "calendarSyncCredentials",
    "calendarSyncOAuthStates",
    "calendarSyncChanges",
    "calendarSyncCalls",
    "calendarSyncDeployments",
  ])("a collection group query over %s is refused", async group => {
    await assertFails(getDocs(collectionGroup(databases[caller], group)));
  });
});

test("after all these attempts every document is as it was", async () => {
  await environment.withSecurityRulesDisabled(async context => {
    const db = context.firestore() as unknown as Firestore;
    for (const path of [...readableByOwner, ...closed]) {
      expect([path, (await getDoc(doc(db, path))).data()]).toEqual([path, { n: 1 }]);
      expect([path, (await getDoc(doc(db, `${path}-new`))).exists()]).toEqual([path, false]);
    }
  });
});

/** The path of a document's collection. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
