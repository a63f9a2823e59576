import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { openDatabase } from "../../stack/client/database.ts";
import { region } from "../../stack/addresses.ts";
import { sendJson } from "../../stack/client/http.ts";
import { until } from "../../stack/client/until.ts";
import { stack } from "../running-stack.ts";

let db: Firestore;
let close: () => Promise<void>;
beforeAll(() => {
  ({ db, close } = openDatabase(stack));
});
afterAll(async () => {
  for (const instance of ["default", "other"]) await db.doc(`calendarSyncDeployments/${instance}`).delete();
  await close();
});

/** Posts a task to the function of a queue, as the Firebase CLI lets Cloud Tasks do after a deploy. */
async function postTask(data: object): Promise<number> {
  return (await sendJson(`${stack.functionsUrl}/checkDeployment`, "POST", { data }, {})).status;
}

interface Report {
  readonly checkedAt: Timestamp;
  readonly findings: readonly { readonly check: string; readonly level: string; readonly text: string }[];
}

/** The report of a check that was asked for now. */
async function check(): Promise<Report> {
  const beginMs = Date.now();
  expect(await postTask({ cause: "deploy" })).toBe(204);
  return await until("the report", async () => {
    const report = (await db.doc("calendarSyncDeployments/default").get()).data() as Report | undefined;
    return report !== undefined && report.checkedAt.toMillis() >= beginMs && report;
  });
}

test("the local deployment finds nothing wrong with itself", async () => {
  const report = await check();
  expect(report).toMatchObject({
    usersRoot: "users",
    database: "(default)",
    region,
    version: expect.any(String),
  });
  expect(report.findings.map(({ check: name, level }) => `${name} ${level}`)).toEqual([
    "params ok",
    "client-secret ok",
    "key-ring ok",
    "firestore ok",
    "tasks ok",
    "oauth-client ok",
    "database-owner ok",
  ]);
});

test("another instance in the same database is wrong", async () => {
  await db.doc("calendarSyncDeployments/other").set({ startedAt: Timestamp.now() });
  const { findings } = await check();
  const faults = findings.filter(({ level }) => level !== "ok");
  expect(faults).toMatchObject([
    { check: "database-owner", level: "wrong", text: expect.stringContaining("other") },
  ]);
});

test("a probe is done at once, and a task without a cause is dropped", async () => {
  const before = (await db.doc("calendarSyncDeployments/default").get()).updateTime?.toMillis();
  expect(await postTask({ cause: "probe" })).toBe(204);
  expect(await postTask({})).toBe(204);
  expect((await db.doc("calendarSyncDeployments/default").get()).updateTime?.toMillis()).toBe(before);
});
