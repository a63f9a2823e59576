import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callAs, type Harness, startHarness } from "@firestore-calendar-sync/harness";
import { storedState } from "../../functions/src/firestore/documents.ts";
import { calendarKeyOf } from "../../functions/src/model/keys.ts";
import { newSyncState } from "../../functions/src/model/sync-state.ts";
import { functionsBundle } from "../../stack/build.ts";

/*
 * These tests call the callables of the deployed bundle over HTTP and check the conditions under which every callable
 * refuses. The bundle enforces App Check.
 */

let harness: Harness;
const app = "1:1:web:1";

beforeAll(async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  harness = await startHarness({
    bundle: functionsBundle,
    functions: ["connectAccount", "syncNow"],
    params: { ENFORCE_APP_CHECK: "true" },
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
});
afterAll(async () => {
  await harness.close();
});

describe("App Check", () => {
  test("lets the app in", async () => {
    expect(await callAs(harness, { uid: "uid-app" }, "connectAccount", {}, app)).toMatchObject({
      status: 200,
    });
  });

  test("keeps out everybody else, before anything is stored", async () => {
    const answer = await callAs(harness, { uid: "uid-script" }, "connectAccount", {});
    expect(answer).toMatchObject({ status: 401, error: { status: "UNAUTHENTICATED" } });
    const states = await harness.db
      .collection("calendarSyncOAuthStates")
      .where("uid", "==", "uid-script")
      .get();
    expect(states.size).toBe(0);
  });
});

describe("the rate limit", () => {
  test("lets sixty calls through at once, then refuses with a sentence; another user is not affected", async () => {
    const call = async (uid: string) =>
      await callAs(harness, { uid }, "syncNow", { calendarKey: "k".repeat(22) }, app);
    const answers = await Promise.all(Array.from({ length: 90 }, async () => await call("uid-busy")));
    const refused = answers.filter(({ status }) => status === 429);
    // The limit allows one more call per second of the test's duration.
    expect(refused.length).toBeGreaterThan(15);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(60);
    expect(refused[0]?.error).toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      message: expect.stringContaining("Wait"),
    });
    expect(await call("uid-quiet")).toMatchObject({ error: { status: "NOT_FOUND" } });
  });
});

test("a second full sync within an hour is refused with a sentence and the time to wait", async () => {
  const [uid, accountId, email] = ["uid-full", "a".repeat(22), "ada@example.com"];
  const calendarKey = calendarKeyOf(accountId, email);
  const account = {
    uid,
    active: true,
    status: "active",
    pushUnsupported: false,
    syncToken: null,
    revision: 1,
  };
  await harness.db.doc(`calendarSyncLists/${accountId}`).set(account);
  const state = newSyncState({ uid, accountId, calendarId: email, timeZone: "Europe/Berlin" }, Date.now());
  const fullDemandedAt = Date.now() - 20 * 60_000;
  await harness.db.doc(`calendarSyncStates/${calendarKey}`).set(storedState({ ...state, fullDemandedAt }));
  const answer = await callAs(harness, { uid }, "syncNow", { calendarKey, full: true }, app);
  expect(answer).toMatchObject({
    status: 429,
    error: {
      status: "RESOURCE_EXHAUSTED",
      message: "A full sync of this calendar was started less than an hour ago. Try again in 40 minutes.",
      details: { retryAfterSeconds: expect.any(Number) },
    },
  });
});
