import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  createGoogleCalendarEmulator,
  type GoogleCalendarEmulator,
} from "../../../emulators/google-calendar/src/index.ts";
import { delegatedScopes } from "../account/scopes.ts";
import type { AccessTokens } from "../ports/credentials.port.ts";
import { CountedCalls } from "../quota/counted-calls.fake.ts";
import { createCalendarCaller } from "./calendar-client.ts";
import { createDelegation } from "./delegation.adapter.ts";
import { createEventSource } from "./events.adapter.ts";

/*
 * The local Google charges a delegated call to the service account, as Google does (guides/quota). Without `quotaUser`,
 * all users of a Workspace would share the quota of one user.
 */

const robot = "robot@project.iam.gserviceaccount.com";
const emails = { ada: "ada@corp.example", ben: "ben@corp.example" };
type Name = keyof typeof emails;

let google: GoogleCalendarEmulator;
const control = async (name: string, method: string, body: object) => {
  const answer = await fetch(`${google.url}/_emulator/${name}`, { method, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};

beforeAll(() => {
  // The client library imports its own `fetch` dynamically, which Jest does not support. In a browser the library uses
  // `window.fetch`.
  Object.assign(globalThis, { window: { fetch } });
});
beforeEach(async () => {
  google = await createGoogleCalendarEmulator({ seed: 7 });
  const users = Object.values(emails).map(email => ({
    email,
    calendars: [{ id: email, summary: "Work", timeZone: "Europe/Berlin", primary: true }],
  }));
  await control("state", "PUT", { users });
  await control("service-accounts", "POST", { email: robot, delegatedScopes });
});
afterEach(async () => {
  await google.close();
});

test("two users of one Workspace have a quota each", async () => {
  const delegation = createDelegation({
    domains: ["corp.example"],
    serviceAccount: robot,
    ownToken: () => Promise.resolve("own"),
    emulatorUrl: google.url,
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
  });
  const get: AccessTokens["get"] = async accountId => {
    const answer = await delegation.impersonate(emails[accountId as Name]);
    if (answer.kind === "failed") return answer;
    return { kind: "token", token: answer.accessToken, grantId: "" };
  };
  const events = createEventSource(
    createCalendarCaller({ get, replace: get }, google.url, new CountedCalls()),
  );
  const list = async (accountId: Name) => {
    const answer = await events.list({
      accountId,
      calendarId: emails[accountId],
      query: { timeMinMs: 1_000_000_000_000 },
    });
    return answer.kind === "failed" ? answer.reason : answer.kind;
  };
  await control("habits", "POST", { quotas: { perUserPerMinute: 2 } });
  for (const name of ["ada", "ada", "ben", "ben"] as const) expect(await list(name)).toBe("page");
  expect([await list("ada"), await list("ben")]).toEqual(["rateLimited", "rateLimited"]);
});
