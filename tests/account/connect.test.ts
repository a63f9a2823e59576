import { describe, expect, test } from "@jest/globals";
import { readConnectReturn } from "@firestore-calendar-sync/client";
import { createTokenSeal, type KeyRing } from "../../functions/src/account/token-seal.ts";
import { localSecret, settle, summariesOf, traces, useStack } from "./shared-stack.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { call } from "../../stack/client/callables.ts";
import { answerConsent, backInApp, connect, consentUrl, finish } from "../../stack/client/connect.ts";
import { visit } from "../../stack/client/http.ts";
import { until } from "../../stack/client/until.ts";
import { signUp } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "./google-people.ts";

const people = new GooglePeople();
const ada = people.add(
  "ada",
  { id: "team@group.calendar.google.com", summary: "Team", selected: true, events: [eventIn(30, "Standup")] },
  { id: "quiet@group.calendar.google.com", summary: "Quiet", selected: false },
);
const holidays = people.add("holidays", {
  id: "en.german#holiday@group.v.calendar.google.com",
  summary: "Holidays",
  selected: true,
  watchable: false,
  accessRole: "reader",
});
const bob = people.add("bob");

const db = useStack(people);

const calendarsOf = async (uid: string) =>
  (await db.collection(`users/${uid}/calendars`).get()).docs.map((calendar): Record<string, unknown> =>
    calendar.data(),
  );
const phasesOf = async (uid: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await calendarsOf(uid)).map(calendar => [
      calendar["summary"] as string,
      (calendar["sync"] as { phase: string }).phase,
    ]),
  );
/** Watches of calendars. calendar-list.test.ts tests the watch of the account's calendar list. */
const watchesOf = async (uid: string) =>
  (await db.collection("calendarSyncWatches").where("uid", "==", uid).get()).docs.filter(
    watch => watch.get("resource") !== "calendarList",
  );
const openWatchesOf = async (uid: string) =>
  (await watchesOf(uid)).filter(watch => watch.get("status") === "open");

describe("connecting", () => {
  test("brings the primary and the selected calendars into Firestore, live and watched", async () => {
    const user = await signUp(stack);
    const accountId = await connect(user, ada);
    const account = await db.doc(`users/${user.uid}/calendarAccounts/${accountId}`).get();
    expect(account.data()).toMatchObject({ email: ada, status: "active", canWrite: true });
    await until("all live", async () => {
      const phases = await phasesOf(user.uid);
      return phases[ada] === "live" && phases["Team"] === "live";
    });
    expect(await summariesOf(db, user)).toEqual([`Event of ${ada}`, "Standup"]);
    await until("two channels", async () => (await openWatchesOf(user.uid)).length === 2);
    const enabled = (await calendarsOf(user.uid)).map(({ summary, enabled }) => [summary, enabled]);
    expect(Object.fromEntries(enabled)).toEqual({ [ada]: true, Team: true, Quiet: false });
    expect((await db.collection("calendarSyncOAuthStates").where("uid", "==", user.uid).get()).size).toBe(0);
  });

  test("returns to the page that it began on, with a confirmation and nothing for a server to see", async () => {
    const user = await signUp(stack);
    const begun = await consentUrl(user, `${stack.appUrl}/?tab=1`);
    const { outcome, rest } = readConnectReturn(await backInApp(await answerConsent(begun, ada)));
    expect(outcome).toEqual({
      kind: "confirm",
      confirmation: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
    });
    expect(rest).toBe(`${stack.appUrl}/?tab=1`);
  });

  test("stores no part of any token in the clear", async () => {
    const user = await signUp(stack);
    const accountId = await connect(user, ada);
    const stored = (await db.doc(`calendarSyncCredentials/${accountId}`).get()).data() ?? {};
    const seal = createTokenSeal(() => JSON.parse(localSecret("TOKEN_ENCRYPTION_KEYS")) as KeyRing);
    const tokens = [
      await seal.open(accountId, "refresh", stored["refreshToken"] as string),
      await seal.open(accountId, "access", stored["accessToken"] as string),
    ];
    const raw = JSON.stringify(stored);
    for (const token of tokens) {
      expect(token.length).toBeGreaterThan(40);
      for (let at = 0; at + 8 <= token.length; at++) {
        expect(raw.includes(token.slice(at, at + 8))).toBe(false);
      }
    }
  });

  test("a calendar that Google cannot push for is polled", async () => {
    const user = await signUp(stack);
    await connect(user, holidays);
    await until("polling", async () => (await phasesOf(user.uid))["Holidays"] === "polling");
    // No other calendar of the user has a watch either.
    const others = (await watchesOf(user.uid)).filter(watch => watch.get("calendarId") !== holidays);
    expect(others.map(watch => watch.id)).toEqual([]);
  });

  test("an edit at Google arrives by itself", async () => {
    const user = await signUp(stack);
    await settle(db, user, bob);
    const google = await googleClientOf(control, bob);
    await google.events.insert({ calendarId: bob, requestBody: eventIn(50, "Made at Google") });
    await until("the event", async () => (await summariesOf(db, user)).includes("Made at Google"));
  });
});

describe("connecting again", () => {
  test("repairs in place: same documents, the sync goes on where it was", async () => {
    const user = await signUp(stack);
    const { accountId, key } = await settle(db, user, bob);
    const before = (await db.doc(`calendarSyncStates/${key}`).get()).data();
    const connectedAt: unknown = (await db.doc(`users/${user.uid}/calendarAccounts/${accountId}`).get()).get(
      "connectedAt",
    );

    expect(await connect(user, bob)).toBe(accountId);
    await until("a pull", async () => {
      const state = (await db.doc(`calendarSyncStates/${key}`).get()).data();
      return state?.["coveredEpoch"] > before?.["coveredEpoch"] && state?.["lease"] === null;
    });
    const after = (await db.doc(`calendarSyncStates/${key}`).get()).data();
    expect(after?.["windowStart"]).toEqual(before?.["windowStart"]);
    expect(await calendarsOf(user.uid)).toHaveLength(1);
    expect(await summariesOf(db, user)).toHaveLength(new Set(await summariesOf(db, user)).size);
    expect(await openWatchesOf(user.uid)).toHaveLength(1);
    const account = await db.doc(`users/${user.uid}/calendarAccounts/${accountId}`).get();
    expect(account.get("connectedAt")).toEqual(connectedAt);
  });

  test("by another user gives that user an account of their own", async () => {
    const [one, two] = [await signUp(stack), await signUp(stack)];
    const first = await connect(one, bob);
    const second = await connect(two, bob);
    expect(first).not.toBe(second);
    for (const user of [one, two]) {
      await until("live", async () => (await phasesOf(user.uid))[bob] === "live");
      const own = await traces(db, user.uid);
      expect(own.filter(path => path.startsWith("users/")).every(path => path.includes(user.uid))).toBe(true);
    }
  });
});

describe("a consent that is not good enough", () => {
  test.each([
    ["denied", "access_denied", (url: URL) => url, "deny"],
    ["without the scope for events", "missing_scopes", withoutScope("calendar.events"), "allow"],
    [
      "without the scope for the list",
      "missing_scopes",
      withoutScope("calendar.calendarlist.readonly"),
      "allow",
    ],
    ["without a refresh token", "no_refresh_token", without("access_type"), "allow"],
    ["without an identity", "identity_rejected", withoutScope("openid"), "allow"],
  ] as const)("%s ends in %s, and stores nothing", async (_, code, change, decision) => {
    const user = await signUp(stack);
    const url = change(new URL(await consentUrl(user)));
    const end = await finish(user, await answerConsent(url.href, bob, decision));
    expect(end).toEqual({ connectError: code });
    expect(await traces(db, user.uid)).toEqual([]);
  });

  test("that Google cannot serve now asks to try again, stores nothing, and works the next time", async () => {
    const user = await signUp(stack);
    await control.fault({ path: "calendarList", status: 503, reason: "backendError" });
    const end = await finish(user, await answerConsent(await consentUrl(user), bob));
    expect(end).toEqual({ connectError: "try_again" });
    expect(await traces(db, user.uid)).toEqual([]);
    await control.clearFaults();
    await connect(user, bob);
  });
});

describe("connectAccount", () => {
  test("wants a signed-in user", async () => {
    expect(await call(stack, "connectAccount", {})).toMatchObject({
      error: { status: "UNAUTHENTICATED" },
    });
  });

  test.each([
    { returnTo: "https://evil.example/" },
    { returnTo: `${stack.appUrl}.evil.example/` },
    { returnTo: "javascript:alert(1)" },
    { returnTo: 7 },
    { returnTo: "x".repeat(3000) },
    { uid: "somebody-else" },
    "text",
    [],
  ])("refuses %j", async data => {
    const answer = await call(await signUp(stack), "connectAccount", data);
    expect(answer).toMatchObject({ status: 400, error: { status: "INVALID_ARGUMENT" } });
  });

  test("sends users to Google with state, PKCE and everything that brings a refresh token", async () => {
    const url = new URL(await consentUrl(await signUp(stack)));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      access_type: "offline",
      prompt: "consent",
      code_challenge_method: "S256",
      state: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
    const page = await visit(url.href);
    expect(page.status).toBe(200);
  });
});

function without(name: string) {
  return (url: URL) => {
    url.searchParams.delete(name);
    return url;
  };
}

function withoutScope(name: string) {
  return (url: URL) => {
    const scopes = (url.searchParams.get("scope") ?? "").split(" ");
    url.searchParams.set("scope", scopes.filter(scope => !scope.endsWith(name)).join(" "));
    return url;
  };
}
