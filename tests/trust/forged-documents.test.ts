import { describe, expect, test } from "@jest/globals";
import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { forgetWatchesOf, settle, summariesOf, useStack } from "../account/shared-stack.ts";
import { call, type CallAnswer } from "../../stack/client/callables.ts";
import { connect } from "../../stack/client/connect.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { dumpDatabase } from "../../stack/client/database.ts";
import { runSchedule } from "../../stack/client/schedules.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { GooglePeople, eventIn } from "../account/google-people.ts";

/*
 * Security rules are OR-ed: the rules of a project that uses this package may allow owners, or all users, to write
 * below `users/`. The Firestore emulator has one set of rules for all tests, so these tests use the Admin SDK to
 * write documents that a client could write under such rules: first below the attacker's own uid, then anywhere below
 * `users/`. The server must not trust documents below `users/`: because of them, no document of another user may be
 * read, written, switched off, added or revoked.
 */

const people = new GooglePeople();
const vic = people.add("vic", {
  id: "vic-diary@group.calendar.google.com",
  summary: "Diary",
  selected: true,
  events: [eventIn(30, "Secret of vic")],
});
const mal = people.add("mal");
const db = useStack(people);

const now = () => Timestamp.now();
const account = (status: string) => ({ email: vic, status, statusSince: now(), connectedAt: now() });
const calendar = (accountId: string, calendarId: string) => ({
  accountId,
  calendarId,
  summary: "Forged",
  timeZone: "UTC",
  accessRole: "owner",
  primary: true,
  selected: true,
  enabled: true,
  sync: { phase: "live" },
});
const unknownKey = "u".repeat(22);

/** All documents that contain a user's uid in their path or in their fields. */
async function belongings(uid: string): Promise<Map<string, unknown>> {
  const all = [...(await dumpDatabase(db))].filter(
    ([path, fields]) => path.includes(uid) || JSON.stringify(fields).includes(uid),
  );
  return new Map(all);
}

/** Creates a victim with a connected account and an attacker without one. */
async function meet() {
  const [victim, attacker] = [await signUp(stack), await signUp(stack)];
  const theirs = await settle(db, victim, vic, 2);
  const calendars = await db.collection(`users/${victim.uid}/calendars`).get();
  const events = await db.collection(`users/${victim.uid}/calendarEvents`).get();
  return { victim, attacker, theirs, calendars: calendars.docs, events: events.docs };
}

/** Calls every function for each calendar; the answers of each calendar are in one list. */
async function callsOf(person: Person, keys: readonly string[]): Promise<CallAnswer[][]> {
  const answers: CallAnswer[][] = [];
  for (const calendarKey of keys) answers.push(await callsOfOne(person, calendarKey));
  return answers;
}

const start = { date: "2030-01-01" };
const planted = { event: { summary: "Planted", start, end: { date: "2030-01-02" } }, requestId: "request-1" };

async function callsOfOne(person: Person, calendarKey: string): Promise<CallAnswer[]> {
  const calls = [
    ["syncNow", {}],
    ["syncNow", { full: true }],
    ["setCalendarWindow", { pastDays: 1 }],
    ["setCalendarEnabled", { enabled: true }],
    ["setCalendarEnabled", { enabled: false }],
    ["createEvent", planted],
    ["updateEvent", { eventId: "event00001", changes: { summary: "Taken" } }],
    ["deleteEvent", { eventId: "event00001" }],
    ["respondToEvent", { eventId: "event00001", response: "declined" }],
    ["moveEvent", { eventId: "event00001", toCalendarKey: calendarKey }],
  ] as const;
  const answers: CallAnswer[] = [];
  for (const [name, data] of calls) answers.push(await call(person, name, { calendarKey, ...data }));
  return answers;
}

async function everyCall(person: Person, accountId: string, keys: readonly string[]): Promise<CallAnswer[]> {
  const answers = (await callsOf(person, keys)).flat();
  answers.push(await call(person, "disconnectAccount", { accountId }));
  return answers;
}

const quiet = async () => {
  // Long enough for tasks that such calls could have queued. The queue checks for work once per second.
  await new Promise(resolve => setTimeout(resolve, 4_000));
};

describe("a user who may write below their own uid", () => {
  test("gets nothing of another's account and calendars by forging documents of them", async () => {
    const { victim, attacker, theirs, calendars, events } = await meet();
    const before = await belongings(victim.uid);
    const own = `users/${attacker.uid}`;
    for (const status of ["active", "disconnecting", "reauth_required"]) {
      await db.doc(`${own}/calendarAccounts/${theirs.accountId}`).set(account(status));
      for (const { id, data } of calendars.map(found => ({ id: found.id, data: found.data() }))) {
        await db.doc(`${own}/calendars/${id}`).set(data);
        await db
          .doc(`${own}/calendars/${unknownKey}`)
          .set(calendar(theirs.accountId, String(data["calendarId"])));
      }
      for (const event of events)
        await db.doc(`${own}/calendarEvents/${event.id}`).set({ eventId: event.id });
      const [unknown] = await callsOf(attacker, [unknownKey]);
      // The answer for another user's calendar is exactly the answer for an unknown calendar.
      for (const foreign of await callsOf(attacker, theirs.keys)) expect(foreign).toEqual(unknown);
      const answers = await everyCall(attacker, theirs.accountId, [...theirs.keys, unknownKey]);
      expect(answers.map(({ error }) => error?.status)).toEqual(answers.map(() => "NOT_FOUND"));
    }
    expect(await call(attacker, "disconnectAccount", { accountId: unknownKey })).toEqual(
      await call(attacker, "disconnectAccount", { accountId: theirs.accountId }),
    );
    expect((await call(attacker, "confirmConnect", { confirmation: "c".repeat(32) })).status).not.toBe(200);
    await runSchedule(stack, "renewWatches");
    await quiet();
    // Nothing was read: the attacker's collection contains only the attacker's own documents. Nothing of the victim's
    // was written, switched off or revoked.
    const hers = await db.collection(`${own}/calendarEvents`).get();
    expect(hers.docs.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    for (const event of hers.docs) expect(event.data()).toEqual({ eventId: event.id });
    const after = await belongings(victim.uid);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(after.get(`calendarSyncCredentials/${theirs.accountId}`)).toEqual(
      before.get(`calendarSyncCredentials/${theirs.accountId}`),
    );
    for (const key of theirs.keys) {
      expect((await db.doc(`calendarSyncStates/${key}`).get()).data()).toMatchObject({
        active: true,
        enabled: true,
      });
    }
    // The victim's own sync continues.
    expect((await call(victim, "syncNow", { calendarKey: theirs.key, full: true })).status).toBe(200);
    expect(await summariesOf(db, victim)).toContain("Secret of vic");
  });

  test("connects her own account and nothing else, whatever she has forged", async () => {
    const { victim, attacker, theirs } = await meet();
    await db.doc(`users/${attacker.uid}/calendarAccounts/${theirs.accountId}`).set(account("active"));
    const accountId = await connect(attacker, mal);
    await until("her event", async () => (await summariesOf(db, attacker)).length === 1);
    expect(await summariesOf(db, attacker)).toEqual([`Event of ${mal}`]);
    // A forged status neither prevents a consent nor ends an account.
    await db.doc(`users/${attacker.uid}/calendarAccounts/${accountId}`).update({ status: "disconnecting" });
    await runSchedule(stack, "renewWatches");
    expect(await connect(attacker, mal)).toBe(accountId);
    expect((await db.doc(`users/${attacker.uid}/calendarAccounts/${accountId}`).get()).get("status")).toBe(
      "active",
    );
    expect((await db.doc(`calendarSyncCredentials/${theirs.accountId}`).get()).get("uid")).toBe(victim.uid);
  });

  test("gets what she has damaged back by the next sync and list", async () => {
    const person = await signUp(stack);
    const { accountId, key } = await settle(db, person, mal);
    const own = `users/${person.uid}`;
    const [before, shown] = await Promise.all(
      [`${own}/calendarAccounts/${accountId}`, `${own}/calendars/${key}`].map(async path =>
        (await db.doc(path).get()).data(),
      ),
    );
    const odd = [
      {
        eventId: 7,
        startAt: "x",
        endAt: null,
        etag: "e".repeat(900_000),
        recurringEventId: "a/b",
        calendarKey: key,
      },
      { recurringEventId: "", calendarKey: key, startAt: now(), endAt: now() },
      { recurringEventId: "..", calendarKey: key, eventId: "another" },
    ];
    const names = [`${key}_odd`, `${key}_odd_20300101`, `${key}_`, `${key}_ä !`];
    for (const [index, name] of names.entries()) {
      await db
        .doc(`${own}/calendarEvents/${name}`)
        .set({ ...odd[index % odd.length], endAt: Timestamp.fromMillis(4e12) });
    }
    for (const event of (await db.collection(`${own}/calendarEvents`).where("summary", ">", "").get()).docs) {
      await event.ref.delete();
    }
    await db.doc(`${own}/calendarAccounts/${accountId}`).delete();
    await db
      .doc(`${own}/calendars/${key}`)
      .set({ enabled: false, sync: "odd", summary: FieldValue.increment(1) });
    expect(await call(person, "syncNow", { calendarKey: key, full: true })).toMatchObject({ status: 200 });
    await until("events as at Google", async () => {
      const all = await db.collection(`${own}/calendarEvents`).get();
      return all.docs.length === 1 && all.docs[0]?.get("summary") === `Event of ${mal}`;
    });
    expect((await db.doc(`${own}/calendarAccounts/${accountId}`).get()).data()).toEqual(before);
    const { lastSyncedAt: _then, lastChangedAt: _before, ...fields } = shown ?? {};
    expect((await db.doc(`${own}/calendars/${key}`).get()).data()).toMatchObject(fields);
    // A listing restores the document too. A list without a channel is read in every daily round.
    await forgetWatchesOf(db, accountId);
    await db.doc(`${own}/calendars/${key}`).delete();
    await runSchedule(stack, "renewWatches");
    await until("the calendar", async () => {
      const data = (await db.doc(`${own}/calendars/${key}`).get()).data();
      return data?.["summary"] === fields["summary"] && data?.["enabled"] === true;
    });
  });

  test("changes only her own calendars at Google, whatever her documents say", async () => {
    const { attacker, calendars } = await meet();
    const { key } = await settle(db, attacker, mal);
    const own = `users/${attacker.uid}`;
    const stolen = calendars.find(found => found.get("calendarId") === vic)?.data() ?? {};
    await db.doc(`${own}/calendars/${key}`).set(stolen);
    const answer = await call(attacker, "createEvent", { calendarKey: key, ...planted });
    expect(answer).toMatchObject({ status: 200 });
    const { eventId } = answer.result as { readonly eventId: string };
    const named = async (email: string) => {
      const { events } = await googleClientOf(control, email);
      return ((await events.list({ calendarId: email, q: "Planted" })).data.items ?? []).map(({ id }) => id);
    };
    expect([await named(mal), await named(vic)]).toEqual([[eventId], []]);
    const [secret] = (
      await db.collectionGroup("calendarEvents").where("summary", "==", `Event of ${vic}`).get()
    ).docs;
    const foreignId = String(secret?.get("eventId"));
    await db.doc(`${own}/calendarEvents/${key}_${foreignId}`).set(secret?.data() ?? {});
    for (const name of ["updateEvent", "deleteEvent"]) {
      const data = {
        calendarKey: key,
        eventId: foreignId,
        ...(name === "updateEvent" && { changes: { summary: "Taken" } }),
      };
      await call(attacker, name, data);
    }
    const { events } = await googleClientOf(control, vic);
    const { data } = await events.get({ calendarId: vic, eventId: foreignId });
    expect([data.status, data.summary]).toEqual(["confirmed", `Event of ${vic}`]);
  });
});

describe("a user who may write below anybody's uid", () => {
  test("switches nothing off, revokes nothing and plants nothing: the server mends what it shows", async () => {
    const { victim, attacker, theirs, calendars } = await meet();
    const credential = (await db.doc(`calendarSyncCredentials/${theirs.accountId}`).get()).data();
    await db.doc(`users/${victim.uid}/calendarAccounts/${theirs.accountId}`).set({ status: "disconnecting" });
    for (const found of calendars) {
      await found.ref.update({ enabled: false, accountId: unknownKey, calendarId: mal });
      // A copy below the attacker's uid.
      await db.doc(`users/${attacker.uid}/calendars/${found.id}`).set(found.data());
    }
    const event = eventIn(48, "Planted");
    await db.doc(`users/${victim.uid}/calendarEvents/${theirs.key}_planted`).set({
      ...event,
      eventId: "planted",
      calendarKey: theirs.key,
      etag: "x",
      startAt: Timestamp.fromMillis(Date.now() + 48 * 3_600_000),
      endAt: Timestamp.fromMillis(Date.now() + 49 * 3_600_000),
    });
    for (const { error } of await everyCall(attacker, theirs.accountId, theirs.keys)) {
      expect(error?.status).toBe("NOT_FOUND");
    }
    await runSchedule(stack, "renewWatches");
    await quiet();
    expect((await db.doc(`calendarSyncCredentials/${theirs.accountId}`).get()).data()).toEqual(credential);
    for (const calendarKey of theirs.keys) {
      expect((await call(victim, "syncNow", { calendarKey, full: true })).status).toBe(200);
    }
    await until("mended", async () => {
      const shown = await db.collection(`users/${victim.uid}/calendars`).get();
      const shownAccount = await db.doc(`users/${victim.uid}/calendarAccounts/${theirs.accountId}`).get();
      return (
        shownAccount.get("status") === "active" &&
        shown.docs.every(one => one.get("enabled") === true && one.get("accountId") === theirs.accountId) &&
        !(await summariesOf(db, victim)).includes("Planted")
      );
    });
    expect((await db.collection(`users/${attacker.uid}/calendarEvents`).get()).size).toBe(0);
  });
});
