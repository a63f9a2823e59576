import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { openWatchesOf, settle, traces, useStack } from "./shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople } from "./google-people.ts";

/** These tests cover the transitions of docs/states.md that no other test of this folder covers. */

const people = new GooglePeople();
const [nia, oto, pia, quin, rosa, sven] = ["nia", "oto", "pia", "quin", "rosa", "sven"].map(name =>
  people.add(name),
) as [string, string, string, string, string, string];
const dayMs = 86_400_000;

const db = useStack(people);

const statusOf = async (id: string) =>
  (await db.doc(`calendarSyncWatches/${id}`).get()).get("status") as string | undefined;
const phaseIs = (person: Person, key: string, phase: string) => async () =>
  (await db.doc(`users/${person.uid}/calendars/${key}`).get()).get("sync.phase") === phase;

/** Connects an account with one calendar and waits until it is live and watched. */
async function settleOne(person: Person, email: string) {
  const { accountId, key } = await settle(db, person, email);
  const [watch] = await openWatchesOf(db, key);
  if (watch === undefined) throw new Error("its watch has gone");
  return { accountId, key, watch };
}

describe("account", () => {
  test("reauth_required → disconnecting → gone", async () => {
    const person = await signUp(stack);
    const { accountId, key } = await settleOne(person, nia);
    await control.revokeGrants(nia);
    await call(person, "syncNow", { calendarKey: key });
    const account = db.doc(`users/${person.uid}/calendarAccounts/${accountId}`);
    await until("reauth_required", async () => (await account.get()).get("status") === "reauth_required");
    expect(await call(person, "disconnectAccount", { accountId })).toMatchObject({ status: 200 });
    await until("gone", async () => (await traces(db, person.uid)).length === 0);
  });
});

describe("calendar", () => {
  test("live → unavailable when Google does not have it any more, with its channel stopped; → live when it is back", async () => {
    const person = await signUp(stack);
    const { key, watch } = await settleOne(person, oto);
    const path = `/calendars/${encodeURIComponent(oto)}/events`;
    await control.fault({ method: "GET", path, status: 404, reason: "notFound" });
    await call(person, "syncNow", { calendarKey: key });
    await until("unavailable", phaseIs(person, key, "unavailable"));
    await until("its channel closed", async () => (await statusOf(watch.id)) === "closed");
    await control.clearFaults();
    expect(await call(person, "syncNow", { calendarKey: key })).toMatchObject({ status: 200 });
    await until("live", phaseIs(person, key, "live"));
    await until("watched", async () => (await openWatchesOf(db, key)).length > 0);
  });

  test("live → error when it has failed for long; → live when Google answers again", async () => {
    const person = await signUp(stack);
    const { key } = await settleOne(person, pia);
    const path = `/calendars/${encodeURIComponent(pia)}/events`;
    await control.fault({ method: "GET", path, status: 503, reason: "backendError" });
    const long = Timestamp.fromMillis(Date.now() - 16 * 60_000);
    const failure = { reason: "unavailable", since: long, count: 3, retryAt: long };
    await db.doc(`calendarSyncStates/${key}`).update({ failure });
    await call(person, "syncNow", { calendarKey: key });
    await until("error", phaseIs(person, key, "error"));
    await control.clearFaults();
    await call(person, "syncNow", { calendarKey: key });
    await until("live", phaseIs(person, key, "live"));
  });
});

describe("watch", () => {
  test("opening → closed when nobody ever heard of it again", async () => {
    const person = await signUp(stack);
    const { key, watch } = await settleOne(person, quin);
    const stuck = db.doc(`calendarSyncWatches/${key}-${"s".repeat(22)}`);
    await stuck.set({
      ...watch.data(),
      status: "opening",
      resourceId: null,
      expiresAt: Timestamp.fromMillis(Date.now() - 1),
      createdAt: Timestamp.fromMillis(Date.now() - 600_001),
    });
    await runSchedule(stack, "renewWatches");
    await until("closed", async () => (await stuck.get()).get("status") === "closed");
    expect(await statusOf(watch.id)).toBe("open");
  });

  test("open → retiring while the stop fails → closed by the next round; → gone when it has been quiet", async () => {
    const person = await signUp(stack);
    const { key, watch } = await settleOne(person, rosa);
    await watch.ref.update({ expiresAt: Timestamp.fromMillis(Date.now() + dayMs) });
    await control.fault({ path: "/channels/stop", status: 503, reason: "backendError" });
    await runSchedule(stack, "renewWatches");
    await until("retiring", async () => (await statusOf(watch.id)) === "retiring");
    await until("a new one", async () => {
      return (await openWatchesOf(db, key)).some(({ id }) => id !== watch.id);
    });
    await control.clearFaults();
    await runSchedule(stack, "renewWatches");
    await until("closed", async () => (await statusOf(watch.id)) === "closed");
    await watch.ref.update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    await runSchedule(stack, "renewWatches");
    await until("gone", async () => (await statusOf(watch.id)) === undefined);
  });

  test.each([
    ["open", 204, true],
    ["retiring", 204, true],
    ["closed", 204, false],
  ])("%s: a message is answered %s, and pulls: %s", async (status, expected, pulls) => {
    const person = await signUp(stack);
    const { key, watch } = await settleOne(person, sven);
    const token = "t".repeat(43);
    const id = `${key}-${"m".repeat(22)}`;
    const tokenHash = createHash("sha256").update(token).digest("base64url");
    await db.doc(`calendarSyncWatches/${id}`).set({ ...watch.data(), status, tokenHash });
    const before = (await db.doc(`calendarSyncStates/${key}`).get()).get("coveredEpoch") as number;
    const send = async (sent: string) =>
      await fetch(`${stack.functionsUrl}/calendarWebhook`, {
        method: "POST",
        headers: {
          "X-Goog-Channel-ID": id,
          "X-Goog-Channel-Token": sent,
          "X-Goog-Resource-ID": watch.get("resourceId") as string,
          "X-Goog-Resource-State": "exists",
          "X-Goog-Message-Number": "2",
        },
      });
    expect((await send("wrong")).status).toBe(401);
    expect((await send(token)).status).toBe(expected);
    const state = async () => (await db.doc(`calendarSyncStates/${key}`).get()).get("coveredEpoch") as number;
    if (pulls) await until("a pull", async () => (await state()) > before);
    else expect(await state()).toBe(before);
  });
});
