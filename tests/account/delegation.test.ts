import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  callAs,
  type Claims,
  type Harness,
  seedGoogle,
  startHarness,
} from "@firestore-calendar-sync/harness";
import { requestJson } from "../../stack/client/http.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { functionsBundle } from "../../stack/build.ts";
import { until } from "../../stack/client/until.ts";
import { timedEvent } from "../foundation/timed-event.ts";
import { connectUrl, documentsOf } from "./harness-account.ts";

/*
 * Users of a Workspace whose administrators allow our service account to act for them. The deployed bundle connects
 * them without a consent page, with IAM and the token endpoint of the local Google.
 */

const robot = "robot@project.iam.gserviceaccount.com";
const scopes = [
  "https://www.googleapis.com/auth/userinfo.email",
  "https://www.googleapis.com/auth/calendar.events.readonly",
  "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
];
const names = ["ada", "ben", "cleo", "dan", "eve"] as const;
type Name = (typeof names)[number];
const emailOf = (name: Name) => `${name}@corp.example`;
const outsider = "outsider@other.example";
const tokenLike = /ya29\.[\w-]{12}|eyJ[\w-]{20,}\.eyJ/;

let harness: Harness;
const lines: string[] = [];
const subjects = new Map<string, string>();

beforeAll(async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  harness = await startHarness({
    bundle: functionsBundle,
    params: {
      DELEGATED_DOMAINS: "other.corp.example, Corp.Example",
      DELEGATION_SERVICE_ACCOUNT: robot,
      MIN_PULL_INTERVAL_MS: "0",
    },
    onLine: line => lines.push(line),
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
  const emails = [...names.map(emailOf), outsider];
  seedGoogle(
    harness,
    emails.map(email => {
      const calendar = { id: email, summary: "Work", timeZone: "Europe/Berlin", primary: true };
      return { email, calendars: [{ ...calendar, events: [timedEvent("first", "First")] }] };
    }),
  );
  for (const email of emails) subjects.set(email, await subjectOf(email));
});
afterAll(async () => {
  await harness.close();
});
beforeEach(async () => {
  await harness.control.clearFaults();
  await delegate(scopes);
});

async function delegate(delegatedScopes: readonly string[]): Promise<void> {
  await harness.control.addServiceAccount(robot, delegatedScopes);
}

async function subjectOf(email: string): Promise<string> {
  const { access_token: token } = await harness.control.tokens(email, ["openid", "email"]);
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await requestJson(`${harness.google.url}/v1/userinfo`, "GET", undefined, headers);
  return (answer as { sub: string }).sub;
}

/** The claims of a user who has signed in to the app with this Google account. */
const signedIn = (email: string, changed: Partial<Claims> = {}): Claims => ({
  uid: `uid-${email}`,
  email,
  emailVerified: true,
  googleSubject: subjects.get(email) ?? "",
  ...changed,
});
const isConsentPage = (url: URL) => url.href.startsWith(`${harness.google.url}/o/oauth2/v2/auth`);
const statusOf = async ({ uid }: Claims, accountId: string): Promise<unknown> =>
  (await harness.db.doc(`users/${uid}/calendarAccounts/${accountId}`).get()).get("status");
const summaries = async ({ uid }: Claims) =>
  (await harness.db.collection(`users/${uid}/calendarEvents`).get()).docs.map(event =>
    String(event.get("summary")),
  );

const openWatchesOf = async ({ uid }: Pick<Claims, "uid">) =>
  (await harness.db.collection("calendarSyncWatches").where("uid", "==", uid).get()).docs.filter(
    watch => watch.get("status") === "open",
  );

/** Connects without a consent page and waits until the calendar is live. */
async function connect(claims: Claims): Promise<{ accountId: string; calendarKey: string }> {
  const url = await connectUrl(harness, claims);
  const accountId = url.searchParams.get("connected");
  if (accountId === null) throw new Error(`not connected: ${url.href}`);
  const calendarKey = await until("live", async () => {
    const [calendar] = (await harness.db.collection(`users/${claims.uid}/calendars`).get()).docs;
    return calendar?.get("sync.phase") === "live" && calendar.id;
  });
  return { accountId, calendarKey };
}

/** Revokes all access tokens of this user. */
async function endTokens(name: Name): Promise<void> {
  await harness.control.revokeGrants(emailOf(name));
}

describe("a user of a delegated domain", () => {
  test("is connected without a consent page, live and watched; nothing readable is stored or logged", async () => {
    const ada = signedIn(emailOf("ada"));
    const url = await connectUrl(harness, ada);
    expect([url.origin, url.hash]).toEqual(["http://127.0.0.1:5000", "#/week"]);
    const { accountId } = await connect({ ...ada, uid: "uid-ada-again" });
    const account = await harness.db.doc(`users/uid-ada-again/calendarAccounts/${accountId}`).get();
    expect(account.data()).toMatchObject({ email: emailOf("ada"), status: "active" });

    await until("an open channel", async () => {
      const watches = await openWatchesOf({ uid: "uid-ada-again" });
      return watches.some(watch => watch.get("resource") === "events");
    });
    const google = await googleClientOf(harness.control, emailOf("ada"));
    await google.events.insert({ calendarId: emailOf("ada"), requestBody: timedEvent("pushed", "Pushed") });
    await until("the edit", async () => (await summaries({ uid: "uid-ada-again" })).includes("Pushed"));

    const credential = (await harness.db.doc(`calendarSyncCredentials/${accountId}`).get()).data() ?? {};
    expect(credential).toMatchObject({ delegatedEmail: emailOf("ada"), subject: ada.googleSubject });
    expect(credential).not.toHaveProperty("refreshToken");
    expect(JSON.stringify(credential)).not.toMatch(/ya29/);
    expect(lines.filter(line => tokenLike.test(line))).toEqual([]);
  });

  test("has a quota of their own, although one service account acts for all", async () => {
    await harness.control.habits({ quotas: { perUserPerMinute: 7 } });
    await harness.control.forgetRequests();
    const two = (["ada", "eve"] as const).map(name => signedIn(emailOf(name), { uid: `uid-${name}-quota` }));
    for (const one of two) await connect(one);
    await until("four open channels", async () => {
      const watches = await harness.db
        .collection("calendarSyncWatches")
        .where(
          "uid",
          "in",
          two.map(({ uid }) => uid),
        )
        .get();
      return watches.docs.filter(watch => watch.get("status") === "open").length === 4;
    });
    const calls = (await harness.control.requests()).filter(({ path }) => path.startsWith("/calendar/v3/"));
    expect(calls.length).toBeGreaterThan(7);
    expect(calls.filter(({ status }) => status === 403)).toEqual([]);
    await harness.control.habits({ quotas: { perUserPerMinute: 0 } });
  });

  test("gets the consent page for the next account, since their own is connected", async () => {
    const ben = signedIn(emailOf("ben"));
    await connect(ben);
    expect(isConsentPage(await connectUrl(harness, ben))).toBe(true);
  });

  test("goes on when an access token has died, with one new one", async () => {
    const ben = signedIn(emailOf("ben"), { uid: "uid-ben-expired" });
    const { accountId, calendarKey } = await connect(ben);
    // Nothing else may need a token: neither the openings of the channels, nor the pulls that follow.
    await until("both channels", async () => (await openWatchesOf(ben)).length === 2);
    const tasks = () => [...harness.tasks.queues.values()].flatMap(queue => queue.describe());
    await until("no task", () =>
      Promise.resolve(tasks().every(task => !task.startsWith(calendarKey) && !task.startsWith(accountId))),
    );
    await endTokens("ben");
    const google = await googleClientOf(harness.control, emailOf("ben"));
    await harness.control.setPush({ paused: true });
    await google.events.insert({ calendarId: emailOf("ben"), requestBody: timedEvent("later", "Later") });
    const before = await harness.control.timesAsked("/token");
    await callAs(harness, ben, "syncNow", { calendarKey });
    await until("the edit", async () => (await summaries(ben)).includes("Later"));
    expect(await harness.control.timesAsked("/token")).toBe(before + 1);
    await harness.control.setPush({ paused: false });
  });

  test.each([
    [
      "is suspended",
      async () => {
        await harness.control.fault({
          path: "/token",
          status: 400,
          reason: "invalid_grant",
        });
      },
    ],
    [
      "is acted for no more, by decision of the administrators",
      async () => {
        await delegate([]);
      },
    ],
  ])(
    "who %s is asked to reconnect, may consent themselves, and is repaired in place",
    async (why, happen) => {
      const cleo = signedIn(emailOf("cleo"), { uid: `uid-cleo ${why.length}` });
      const { accountId, calendarKey } = await connect(cleo);
      await happen();
      await endTokens("cleo");
      await callAs(harness, cleo, "syncNow", { calendarKey });
      await until("reauth_required", async () => (await statusOf(cleo, accountId)) === "reauth_required");
      expect(isConsentPage(await connectUrl(harness, cleo))).toBe(true);

      await harness.control.clearFaults();
      await delegate(scopes);
      expect((await connect(cleo)).accountId).toBe(accountId);
      expect(await statusOf(cleo, accountId)).toBe("active");
    },
  );

  test("is asked to try again while IAM is away, and nothing is stored", async () => {
    const dan = signedIn(emailOf("dan"), { uid: "uid-dan-waits" });
    await harness.control.fault({ path: ":signJwt", status: 503 });
    const url = await connectUrl(harness, dan);
    expect(url.searchParams.get("connect_error")).toBe("try_again");
    expect((await documentsOf(harness.db, dan.uid)).size).toBe(0);
  });

  test("who disconnects leaves nothing: no document, no channel; and there is no grant to revoke", async () => {
    const dan = signedIn(emailOf("dan"));
    const { accountId, calendarKey } = await connect(dan);
    await until("two open channels", async () => (await openWatchesOf(dan)).length === 2);
    const revoked = await harness.control.timesAsked("/revoke");
    expect(await callAs(harness, dan, "disconnectAccount", { accountId })).toMatchObject({ status: 200 });
    await until("nothing left", async () => (await documentsOf(harness.db, dan.uid)).size === 0);
    const own = (await harness.control.channels()).filter(({ id }) =>
      [accountId, calendarKey].includes(id.slice(0, 22)),
    );
    expect(own.filter(({ stoppedAt }) => stoppedAt === undefined)).toEqual([]);
    expect(await harness.control.timesAsked("/revoke")).toBe(revoked);
  });
});

describe("nobody gets somebody else's mailbox", () => {
  test.each<[string, () => Claims]>([
    ["whose address is not verified", () => signedIn(emailOf("eve"), { emailVerified: false })],
    [
      "who has signed in with another Google account under the victim's address",
      () => signedIn(emailOf("eve"), { googleSubject: subjects.get(outsider) ?? "" }),
    ],
    [
      "who proves the address by a password only",
      () => ({ uid: "uid-password", email: emailOf("eve"), emailVerified: true }),
    ],
    ["of another domain", () => signedIn(outsider)],
  ])("a user %s", async (who, claims) => {
    const mallory = { ...claims(), uid: `uid-mallory ${who.length}` };
    expect(isConsentPage(await connectUrl(harness, mallory))).toBe(true);
    const stored = [...(await documentsOf(harness.db, mallory.uid)).keys()];
    expect(stored.filter(path => !path.startsWith("calendarSyncOAuthStates/"))).toEqual([]);
  });
});
