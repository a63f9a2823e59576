import { beforeEach, describe, expect, test } from "@jest/globals";
import { callerOf, type Harness, seedGoogle, startHarness } from "@firestore-calendar-sync/harness";
import {
  createAccountStatus,
  createAccountStore,
} from "../../functions/src/firestore/accounts.repository.ts";
import { createCalendarLists } from "../../functions/src/firestore/calendars-listing.repository.ts";
import { databaseOf } from "../../functions/src/firestore/output.ts";
import { functionsBundle } from "../../stack/build.ts";
import { answerConsent, connect, consentUrl, finish } from "../../stack/client/connect.ts";
import { until } from "../../stack/client/until.ts";
import { timedEvent } from "../foundation/timed-event.ts";
import { newKey, openOwnDatabase } from "./own-database.ts";
import { accountConnection, listedCalendar } from "./stored-account.ts";

const readEvents = "https://www.googleapis.com/auth/calendar.events.readonly";
const changeEvents = "https://www.googleapis.com/auth/calendar.events";

describe("an account says whether it can write", () => {
  const mail = "writer@example.com";

  /** Runs with a deployment of its own, whose Google knows one person. */
  async function inDeployment(writeAccess: string, run: (harness: Harness) => Promise<void>): Promise<void> {
    const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
    const harness = await startHarness({
      bundle: functionsBundle,
      params: { WRITE_ACCESS: writeAccess },
      ...(firestoreHost !== undefined && { firestoreHost }),
    });
    try {
      const calendar = { id: mail, summary: "Mine", timeZone: "Europe/Berlin", primary: true };
      seedGoogle(harness, [{ email: mail, calendars: [{ ...calendar, events: [timedEvent("e", "Walk")] }] }]);
      await run(harness);
    } finally {
      await harness.close();
    }
  }
  const accountOf = async ({ db }: Harness, uid: string, accountId: string) =>
    (await db.doc(`users/${uid}/calendarAccounts/${accountId}`).get()).data() ?? {};
  const scopesOf = (url: string) => (new URL(url).searchParams.get("scope") ?? "").split(" ");
  const eventOf = async ({ db }: Harness, uid: string) =>
    await until("the event", async () => (await db.collection(`users/${uid}/calendarEvents`).get()).docs[0]);

  test("without WRITE_ACCESS: asked to read, and nothing is said", async () => {
    await inDeployment("false", async harness => {
      const caller = callerOf(harness, { uid: "uid-reader" });
      const scopes = scopesOf(await consentUrl(caller));
      expect(scopes).toContain(readEvents);
      expect(scopes).not.toContain(changeEvents);
      const accountId = await connect(caller, mail);
      expect(Object.keys(await accountOf(harness, "uid-reader", accountId)).sort()).toEqual([
        "connectedAt",
        "email",
        "name",
        "status",
        "statusSince",
      ]);
      const record = await harness.db.doc(`calendarSyncLists/${accountId}`).get();
      expect(record.get("canWrite")).toBeUndefined();
    });
  });

  test("with WRITE_ACCESS: after the wider consent, and no longer after a narrower one; both are synced", async () => {
    await inDeployment("true", async harness => {
      const uid = "uid-writer";
      const caller = callerOf(harness, { uid });
      const wide = await consentUrl(caller);
      expect(scopesOf(wide)).toContain(changeEvents);
      expect(scopesOf(wide)).not.toContain(readEvents);
      // The consent of an account that was connected before the deployment had write access.
      const narrow = async () => {
        const url = new URL(await consentUrl(caller));
        url.searchParams.set(
          "scope",
          (url.searchParams.get("scope") ?? "").replace(changeEvents, readEvents),
        );
        return url.href;
      };
      const answer = async (url: string) => {
        const end = await finish(caller, await answerConsent(url, mail));
        return "connected" in end ? end.connected : end.connectError;
      };

      const accountId = await answer(await narrow());
      expect(await accountOf(harness, uid, accountId)).not.toHaveProperty("canWrite");
      expect((await eventOf(harness, uid)).get("summary")).toBe("Walk");
      expect(await answer(wide)).toBe(accountId);
      expect(await accountOf(harness, uid, accountId)).toMatchObject({ status: "active", canWrite: true });
      expect(await answer(await narrow())).toBe(accountId);
      expect(await accountOf(harness, uid, accountId)).not.toHaveProperty("canWrite");
    });
  });
});

describe("the server's record of an account that can write", () => {
  const db = openOwnDatabase();
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    alarm: () => undefined,
  };
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const calendar = listedCalendar({ calendarId: "record@example.com", summary: "Record", primary: true });
  let uid: string;
  let accountId: string;
  beforeEach(() => {
    [uid, accountId] = [newKey(), newKey()];
  });

  /** The account is connected in a deployment with or without write access. */
  const connectAs = async (writeAccess: boolean, scopes = [changeEvents]) => {
    const connection = accountConnection({ uid, accountId }, [calendar], Date.now());
    const credential = { ...connection.credential, scopes };
    await createAccountStore(databaseOf(db, "users", writeAccess)).connect({ ...connection, credential });
  };
  /** Google's complete list arrives. */
  const list = async (writeAccess: boolean) => {
    const lists = createCalendarLists(databaseOf(db, "users", writeAccess));
    const known = await lists.read(accountId);
    if (known === undefined) throw new Error("there is no record");
    const listing = { kind: "listed", complete: true, syncToken: "t", removedIds: [] } as const;
    await lists.apply(accountId, known, { ...listing, calendars: [calendar] }, Date.now());
  };
  const unable: unknown = expect.not.objectContaining({ canWrite: true });
  const shown = db.collection("users");
  const account = async () => (await shown.doc(`${uid}/calendarAccounts/${accountId}`).get()).data() ?? {};
  const recorded = async (): Promise<unknown> =>
    (await db.doc(`calendarSyncLists/${accountId}`).get()).get("canWrite");

  test("restores what the user's document says, also while consent is needed", async () => {
    await connectAs(true);
    await shown.doc(`${uid}/calendarAccounts/${accountId}`).delete();
    await list(true);
    expect(await account()).toMatchObject({ status: "active", canWrite: true });
    const status = createAccountStatus(databaseOf(db, "users", true), clock, log);
    await status.requireReauth(accountId, { kind: "failed", reason: "unauthorized", grantId: "grant" });
    expect(await account()).toMatchObject({ status: "reauth_required", canWrite: true });
  });

  test("is kept while the deployment has no write access, but not shown", async () => {
    await connectAs(true);
    await list(false);
    expect([await account(), await recorded()]).toEqual([unable, true]);
    await list(true);
    expect(await account()).toMatchObject({ canWrite: true });
  });

  test("says nothing of a consent to read, or in a deployment without write access", async () => {
    await connectAs(true, [readEvents]);
    expect([await account(), await recorded()]).toEqual([unable, undefined]);
    await connectAs(true);
    expect(await recorded()).toBe(true);
    await connectAs(false);
    expect([await account(), await recorded()]).toEqual([unable, undefined]);
  });
});
