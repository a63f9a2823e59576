import { describe, expect, test } from "@jest/globals";
import { settle, traces, useStack } from "./shared-stack.ts";
import { call } from "../../stack/client/callables.ts";
import { answerConsent, connect, consentUrl, finish } from "../../stack/client/connect.ts";
import { dumpDatabase } from "../../stack/client/database.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { deleteUser, signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople } from "./google-people.ts";

const people = new GooglePeople();
const [ann, ben, cleo, dora, eve, finn] = ["ann", "ben", "cleo", "dora", "eve", "finn"].map(name =>
  people.add(name, {
    id: `${name}-team@group.calendar.google.com`,
    summary: "Team",
    selected: true,
  }),
) as [string, string, string, string, string, string];

const db = useStack(people);

/** Both calendars are live and watched. Keys: theirs and, last, the account's, which begins its list's channel. */
async function settleBoth(person: Person, email: string) {
  const { accountId, keys } = await settle(db, person, email, 2);
  return { accountId, keys: [...keys, accountId] };
}

const liveChannelsOf = async (keys: readonly string[]) => {
  const channels = await control.channels();
  return channels.filter(({ id, stoppedAt }) => stoppedAt === undefined && keys.includes(id.slice(0, 22)));
};

/** The number of successful token revocations at the local Google, since it was told to forget its requests. */
async function revocations(): Promise<number> {
  const requests = await control.requests();
  return requests.filter(({ path, status }) => path === "/revoke" && status === 200).length;
}

async function expectGone(uid: string): Promise<void> {
  await until("nothing left", async () => (await traces(db, uid)).length === 0);
}

describe("disconnecting", () => {
  test("leaves nothing: no document anywhere, no channel, no grant", async () => {
    const person = await signUp(stack);
    const { accountId, keys } = await settleBoth(person, ann);
    expect((await traces(db, person.uid)).length).toBeGreaterThan(6);
    await control.forgetRequests();
    expect(await call(person, "disconnectAccount", { accountId })).toMatchObject({ status: 200, result: {} });
    await expectGone(person.uid);
    expect(await liveChannelsOf(keys)).toEqual([]);
    expect(await revocations()).toBe(1);
    // Searches all paths, not only documents with the uid: no document below a state may be left, not even without a
    // parent.
    const paths = [...(await dumpDatabase(db)).keys()];
    expect(paths.filter(path => keys.some(key => path.includes(key)) || path.includes(accountId))).toEqual(
      [],
    );
  });

  test("shows at once, and syncs nothing any more", async () => {
    const person = await signUp(stack);
    const { accountId, keys } = await settleBoth(person, ben);
    await control.fault({ path: "/channels/stop", status: 503, reason: "backendError" });
    await call(person, "disconnectAccount", { accountId });
    const account = db.doc(`users/${person.uid}/calendarAccounts/${accountId}`);
    expect((await account.get()).get("status")).toBe("disconnecting");
    for (const key of keys.filter(found => found !== accountId)) {
      const state = await db.doc(`calendarSyncStates/${key}`).get();
      expect(state.exists && state.get("active")).toBe(false);
    }
    const end = await finish(person, await answerConsent(await consentUrl(person), ben));
    expect(end).toEqual({ connectError: "disconnecting" });
    // A failure at Google delays the end of the clean-up, but does not prevent it.
    await until("data gone", async () => {
      const left = await traces(db, person.uid);
      return left.every(
        path => !path.startsWith("calendarSyncStates/") && !/\/calendar(?:Events|Series)\//.test(path),
      );
    });
    expect((await account.get()).exists).toBe(true);
    await control.clearFaults();
    await expectGone(person.uid);
    expect(await liveChannelsOf(keys)).toEqual([]);
  });

  test.each([
    ["the stop of a channel", { path: "/channels/stop", times: 1 }],
    ["the end of the grant", { path: "/revoke", times: 1 }],
  ])("is complete although %s fails at first", async (_, fault) => {
    const person = await signUp(stack);
    const { accountId, keys } = await settleBoth(person, cleo);
    await control.fault({ ...fault, status: 503, reason: "backendError" });
    await call(person, "disconnectAccount", { accountId });
    await expectGone(person.uid);
    expect(await liveChannelsOf(keys)).toEqual([]);
  });

  test("is complete although the user has revoked access at Google before", async () => {
    const person = await signUp(stack);
    const { accountId } = await settleBoth(person, dora);
    await control.revokeGrants(dora);
    await call(person, "disconnectAccount", { accountId });
    await expectGone(person.uid);
  });

  test("goes on where a clean-up died, from any point", async () => {
    const person = await signUp(stack);
    const { accountId, keys } = await settleBoth(person, eve);
    // The state after workers that died between their steps: in the first calendar the events are deleted but the
    // state is left; in the second only the state is deleted. The user's own documents have been deleted or changed.
    const [first = "", second = ""] = keys;
    await db.doc(`calendarSyncLists/${accountId}`).update({ active: false, status: "disconnecting" });
    await db.doc(`users/${person.uid}/calendarAccounts/${accountId}`).update({ status: "active" });
    await db
      .doc(`calendarSyncStates/${first}/calendarSyncSeries/orphan`)
      .set({ note: "below a state whose events are gone" });
    const events = db.collection(`users/${person.uid}/calendarEvents`).where("calendarKey", "==", first);
    for (const event of (await events.get()).docs) await event.ref.delete();
    for (const key of [first, second])
      await db.doc(`users/${person.uid}/calendarSeries/${key}_orphan`).set({ seriesId: "orphan" });
    await db.doc(`users/${person.uid}/calendars/${first}`).delete();
    await db.doc(`calendarSyncStates/${second}`).delete();
    await runSchedule(stack, "renewWatches");
    await expectGone(person.uid);
    const paths = [...(await dumpDatabase(db)).keys()];
    expect(paths.filter(path => keys.some(key => path.includes(key)))).toEqual([]);
  });

  test("a sync that is on its way cannot write after it", async () => {
    const person = await signUp(stack);
    const { accountId, keys } = await settleBoth(person, finn);
    // Google answers the list request only after everything has been deleted.
    await control.fault({
      method: "GET",
      path: `/calendars/${encodeURIComponent(finn)}/events`,
      delayMs: 8_000,
      times: 1,
    });
    const primary = await until("primary", async () => {
      const all = await db.collection(`users/${person.uid}/calendars`).get();
      return all.docs.find(calendar => calendar.get("primary") === true)?.id;
    });
    const syncing = call(person, "syncNow", { calendarKey: primary, full: true });
    expect(await syncing).toMatchObject({ status: 200 });
    await until("the sync holds the lease", async () => {
      const lease: unknown = (await db.doc(`calendarSyncStates/${primary}`).get()).get("lease");
      return lease !== null;
    });
    await call(person, "disconnectAccount", { accountId });
    await expectGone(person.uid);
    await until("the late answer", async () => {
      const requests = await control.requests();
      const list = requests.filter(({ path }) => path.includes("/events")).at(-1);
      return list?.answeredAt !== undefined && Date.now() - list.answeredAt > 1_000;
    });
    expect(await traces(db, person.uid)).toEqual([]);
    const paths = [...(await dumpDatabase(db)).keys()];
    expect(paths.filter(path => keys.some(key => path.includes(key)))).toEqual([]);
  });

  test("keeps the grant while another user lives on it", async () => {
    const [one, two] = [await signUp(stack), await signUp(stack)];
    const { accountId } = await settleBoth(one, ann);
    const other = await settleBoth(two, ann);
    await control.forgetRequests();
    await call(one, "disconnectAccount", { accountId });
    await expectGone(one.uid);
    expect(await revocations()).toBe(0);
    await call(two, "disconnectAccount", { accountId: other.accountId });
    await expectGone(two.uid);
    expect(await revocations()).toBe(1);
  });

  test("and connecting again starts afresh", async () => {
    const person = await signUp(stack);
    const { accountId } = await settleBoth(person, ben);
    await call(person, "disconnectAccount", { accountId });
    await expectGone(person.uid);
    expect((await settleBoth(person, ben)).accountId).toBe(accountId);
  });

  test("a clean-up task of an earlier time does nothing to an account that is connected again", async () => {
    const person = await signUp(stack);
    const { accountId } = await settleBoth(person, cleo);
    const before = await traces(db, person.uid);
    const answer = await fetch(`${stack.functionsUrl}/cleanUpAccount`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ data: { uid: person.uid, accountId } }),
    });
    expect(answer.status).toBe(204);
    expect(await traces(db, person.uid)).toEqual(before);
  });

  test("is refused for an account of somebody else, and without signing in", async () => {
    const [one, two] = [await signUp(stack), await signUp(stack)];
    const { accountId } = await settleBoth(one, dora);
    expect(await call(two, "disconnectAccount", { accountId })).toMatchObject({
      error: { status: "NOT_FOUND" },
    });
    expect(await call(stack, "disconnectAccount", { accountId })).toMatchObject({
      error: { status: "UNAUTHENTICATED" },
    });
    expect(await call(one, "disconnectAccount", { accountId: "../x" })).toMatchObject({
      error: { status: "INVALID_ARGUMENT" },
    });
    const account = await db.doc(`users/${one.uid}/calendarAccounts/${accountId}`).get();
    expect(account.get("status")).toBe("active");
  });
});

test("a user who is deleted takes everything along, attempts to connect included", async () => {
  const person = await signUp(stack);
  await settleBoth(person, ann);
  await connect(person, finn);
  await consentUrl(person);
  await deleteUser(stack, person);
  await expectGone(person.uid);
});
