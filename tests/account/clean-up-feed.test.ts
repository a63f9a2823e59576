import { beforeEach, describe, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import type { EventChange } from "@firestore-calendar-sync/client";
import { createAccountRemoval } from "../../functions/src/firestore/accounts-removal.repository.ts";
import { createAccountStore } from "../../functions/src/firestore/accounts.repository.ts";
import { createCalendarLists } from "../../functions/src/firestore/calendars-listing.repository.ts";
import { createCalendarStore } from "../../functions/src/firestore/calendars.repository.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";
import { calendarKeyOf } from "../../functions/src/model/keys.ts";
import { newKey, openOwnDatabase } from "./own-database.ts";
import { accountConnection, listedCalendar } from "./stored-account.ts";

/*
 * A clean-up deletes events outside of a sync. The change feed lists each of them once, with the reason, in the commit
 * that deletes it.
 */

const db = openOwnDatabase();
const nowMs = 1_800_000_000_000;
const clock = { now: () => nowMs, sleep: () => Promise.resolve() };
const removalWith = (changeFeed: boolean) =>
  createAccountRemoval(databaseOf(db, "users"), clock, { changeFeed });
const removal = removalWith(true);
const primary = listedCalendar({ calendarId: "ada@example.com", summary: "Ada", primary: true });
const team = listedCalendar({ calendarId: "team@example.com", summary: "Team", primary: false });
/** More than one commit deletes. */
const eventIds = Array.from({ length: 450 }, (_, n) => `event${String(n).padStart(3, "0")}`);

let uid: string;
let accountId: string;
let key: string;

beforeEach(async () => {
  [uid, accountId] = [newKey(), newKey()];
  key = calendarKeyOf(accountId, team.calendarId);
  const account = accountConnection({ uid, accountId }, [primary, team], nowMs);
  await createAccountStore(databaseOf(db, "users")).connect(account);
  const batch = db.batch();
  const fields = { calendarKey: key, startAt: Timestamp.now(), endAt: Timestamp.now() };
  for (const eventId of eventIds) batch.set(db.doc(`users/${uid}/calendarEvents/${key}_${eventId}`), fields);
  batch.set(db.doc(`users/${uid}/calendarSeries/${key}_series`), { calendarKey: key });
  await batch.commit();
});

/** The entries of the calendar, in the order of their numbers. */
async function entries() {
  const all = await db.collection("calendarSyncChanges").where("calendarKey", "==", key).get();
  return all.docs
    .map(found => ({
      id: found.id,
      ...(found.data() as { seq: number; changes: EventChange[]; uid: string }),
    }))
    .sort((a, b) => a.seq - b.seq);
}
const deleted = (why: string) => eventIds.map(eventId => ({ kind: "deleted", eventId, why }));
const listed = async () => (await entries()).flatMap(({ changes }) => changes);

describe("the feed lists each event of a calendar once", () => {
  test("that was switched off", async () => {
    await createCalendarStore(databaseOf(db, "users")).disable(uid, key, nowMs);
    expect(await removal.deleteUnwanted(uid, key)).toMatchObject({ kind: "deleted" });
    expect(await listed()).toEqual(deleted("switchedOff"));
    const found = await entries();
    expect(found.map(({ id }) => id)).toEqual([nowMs, nowMs + 1].map(seq => `${key}-${seq}`));
    expect(found.map(entry => entry.uid)).toEqual([uid, uid]);
    // The next entry goes on from here.
    expect((await db.doc(`calendarSyncStates/${key}`).get()).get("changeSeq")).toBe(nowMs + 1);
  });

  test("that has left the list at Google", async () => {
    const lists = createCalendarLists(databaseOf(db, "users"));
    const list = await lists.read(accountId);
    if (list === undefined) throw new Error("no list");
    const listing = { kind: "listed", complete: true, syncToken: "token-2", removedIds: [] } as const;
    await lists.apply(accountId, list, { ...listing, calendars: [primary] }, nowMs);
    expect(await removal.deleteUnwanted(uid, key)).toMatchObject({ kind: "deleted" });
    expect(await listed()).toEqual(deleted("unlisted"));
  });

  test("whose account is being disconnected, after entries of the sync", async () => {
    await db.doc(`calendarSyncStates/${key}`).update({ changeSeq: 7 });
    await removal.markDisconnecting(uid, accountId);
    expect(await removal.deleteCalendar(uid, accountId, key)).toMatchObject({ kind: "deleted" });
    expect(await listed()).toEqual(deleted("disconnected"));
    expect((await entries()).map(({ seq }) => seq)).toEqual([8, 9]);
  });

  test.each(["switched off", "disconnecting"])(
    "when two clean-ups of the same data run at once: %s",
    async state => {
      if (state === "switched off")
        await createCalendarStore(databaseOf(db, "users")).disable(uid, key, nowMs);
      else await removal.markDisconnecting(uid, accountId);
      const cleanUp = async () =>
        state === "switched off"
          ? await removal.deleteUnwanted(uid, key)
          : await removal.deleteCalendar(uid, accountId, key);
      // The emulator lets a batch wait for a lock and then refuses it; a queue repeats the clean-up then.
      await Promise.allSettled([cleanUp(), cleanUp(), cleanUp()]);
      await cleanUp();
      const changes = await listed();
      expect(changes.map(({ eventId }) => eventId).sort()).toEqual(eventIds);
    },
  );
});

test("without the feed, a clean-up deletes as before", async () => {
  await createCalendarStore(databaseOf(db, "users")).disable(uid, key, nowMs);
  expect(await removalWith(false).deleteUnwanted(uid, key)).toMatchObject({ kind: "deleted" });
  expect((await db.collection(`users/${uid}/calendarEvents`).get()).size).toBe(0);
  expect(await listed()).toEqual([]);
});
