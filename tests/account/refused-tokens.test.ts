import { beforeEach, describe, expect, test } from "@jest/globals";
import { Timestamp } from "firebase-admin/firestore";
import {
  createAccountStatus,
  createAccountStore,
} from "../../functions/src/firestore/accounts.repository.ts";
import type { GoogleFailure } from "../../functions/src/model/google-failure.ts";
import { newKey, openOwnDatabase } from "./own-database.ts";
import { accountConnection, listedCalendar } from "./stored-account.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

/*
 * Google refuses tokens that it has just issued. An account ends only if this continues for a day without any
 * success.
 */

const db = openOwnDatabase();
const store = createAccountStore(databaseOf(db, "users"));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, alarm: () => undefined };
const hourMs = 3_600_000;
let nowMs: number;
const status = createAccountStatus(
  databaseOf(db, "users"),
  { now: () => nowMs, sleep: () => Promise.resolve() },
  log,
);

let uid: string;
let accountId: string;
beforeEach(async () => {
  [uid, accountId] = [newKey(), newKey()];
  nowMs = Date.parse("2026-01-05T08:00:00Z");
  await connect("grant");
});

const calendar = listedCalendar({ calendarId: "refused@example.com", summary: "Refused", primary: true });
const connect = async (grantId: string) =>
  await store.connect(accountConnection({ uid, accountId }, [calendar], nowMs, grantId));
const refuse = async (grantId = "grant") => {
  const failure: GoogleFailure = { kind: "failed", reason: "tokenRefused", status: 401, grantId };
  return await status.noteRefusal(accountId, failure);
};
const account = async () => (await db.doc(`users/${uid}/calendarAccounts/${accountId}`).get()).data();
const states = async () =>
  (await db.collection("calendarSyncStates").where("accountId", "==", accountId).get()).docs;

describe("a token that is refused as soon as it is issued", () => {
  test("ends the account after a day, with a sentence and all its calendars", async () => {
    for (let hour = 0; hour < 24; hour++) {
      expect(await refuse()).toBe("wait");
      nowMs += hourMs;
    }
    expect((await account())?.["status"]).toBe("active");
    expect(await refuse()).toBe("required");
    expect(await account()).toMatchObject({
      status: "reauth_required",
      statusReason: expect.stringMatching(/for a day/),
    });
    expect((await states()).map(state => state.get("inactiveReason") as unknown)).toEqual([
      "reauth_required",
    ]);
  });

  test("does not where a call has succeeded since", async () => {
    await refuse();
    await status.noteAccepted(accountId);
    nowMs += 25 * hourMs;
    expect(await refuse()).toBe("wait");
    nowMs += 23 * hourMs;
    expect(await refuse()).toBe("wait");
    nowMs += hourMs;
    expect(await refuse()).toBe("required");
  });

  test("does not where any of the account's calendars was synced since", async () => {
    await refuse();
    nowMs += 12 * hourMs;
    const finishedAt = Timestamp.fromMillis(nowMs);
    const lastRun = { cause: "backup", startedAt: finishedAt, finishedAt };
    for (const state of await states()) await state.ref.update({ lastRun });
    nowMs += 13 * hourMs;
    expect(await refuse()).toBe("wait");
    nowMs += 24 * hourMs;
    expect(await refuse()).toBe("required");
  });

  test("says nothing about a connection that is newer, and that one begins without a mark", async () => {
    await refuse();
    nowMs += 25 * hourMs;
    await connect("newer");
    expect(await refuse()).toBe("superseded");
    expect(await refuse("newer")).toBe("wait");
    expect((await account())?.["status"]).toBe("active");
  });

  test("of an account that is gone is nobody's", async () => {
    await db.doc(`calendarSyncCredentials/${accountId}`).delete();
    expect(await refuse()).toBe("required");
    await status.noteAccepted(accountId);
    expect((await db.doc(`calendarSyncCredentials/${accountId}`).get()).exists).toBe(false);
  });
});
