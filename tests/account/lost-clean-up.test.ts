import { beforeEach, describe, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { resumeCleanUps } from "../../functions/src/account/disconnect.ts";
import { createAccountRemoval } from "../../functions/src/firestore/accounts-removal.repository.ts";
import { createAccountStore } from "../../functions/src/firestore/accounts.repository.ts";
import { createCalendarLists } from "../../functions/src/firestore/calendars-listing.repository.ts";
import { createCalendarStore } from "../../functions/src/firestore/calendars.repository.ts";
import { calendarKeyOf } from "../../functions/src/model/keys.ts";
import type { CleanUpTask } from "../../functions/src/ports/tasks.port.ts";
import { newKey, openOwnDatabase } from "./own-database.ts";
import { accountConnection, listedCalendar } from "./stored-account.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

/*
 * A clean-up is one task. If it was never stored, or the queue gave up on it, only the documents show that data must be
 * deleted, and the daily round finds them. These tests never run the first task.
 */

const db = openOwnDatabase();
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, alarm: () => undefined };
const removal = createAccountRemoval(databaseOf(db, "users"), clock, { changeFeed: true });
const primary = listedCalendar({ calendarId: "ada@example.com", summary: "Ada", primary: true });
const team = listedCalendar({
  calendarId: "team@group.calendar.google.com",
  summary: "Team",
  primary: false,
});

let uid: string;
let accountId: string;
let key: string;

beforeEach(async () => {
  [uid, accountId] = [newKey(), newKey()];
  key = calendarKeyOf(accountId, team.calendarId);
  await createAccountStore(databaseOf(db, "users")).connect(
    accountConnection({ uid, accountId }, [primary, team], Date.now()),
  );
  for (const calendarKey of [key, calendarKeyOf(accountId, primary.calendarId)]) {
    const fields = { calendarKey, startAt: Timestamp.now(), endAt: Timestamp.now() };
    await db.doc(`users/${uid}/calendarEvents/${calendarKey}_first`).set(fields);
    await db.doc(`users/${uid}/calendarSeries/${calendarKey}_first`).set({ calendarKey, seriesId: "first" });
    await db.doc(`calendarSyncStates/${calendarKey}/calendarSyncSeries/first`).set({ seriesId: "first" });
    await db
      .doc(`calendarSyncStates/${calendarKey}/calendarSyncPasses/holder-0`)
      .set({ part: Buffer.from("id first") });
  }
});

/** The clean-ups of this account or its calendars that a daily round queues. */
async function daily(): Promise<CleanUpTask[]> {
  const queued: CleanUpTask[] = [];
  const cleanUpAccount = (task: CleanUpTask) => {
    if (task.uid === uid) queued.push(task);
    return Promise.resolve("created" as const);
  };
  await resumeCleanUps({ removal, tasks: { cleanUpAccount }, log }, newKey());
  return queued;
}
const left = async () => ({
  events: (await db.collection(`users/${uid}/calendarEvents`).get()).docs.map(({ id }) => id),
  shownSeries: (await db.collection(`users/${uid}/calendarSeries`).get()).docs.map(({ id }) => id),
  series: (await db.collection(`calendarSyncStates/${key}/calendarSyncSeries`).get()).size,
  passes: (await db.collection(`calendarSyncStates/${key}/calendarSyncPasses`).get()).size,
  state: (await db.doc(`calendarSyncStates/${key}`).get()).exists,
  shown: (await db.doc(`users/${uid}/calendars/${key}`).get()).exists,
});
/** What is left of the team calendar after its clean-up, beside whether it still has a state and is shown. */
const noData = () => ({ events: [primaryEvent()], shownSeries: [primaryEvent()], series: 0, passes: 0 });
const primaryEvent = () => `${calendarKeyOf(accountId, primary.calendarId)}_first`;

describe("the data of a calendar whose clean-up was lost", () => {
  test("is found by the daily round after the calendar was switched off; the calendar itself stays", async () => {
    expect(await daily()).toEqual([]);
    expect(await createCalendarStore(databaseOf(db, "users")).disable(uid, key, Date.now())).toBe("disabled");
    expect((await left()).events).toHaveLength(2);
    // Every day, until it is done.
    expect(await daily()).toEqual([{ uid, calendarKey: key }]);
    expect(await daily()).toEqual([{ uid, calendarKey: key }]);
    expect(await removal.deleteUnwanted(uid, key)).toMatchObject({ kind: "deleted" });
    expect(await left()).toEqual({ ...noData(), state: true, shown: true });
    expect(await daily()).toEqual([]);
  });

  test("is found after the calendar has left the list at Google; nothing of the calendar stays", async () => {
    const lists = createCalendarLists(databaseOf(db, "users"));
    const list = await lists.read(accountId);
    if (list === undefined) throw new Error("no list");
    const listing = { kind: "listed", complete: true, syncToken: "token-2", removedIds: [] } as const;
    const applied = await lists.apply(accountId, list, { ...listing, calendars: [primary] }, Date.now());
    expect(applied).toMatchObject({ kind: "applied", removed: [key] });
    expect(await daily()).toEqual([{ uid, calendarKey: key }]);
    expect(await removal.deleteUnwanted(uid, key)).toMatchObject({ kind: "deleted" });
    expect(await left()).toEqual({ ...noData(), state: false, shown: false });
    expect(await daily()).toEqual([]);
  });

  test("is not looked for any more when the calendar is switched on again", async () => {
    const calendars = createCalendarStore(databaseOf(db, "users"));
    await calendars.disable(uid, key, Date.now());
    expect(await calendars.enable(uid, key, Date.now())).toMatchObject({ kind: "started" });
    expect(await daily()).toEqual([]);
    expect(await removal.deleteUnwanted(uid, key)).toEqual({ kind: "superseded" });
    expect((await left()).events).toHaveLength(2);
  });
});

test("an account whose clean-up was lost is found", async () => {
  await removal.markDisconnecting(uid, accountId);
  expect(await daily()).toEqual([{ uid, accountId }]);
});
