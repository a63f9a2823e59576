import { beforeEach, describe, expect, test } from "@jest/globals";
import {
  createAccountStatus,
  createAccountStore,
} from "../../functions/src/firestore/accounts.repository.ts";
import { createCredentialStore } from "../../functions/src/firestore/credentials.repository.ts";
import type { GoogleFailure } from "../../functions/src/model/google-failure.ts";
import { newKey, openOwnDatabase, repeatWhenClosed } from "./own-database.ts";
import { accountConnection, listedCalendar } from "./stored-account.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";

/*
 * Google's refusal of an old connection and the user's new consent can arrive in any order. A healthy account must
 * never be marked as dead because of an old refusal.
 */

const db = openOwnDatabase();
const store = createAccountStore(databaseOf(db, "users"));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, alarm: () => undefined };
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
const status = createAccountStatus(databaseOf(db, "users"), clock, log);
const credentials = createCredentialStore(db);

let uid: string;
let accountId: string;
beforeEach(() => {
  [uid, accountId] = [newKey(), newKey()];
});

const calendar = listedCalendar({ calendarId: "race@example.com", summary: "Race", primary: true });
const connect = async (grantId: string) =>
  await store.connect(accountConnection({ uid, accountId }, [calendar], Date.now(), grantId));
const refusalOf = (grantId?: string): GoogleFailure => ({
  kind: "failed",
  reason: "unauthorized",
  ...(grantId !== undefined && { grantId }),
});
const accountStatus = async (): Promise<unknown> =>
  (await db.doc(`users/${uid}/calendarAccounts/${accountId}`).get()).get("status");
const activeCalendars = async () =>
  (await db.collection("calendarSyncStates").where("accountId", "==", accountId).get()).docs.map(state =>
    Boolean(state.get("active")),
  );

describe("an account that was connected again", () => {
  test("stays active when the old connection's refusal arrives late", async () => {
    await connect("old");
    await connect("new");
    expect(await status.requireReauth(accountId, refusalOf("old"))).toBe("superseded");
    expect([await accountStatus(), await activeCalendars()]).toEqual(["active", [true]]);
  });

  test("is active again when the refusal came first", async () => {
    await connect("old");
    expect(await status.requireReauth(accountId, refusalOf("old"))).toBe("required");
    expect([await accountStatus(), await activeCalendars()]).toEqual(["reauth_required", [false]]);
    await connect("new");
    expect([await accountStatus(), await activeCalendars()]).toEqual(["active", [true]]);
  });

  test("ends active whatever the order, when both happen at once", async () => {
    await connect("old");
    const refusals = Array.from(
      { length: 5 },
      async () => await repeatWhenClosed(async () => await status.requireReauth(accountId, refusalOf("old"))),
    );
    const connected = repeatWhenClosed(async () => await connect("new"));
    // Not Promise.all: if one operation failed, the others would still run and could fail in the next test file.
    const outcomes = await Promise.allSettled([...refusals, connected]);
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
    expect([await accountStatus(), await activeCalendars()]).toEqual(["active", [true]]);
  });

  test("stays active when a call found it gone before it was connected again", async () => {
    await connect("new");
    expect(await status.requireReauth(accountId, refusalOf())).toBe("superseded");
    expect(await accountStatus()).toBe("active");
  });

  test("needs consent when it is the new connection that is refused", async () => {
    await connect("old");
    await connect("new");
    expect(await status.requireReauth(accountId, refusalOf("new"))).toBe("required");
    expect(await accountStatus()).toBe("reauth_required");
  });
});

test("a refreshed token keeps the name of its connection, and none is stored for a newer one", async () => {
  await connect("old");
  const old = await credentials.load(accountId);
  if (old === undefined || "kind" in old) throw new Error("not stored");
  const fresh = { accessToken: "sealed fresh", accessTokenExpiresAtMs: Date.now() + 3_600_000 };
  expect(await credentials.saveRefreshed(accountId, old, fresh)).toBe("saved");
  expect(await credentials.load(accountId)).toEqual({ ...old, ...fresh });
  await connect("new");
  expect(await credentials.saveRefreshed(accountId, old, fresh)).toBe("changed");
  await db.doc(`calendarSyncCredentials/${accountId}`).delete();
  expect(await credentials.saveRefreshed(accountId, old, fresh)).toBe("gone");
});
