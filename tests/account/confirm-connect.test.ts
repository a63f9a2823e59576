import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callAs, type Harness, seedGoogle, startHarness } from "@firestore-calendar-sync/harness";
import { readConnectReturn } from "@firestore-calendar-sync/client";
import { Timestamp } from "firebase-admin/firestore";
import { answerConsent, backInApp } from "../../stack/client/connect.ts";
import { functionsBundle } from "../../stack/build.ts";
import { until } from "../../stack/client/until.ts";
import { timedEvent } from "../foundation/timed-event.ts";
import { connectUrl, documentsOf } from "./harness-account.ts";

/*
 * The attack: an attacker starts to connect an account and makes a victim finish on Google's page. Without a
 * confirmation, the victim's calendar would be connected to the attacker's user.
 */

const victimsMail = "victim@example.com";
let harness: Harness;

beforeAll(async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  harness = await startHarness({
    bundle: functionsBundle,
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
  const calendar = { id: victimsMail, summary: "Private", timeZone: "Europe/Berlin", primary: true };
  const events = [timedEvent("first", "A secret")];
  seedGoogle(harness, [{ email: victimsMail, calendars: [{ ...calendar, events }] }]);
});
afterAll(async () => {
  await harness.close();
});

/** The user starts to connect; the owner of the mailbox consents. Returns the address at which the browser arrives. */
async function consentTo(uid: string, decision: "allow" | "deny" = "allow"): Promise<string> {
  const url = await connectUrl(harness, { uid });
  return await backInApp(await answerConsent(url.href, victimsMail, decision));
}

async function confirmationOf(uid: string): Promise<string> {
  const { outcome } = readConnectReturn(await consentTo(uid));
  if (outcome?.kind !== "confirm") throw new Error(`no confirmation: ${JSON.stringify(outcome)}`);
  return outcome.confirmation;
}
const confirm = async (uid: string, confirmation: string) =>
  await callAs(harness, { uid }, "confirmConnect", { confirmation });
const stored = async (uid: string) => [...(await documentsOf(harness.db, uid)).keys()];

describe("a consent", () => {
  test("connects once the user who began has confirmed it", async () => {
    const address = await consentTo("uid-owner");
    const { outcome, rest } = readConnectReturn(address);
    expect(rest).toBe("http://127.0.0.1:5000/#/week");
    // The address contains no part that a server, its log or a Referer header would receive.
    expect(new URL(address).search).toBe("");
    expect(await harness.control.timesAsked("/token")).toBe(0);
    const answer = await confirm("uid-owner", outcome?.kind === "confirm" ? outcome.confirmation : "");
    const { connected = "" } = answer.result as { connected?: string };
    expect(await stored("uid-owner")).toContain(`users/uid-owner/calendarAccounts/${connected}`);
    await until("the event", async () =>
      (await stored("uid-owner")).some(path => path.includes("/calendarEvents/")),
    );
  });

  test("is kept without anything readable of its code", async () => {
    const confirmation = await confirmationOf("uid-kept");
    const document = await harness.db.doc(`calendarSyncOAuthStates/${confirmation}`).get();
    expect(document.get("code")).toMatch(/^eyJ/);
    expect(JSON.stringify(document.data())).not.toContain("4/0A");
  });

  test("leaves only a document that expires when everything ends before the confirmation", async () => {
    const confirmation = await confirmationOf("uid-crashed");
    expect(await stored("uid-crashed")).toEqual([`calendarSyncOAuthStates/${confirmation}`]);
    const kept = await harness.db.doc(`calendarSyncOAuthStates/${confirmation}`).get();
    const expiresAt: unknown = kept.get("expiresAt");
    if (!(expiresAt instanceof Timestamp)) throw new Error("the policy deletes only by a timestamp");
    expect(expiresAt.toMillis()).toBeLessThanOrEqual(Date.now() + 5 * 60_000);
  });

  test("that was declined comes back as such, without a confirmation", async () => {
    const address = await consentTo("uid-declined", "deny");
    expect(address).toBe("http://127.0.0.1:5000/?connect_error=access_denied#/week");
    expect(await stored("uid-declined")).toEqual([]);
  });
});

describe("a swapped user", () => {
  test("is refused: the victim's browser cannot finish what the attacker began, and it is gone for both", async () => {
    const confirmation = await confirmationOf("uid-attacker");
    const before = await harness.control.timesAsked("/token");
    expect(await confirm("uid-victim", confirmation)).toMatchObject({
      status: 403,
      error: { status: "PERMISSION_DENIED", message: expect.stringContaining("nothing was connected") },
    });
    expect(await confirm("uid-attacker", confirmation)).toMatchObject({ error: { status: "NOT_FOUND" } });
    expect(await harness.control.timesAsked("/token")).toBe(before);
    expect([await stored("uid-attacker"), await stored("uid-victim")]).toEqual([[], []]);
  });
});

describe("a confirmation", () => {
  test("counts once, also when it comes twice at the same moment", async () => {
    const confirmation = await confirmationOf("uid-twice");
    const answers = await Promise.all([1, 2, 3].map(async () => await confirm("uid-twice", confirmation)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  });

  test("is too old after a while", async () => {
    const confirmation = await confirmationOf("uid-late");
    const expired = { expiresAt: Timestamp.fromMillis(Date.now() - 1) };
    await harness.db.doc(`calendarSyncOAuthStates/${confirmation}`).update(expired);
    expect(await confirm("uid-late", confirmation)).toMatchObject({ error: { status: "NOT_FOUND" } });
    expect(await stored("uid-late")).toEqual([]);
  });

  test.each(["A".repeat(32), "../calendarSyncCredentials/x", "", `${"A".repeat(31)}/`])(
    "made up as %j is refused",
    async made => {
      const answer = await confirm("uid-guesser", made);
      expect(["NOT_FOUND", "INVALID_ARGUMENT"]).toContain(answer.error?.status);
      expect(await stored("uid-guesser")).toEqual([]);
    },
  );

  test("is no state: a redirect cannot finish with it, nor a state be confirmed", async () => {
    const confirmation = await confirmationOf("uid-mixed");
    const answer = await fetch(`${harness.url}/oauthCallback?state=${confirmation}&code=4/0Ainjected`, {
      redirect: "manual",
    });
    expect(answer.status).toBe(400);
    const state = (await connectUrl(harness, { uid: "uid-mixed" })).searchParams.get("state") ?? "";
    expect(await confirm("uid-mixed", state)).toMatchObject({ error: { status: "NOT_FOUND" } });
    expect(await stored("uid-mixed")).toEqual([]);
  });
});
