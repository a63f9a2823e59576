import { beforeEach, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import { createAccountStore } from "../../functions/src/firestore/accounts.repository.ts";
import { createCalendarStore } from "../../functions/src/firestore/calendars.repository.ts";
import { calendarKeyOf } from "../../functions/src/model/keys.ts";
import type { Demand } from "../../functions/src/ports/calendars.port.ts";
import { newKey, openOwnDatabase, repeatWhenClosed } from "./own-database.ts";
import { accountConnection, listedCalendar } from "./stored-account.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

/*
 * A user may ask for one full sync of a calendar per hour, and a client for a pull of a stale calendar. The transaction
 * that stores the request checks both.
 */

const db = openOwnDatabase();
const calendars = createCalendarStore(databaseOf(db, "users"));
const nowMs = 1_800_000_000_000;
const minuteMs = 60_000;
const email = "ada@example.com";

let uid: string;
let key: string;
const state = () => db.doc(`calendarSyncStates/${key}`);
const demand = async (atMs: number, what: Demand = "full") =>
  await repeatWhenClosed(async () => await calendars.demandSync(uid, key, what, atMs));
const resyncEpoch = async () => (await state().get()).get("resyncEpoch") as number;
/** A pass takes the lease: it closes the epoch. */
const begin = async () => {
  await state().update({ epoch: Number((await state().get()).get("epoch")) + 1 });
};

beforeEach(async () => {
  const accountId = newKey();
  uid = newKey();
  key = calendarKeyOf(accountId, email);
  const calendar = listedCalendar({ calendarId: email, summary: "Ada", primary: true });
  await createAccountStore(databaseOf(db, "users")).connect(
    accountConnection({ uid, accountId }, [calendar], nowMs),
  );
});

test("the second within an hour is refused and changes nothing; a pull is not", async () => {
  expect(await demand(nowMs)).toMatchObject({ kind: "ready" });
  await begin();
  const before = (await state().get()).data();
  expect(await demand(nowMs + 20 * minuteMs)).toEqual({ kind: "tooSoon", waitMs: 40 * minuteMs });
  expect((await state().get()).data()).toEqual(before);
  expect(await demand(nowMs + 20 * minuteMs, "pull")).toMatchObject({ kind: "ready" });
  expect((await state().get()).data()).toEqual(before);
});

test("after an hour the next one is accepted, and the hour begins again", async () => {
  await demand(nowMs);
  await begin();
  const first = await resyncEpoch();
  expect(await demand(nowMs + 60 * minuteMs)).toMatchObject({ kind: "ready" });
  expect(await resyncEpoch()).toBeGreaterThan(first);
  await begin();
  expect(await demand(nowMs + 61 * minuteMs)).toMatchObject({ kind: "tooSoon", waitMs: 59 * minuteMs });
});

test("asking again before the pass begins is the same request, also at the same moment", async () => {
  const outcomes = await Promise.all([demand(nowMs), demand(nowMs), demand(nowMs)]);
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["ready"]));
  const epochs = outcomes.map(outcome => outcome.kind === "ready" && outcome.epoch);
  expect(new Set(epochs)).toEqual(new Set([await resyncEpoch()]));
});

test("only the server's record counts, and the user's documents are written again all the same", async () => {
  await demand(nowMs);
  await begin();
  const shown = db.doc(`users/${uid}/calendars/${key}`);
  await shown.set({ fullDemandedAt: Timestamp.fromMillis(0), summary: "forged" });
  expect(await demand(nowMs + minuteMs)).toMatchObject({ kind: "tooSoon" });
  expect((await shown.get()).get("summary")).toBe("Ada");
});

test("a calendar that was pulled in the last ten minutes is fresh, and nothing is written", async () => {
  await state().update({ pulledAt: Timestamp.fromMillis(nowMs) });
  const shown = db.doc(`users/${uid}/calendars/${key}`);
  await shown.delete();
  expect(await demand(nowMs + 9 * minuteMs, "ifStale")).toEqual({ kind: "fresh" });
  expect((await shown.get()).exists).toBe(false);
  expect(await demand(nowMs + 10 * minuteMs, "ifStale")).toMatchObject({ kind: "ready", reactivated: false });
});

test("a stale calendar that Google does not let us read stays as it is", async () => {
  await state().update({ active: false, inactiveReason: "unavailable" });
  const before = (await state().get()).data();
  expect(await demand(nowMs, "ifStale")).toEqual({ kind: "fresh" });
  expect((await state().get()).data()).toEqual(before);
  expect(await demand(nowMs, "pull")).toMatchObject({ kind: "ready", reactivated: true });
});

test("a stale calendar that is switched off is refused like any other", async () => {
  await calendars.disable(uid, key, nowMs);
  expect(await demand(nowMs, "ifStale")).toEqual({ kind: "inactive", reason: "disabled" });
});
