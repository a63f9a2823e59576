import { describe, expect, test } from "@jest/globals";
import { readConnectReturn } from "@firestore-calendar-sync/client";
import { Timestamp } from "firebase-admin/firestore";
import { traces, useStack } from "./shared-stack.ts";
import {
  answerConsent,
  backInApp,
  connect,
  type ConnectEnd,
  consentUrl,
  finish,
} from "../../stack/client/connect.ts";
import { callForResult } from "../../stack/client/callables.ts";
import { dumpDatabase } from "../../stack/client/database.ts";
import { visit } from "../../stack/client/http.ts";
import { until } from "../../stack/client/until.ts";
import { signUp } from "../../stack/client/users.ts";
import { stack } from "../running-stack.ts";
import { GooglePeople } from "./google-people.ts";

const people = new GooglePeople();
const victim = people.add("victim");
const attacker = people.add("attacker");
const callback = `${stack.functionsUrl}/oauthCallback`;

const db = useStack(people);

const stateOf = (url: string) => new URL(url).searchParams.get("state") ?? "";
const credentials = async () =>
  [...(await dumpDatabase(db))]
    .filter(([path]) => path.startsWith("calendarSyncCredentials/"))
    .map(([path]) => path);

function confirmationIn(address: string): string {
  const { outcome } = readConnectReturn(address);
  if (outcome?.kind !== "confirm") throw new Error(`no confirmation: ${JSON.stringify(outcome)}`);
  return outcome.confirmation;
}

function connectedBy(end: ConnectEnd): string {
  if ("connected" in end) return end.connected;
  throw new Error(`not connected: ${end.connectError}`);
}

/** Expects a refusal with one fixed sentence, without a redirect and without any of the values that were sent. */
async function expectRefused(url: string, init?: RequestInit): Promise<void> {
  const before = await credentials();
  const answer = await visit(url, init);
  expect(answer.status).toBe(400);
  expect(answer.location).toBeUndefined();
  expect(answer.text).toContain("too old");
  for (const value of new URL(url).searchParams.values()) {
    if (value.length > 3) expect(answer.text).not.toContain(value);
  }
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await credentials()).toEqual(before);
}

describe("a callback with a state that is not good", () => {
  test("made up", async () => {
    await expectRefused(`${callback}?state=${"A".repeat(32)}&code=4/0Acode`);
  });

  test("expired", async () => {
    const user = await signUp(stack);
    const back = await answerConsent(await consentUrl(user), victim);
    await db
      .doc(`calendarSyncOAuthStates/${stateOf(back)}`)
      .update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    await expectRefused(back);
    expect(await traces(db, user.uid)).toEqual([]);
  });

  test("used before: a second visit of the same address changes nothing", async () => {
    const user = await signUp(stack);
    const back = await answerConsent(await consentUrl(user), victim);
    const accountId = connectedBy(await finish(user, back));
    const credential = (await db.doc(`calendarSyncCredentials/${accountId}`).get()).updateTime;
    await expectRefused(back);
    expect((await db.doc(`calendarSyncCredentials/${accountId}`).get()).updateTime).toEqual(credential);
  });

  test("used twice at the same moment is kept once", async () => {
    const user = await signUp(stack);
    const back = await answerConsent(await consentUrl(user), victim);
    const answers = await Promise.all(Array.from({ length: 5 }, async () => await visit(back)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400, 400]);
    const address = answers.find(({ location }) => location !== undefined)?.location ?? "";
    expect(await traces(db, user.uid)).toEqual([`calendarSyncOAuthStates/${confirmationIn(address)}`]);
  });

  test("used after the user said no", async () => {
    const user = await signUp(stack);
    const url = await consentUrl(user);
    await finish(user, await answerConsent(url, victim, "deny"));
    await expectRefused(await answerConsent(url, victim));
    expect(await traces(db, user.uid)).toEqual([]);
  });
});

describe("a callback with a code that is not this attempt's", () => {
  test("another user's code does not pass for this state: PKCE binds them", async () => {
    const [eve, mallory] = [await signUp(stack), await signUp(stack)];
    const stolen = new URL(await answerConsent(await consentUrl(eve), victim));
    const own = new URL(await answerConsent(await consentUrl(mallory), attacker));
    own.searchParams.set("code", stolen.searchParams.get("code") ?? "");
    expect(await finish(mallory, own.href)).toEqual({ connectError: "code_rejected" });
    expect(await traces(db, mallory.uid)).toEqual([]);
  });

  test("a code that was issued for another address is refused", async () => {
    const user = await signUp(stack);
    const url = new URL(await consentUrl(user));
    url.searchParams.set("redirect_uri", `${stack.appUrl}/stolen`);
    const stolen = new URL(await answerConsent(url.href, victim));
    expect(await finish(user, `${callback}${stolen.search}`)).toEqual({ connectError: "try_again" });
    expect(await traces(db, user.uid)).toEqual([]);
  });

  test("a made-up code is refused", async () => {
    const user = await signUp(stack);
    const state = stateOf(await consentUrl(user));
    const end = await finish(user, `${callback}?state=${state}&code=4/0Amadeup`);
    expect(end).toEqual({ connectError: "code_rejected" });
    expect(await traces(db, user.uid)).toEqual([]);
  });

  test("no code at all is refused", async () => {
    const state = stateOf(await consentUrl(await signUp(stack)));
    expect(await backInApp(`${callback}?state=${state}`)).toBe(`${stack.appUrl}/?connect_error=google_error`);
  });
});

describe("a callback with injected parameters", () => {
  const state = "A".repeat(32);
  test.each([
    "",
    "?code=x",
    "?state=",
    `?state=${state}&state=${state}&code=x`,
    `?state[]=${state}&code=x`,
    `?state[$ne]=x&code=x`,
    `?state=${state}&code[a]=b`,
    `?state=${state}&code=a&code=b`,
    `?state=../calendarSyncCredentials/x&code=x`,
    `?state=${"A".repeat(31)}%2F&code=x`,
    `?state=${state}%0d%0aLocation:%20https://evil.example&code=x`,
    `?state=%3Cscript%3Ealert(1)%3C/script%3E&code=x`,
    `?state=${state}&code=${"x".repeat(5000)}`,
    `?state=${"A".repeat(5000)}`,
    `?__proto__[state]=${state}&code=x`,
    `?state=${state}&returnTo=https://evil.example&code=x`,
  ])("%s is refused", async query => {
    await expectRefused(`${callback}${query}`);
  });

  test("cannot choose where the user goes, nor what the app is told", async () => {
    const user = await signUp(stack);
    const back = await answerConsent(await consentUrl(user), victim);
    const answer = await visit(
      `${back}&returnTo=https://evil.example&connected=fake&uid=other&redirect_uri=x`,
    );
    const confirmation = confirmationIn(answer.location ?? "");
    expect(answer.location).toBe(`${stack.appUrl}/#connect_confirm=${confirmation}`);
    const end = (await callForResult(user, "confirmConnect", { confirmation })) as ConnectEnd;
    const accountId = connectedBy(end);
    expect((await db.doc(`calendarSyncCredentials/${accountId}`).get()).get("uid")).toBe(user.uid);
  });

  test.each(["POST", "PUT", "DELETE", "HEAD"])("%s is not allowed", async method => {
    expect((await visit(`${callback}?state=${state}&code=x`, { method })).status).toBe(405);
  });

  test("an error text of Google's is not passed on", async () => {
    const begun = stateOf(await consentUrl(await signUp(stack)));
    const address = await backInApp(`${callback}?state=${begun}&error=%3Cscript%3E`);
    expect(address).toBe(`${stack.appUrl}/?connect_error=google_error`);
  });
});

test("an address to return to that is not allowed any more is not used", async () => {
  const user = await signUp(stack);
  const back = await answerConsent(await consentUrl(user), victim);
  await db.doc(`calendarSyncOAuthStates/${stateOf(back)}`).update({ returnTo: "https://evil.example/" });
  const answer = await visit(back);
  expect(new URL(answer.location ?? "").origin).toBe(stack.appUrl);
});

test("an account that is being disconnected is not connected behind the clean-up's back", async () => {
  const user = await signUp(stack);
  const accountId = await connect(user, victim);
  const account = db.doc(`users/${user.uid}/calendarAccounts/${accountId}`);
  await until("calendars", async () => (await account.get()).exists);
  await db.doc(`calendarSyncLists/${accountId}`).update({ status: "disconnecting" });
  const end = await finish(user, await answerConsent(await consentUrl(user), victim));
  expect(end).toEqual({ connectError: "disconnecting" });
  expect((await db.doc(`calendarSyncLists/${accountId}`).get()).get("status")).toBe("disconnecting");
});
