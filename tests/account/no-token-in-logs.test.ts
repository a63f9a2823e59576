import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { settle, traces, useStack } from "./shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { until } from "../../stack/client/until.ts";
import { signUp } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople } from "./google-people.ts";

const people = new GooglePeople();
const tom = people.add("tom");
/** The form of access and refresh tokens, at Google and at the local Google. */
const tokens = /ya29\.[\w-]{12}|1\/\/0[\w-]{12}|1%2F%2F0[\w-]{12}/;

const db = useStack(people);

test("no log holds a token, whatever went wrong: refreshes and revocations that fail, a dead grant", async () => {
  const issued = await control.tokens(tom);
  expect(issued["access_token"]).toMatch(tokens);
  expect(issued["refresh_token"]).toMatch(tokens);

  const person = await signUp(stack);
  const { accountId, key } = await settle(db, person, tom);
  await control.fault({ path: "/token", status: 503, reason: "backendError", times: 1 });
  await control.fault({ path: "/revoke", status: 500, reason: "backendError", times: 1 });
  await control.advanceClock(3_700_000);
  await call(person, "syncNow", { calendarKey: key });
  await control.revokeGrants(tom);
  await call(person, "syncNow", { calendarKey: key });
  const account = db.doc(`users/${person.uid}/calendarAccounts/${accountId}`);
  await until("reauth_required", async () => (await account.get()).get("status") === "reauth_required");
  await call(person, "disconnectAccount", { accountId });
  await until("gone", async () => (await traces(db, person.uid)).length === 0);

  const logs = readdirSync(stack.logFolder).filter(name => name.endsWith(".log"));
  expect(logs).toContain("suite.log");
  for (const name of logs) {
    const lines = readFileSync(join(stack.logFolder, name), "utf8").split("\n");
    expect(lines.filter(line => tokens.test(line))).toEqual([]);
  }
});
