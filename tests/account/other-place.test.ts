import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { calendarsPath, eventsPath } from "@firestore-calendar-sync/client";
import { callerOf, type Harness, seedGoogle, startHarness } from "@firestore-calendar-sync/harness";
import { functionsBundle } from "../../stack/build.ts";
import { callForResult } from "../../stack/client/callables.ts";
import { connect } from "../../stack/client/connect.ts";
import { dumpDatabase, openDatabase, type OwnDatabase } from "../../stack/client/database.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { until } from "../../stack/client/until.ts";
import { timedEvent } from "../foundation/timed-event.ts";

/*
 * A project whose users are not below `users`, and whose calendars have a database of their own: the params USERS_ROOT
 * and FIRESTORE_DATABASE.
 */

const email = "ada@example.com";
const user = { uid: "ada", usersRoot: "tenants/acme/people" };
let harness: Harness;
let own: OwnDatabase;

beforeAll(async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  harness = await startHarness({
    bundle: functionsBundle,
    params: { USERS_ROOT: user.usersRoot, FIRESTORE_DATABASE: "calendars", MIN_PULL_INTERVAL_MS: "0" },
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
  own = openDatabase(harness, "calendars");
  const calendar = { id: email, summary: "Work", timeZone: "Europe/Berlin", primary: true };
  seedGoogle(harness, [{ email, calendars: [{ ...calendar, events: [timedEvent("first", "First")] }] }]);
});
afterAll(async () => {
  await own.close();
  await harness.close();
});

const summaries = async (): Promise<unknown[]> =>
  (await own.db.collection(eventsPath(user)).get()).docs.map(event => event.get("summary") as unknown);

test("a calendar is connected, synced, edited and removed there, and the default database stays empty", async () => {
  const caller = callerOf(harness, { uid: user.uid });
  const accountId = await connect(caller, email);
  await until("a channel and the first event", async () => {
    const watches = await own.db.collection("calendarSyncWatches").where("status", "==", "open").get();
    return watches.size === 2 && (await summaries()).length === 1;
  });
  const google = await googleClientOf(harness.control, email);
  await google.events.insert({ calendarId: email, requestBody: timedEvent("second", "Second") });
  await until("the edit", async () => (await summaries()).includes("Second"));

  const paths = [...(await dumpDatabase(own.db)).keys()];
  const roots = new Set(paths.map(path => path.split("/")[0]));
  expect(roots.has("tenants")).toBe(true);
  expect(roots.has("users")).toBe(false);
  expect((await dumpDatabase(harness.db)).size).toBe(0);

  expect((await own.db.collection(calendarsPath(user)).get()).size).toBe(1);
  await callForResult(caller, "disconnectAccount", { accountId });
  await until("nothing is left", async () => {
    const left = [...(await dumpDatabase(own.db)).keys()];
    return !left.some(path => path.startsWith(user.usersRoot) || path.startsWith("calendarSyncStates"));
  });
});
